import type { Metadata } from "next";
import { redirect } from "next/navigation";
import type { SearchParams } from "nuqs/server";

import { CreateKeyButton } from "@/components/api-keys/key-buttons";
import { KeyDialogsProvider } from "@/components/api-keys/key-dialogs";
import { NoKeysYet } from "@/components/api-keys/keys-empty";
import { KeysTable } from "@/components/api-keys/keys-table";
import { KeysToolbar } from "@/components/api-keys/keys-toolbar";
import { STATUS_LEGEND } from "@/components/api-keys/key-status-badge";
import { API_KEYS_PATH } from "@/components/shell/paths";
import { ClockProvider } from "@/components/time/clock";
import { foundText } from "@/components/list/count-text";
import { NoMatch } from "@/components/list/empty-state";
import { ListFrame } from "@/components/list/list-frame";
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
  const href = (page: number) => API_KEYS_PATH + keyListHref({ ...url, page });
  const found = foundText(list.total, list.totalIsFloor, NOUN, list.page);
  return (
    <ClockProvider now={now.toISOString()}>
      <KeyDialogsProvider actions={{ create: createKeyAction, rotate: rotateKeyAction, revoke: revokeKeyAction }}>
        <ListFrame
          toolbar={
            list.any ? (
              <>
                <KeysToolbar url={{ q: url.q, status: url.status, creator: url.creator }} found={found} />
                <CreateKeyButton />
              </>
            ) : null
          }
          pages={<Pagination list={list} pageSize={PAGE_SIZE} noun={NOUN} href={href} />}
          hasRows={list.total > 0}
          legend={STATUS_LEGEND}
        >
          {list.total > 0 ? (
            <KeysTable groups={list.groups} url={url} path={API_KEYS_PATH} />
          ) : list.any ? (
            <NoMatch
              title="No key matches"
              hint="Try other words, another status or any creator."
              path={API_KEYS_PATH}
            />
          ) : (
            <NoKeysYet apiUrl={env().NEXTAUTH_URL} />
          )}
        </ListFrame>
      </KeyDialogsProvider>
    </ClockProvider>
  );
}
