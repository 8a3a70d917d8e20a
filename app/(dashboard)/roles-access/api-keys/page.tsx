import type { Metadata } from "next";
import { redirect } from "next/navigation";
import type { SearchParams } from "nuqs/server";

import { CreateKeyButton } from "@/components/api-keys/create-key-button";
import { KeyDialogsProvider } from "@/components/api-keys/key-dialogs";
import { NoKeysYet, NoMatch } from "@/components/api-keys/keys-empty";
import { KeysTable } from "@/components/api-keys/keys-table";
import { KeysToolbar } from "@/components/api-keys/keys-toolbar";
import { STATUS_LEGEND } from "@/components/api-keys/key-status-badge";
import { API_KEYS_PATH } from "@/components/shell/paths";
import { ClockProvider } from "@/components/time/clock";
import { foundText } from "@/components/list/count-text";
import { Legend, ListNotes } from "@/components/list/list-notes";
import { Pagination } from "@/components/list/pagination";
import { requirePageAccess } from "@/lib/auth/guard";
import { PAGE_SIZE } from "@/lib/db/list-page";
import { env } from "@/lib/config/env";
import { listKeys } from "@/lib/api-keys/list";
import { keyListHref, keyListParsers, loadKeyListUrl } from "@/lib/api-keys/list-url";
import { redactSearch } from "@/lib/text/redact-search";
import { isMisstated } from "@/lib/text/list-address";

import { createKeyAction, revokeKeyAction, rotateKeyAction } from "./actions";

export const metadata: Metadata = { title: "API Keys" };

const NOUN = ["key", "keys"] as const;

export default async function ApiKeysPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const url = await loadKeyListUrl(searchParams);
  const here = API_KEYS_PATH + keyListHref({ ...url, q: redactSearch(url.q) });
  const { actor, now } = await requirePageAccess(here, "Admin");
  if (redactSearch(url.q) !== url.q) redirect(here);
  const list = await listKeys(
    actor,
    { search: url.q, status: url.status, creator: url.creator, sort: url.sort, direction: url.dir, page: url.page },
    now,
  );
  const shown = keyListHref({ ...url, page: list.page });
  if (isMisstated(keyListParsers, await searchParams, shown)) redirect(API_KEYS_PATH + shown);
  return (
    <ClockProvider now={now.toISOString()}>
      <KeyDialogsProvider actions={{ create: createKeyAction, rotate: rotateKeyAction, revoke: revokeKeyAction }}>
        {list.any ? (
          <div className="mb-3 flex items-center justify-between gap-2 max-md:flex-col-reverse max-md:items-stretch print:hidden">
            <KeysToolbar
              url={{ q: url.q, status: url.status, creator: url.creator }}
              found={foundText(list.total, list.totalIsFloor, NOUN, list.page)}
            />
            <CreateKeyButton />
          </div>
        ) : null}
        <div className="rounded-lg border border-line bg-surface">
          {list.groups.length > 0 ? <KeysTable groups={list.groups} url={url} path={API_KEYS_PATH} /> : null}
          {list.total === 0 && list.any ? <NoMatch path={API_KEYS_PATH} /> : null}
          {list.any ? null : <NoKeysYet apiUrl={env().NEXTAUTH_URL} />}
        </div>
        <Pagination
          list={list}
          pageSize={PAGE_SIZE}
          noun={NOUN}
          href={(page) => API_KEYS_PATH + keyListHref({ ...url, page })}
        />
        {list.total > 0 ? (
          <ListNotes>
            <Legend title="What the statuses mean" terms={STATUS_LEGEND} />
          </ListNotes>
        ) : null}
      </KeyDialogsProvider>
    </ClockProvider>
  );
}
