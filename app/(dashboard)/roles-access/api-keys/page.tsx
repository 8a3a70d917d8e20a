import { KeyRound } from "lucide-react";
import type { Metadata } from "next";
import Link from "next/link";
import { redirect } from "next/navigation";
import type { SearchParams } from "nuqs/server";

import { AttentionStrip } from "@/components/api-keys/attention-strip";
import { FirstCall } from "@/components/api-keys/first-call";
import { CreateKeyButton, KeyDialogsProvider } from "@/components/api-keys/key-dialog-provider";
import { KeysTable } from "@/components/api-keys/keys-table";
import { KeySelection } from "@/components/api-keys/selection/key-selection";
import { selectionRows } from "@/components/api-keys/selection/selection-rows";
import { STATUS_LABELS, STATUS_LEGEND } from "@/components/api-keys/key-status-badge";
import { ExportLink } from "@/components/list/export-link";
import { PagedList } from "@/components/list/list-frame";
import type { Filter } from "@/components/list/filter";
import { API_KEYS_PATH, QUICKSTART_PATH } from "@/components/shell/paths";
import { ClockProvider } from "@/components/time/time";
import { buttonClass } from "@/components/ui/button";
import { Message } from "@/components/ui/message";
import { requirePageAccess } from "@/lib/auth/guard";
import { renderedForId } from "@/lib/auth/rendered-for";
import { env } from "@/lib/config/env";
import { countAttention } from "@/lib/api-keys/attention";
import { type Creator, listCreators } from "@/lib/api-keys/creators";
import { type KeyGroup, listKeys } from "@/lib/api-keys/list";
import { keyListHref, keyListParsers, type KeyListUrl, loadKeyListUrl, REMOVED } from "@/lib/api-keys/list-url";
import { KEY_STATUSES } from "@/lib/api-keys/status";
import { numberText } from "@/lib/text/number";
import { redactSearch } from "@/lib/text/redact-search";
import { isMisstated } from "@/lib/text/list-address";

import { KEY_ACTIONS } from "./key-actions";

export const metadata: Metadata = { title: "API Keys" };

const STATUSES = [
  ["working", "Working"] as const,
  ...KEY_STATUSES.map((status) => [status, STATUS_LABELS[status]] as const),
];

/** The filters of the list. People of the same name are told apart by their addresses. */
function filters(creators: readonly Creator[]): Filter<"status" | "creator">[] {
  const label = ({ name, email, removed }: Creator) => {
    const isAmbiguous = creators.filter((other) => other.name === name).length > 1;
    return `${name}${isAmbiguous && email ? ` (${email})` : ""}${removed ? " (not a member)" : ""}`;
  };
  const people = creators.map((creator) => [creator.id, label(creator)] as const);
  return [
    { name: "status", label: "Status", all: "All statuses", options: STATUSES },
    {
      name: "creator",
      label: "Creator",
      all: "Anyone",
      options: [[REMOVED, "No longer a member"], ...people],
    },
  ];
}

/** Old keys of rotations: rows below their successors, but no entries of the list. */
function retiringText(groups: readonly KeyGroup[]): string | undefined {
  const count = groups.reduce((sum, { olderKeys }) => sum + olderKeys.length, 0);
  return count > 0 ? `and ${numberText(count)} retiring` : undefined;
}

export default async function ApiKeysPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const url = await loadKeyListUrl(searchParams);
  const here = API_KEYS_PATH + keyListHref({ ...url, q: redactSearch(url.q) });
  const { actor, now } = await requirePageAccess(here, "Admin");
  if (redactSearch(url.q) !== url.q) redirect(here);
  const counted = countAttention(actor, now);
  const [list, creators, attention] = await Promise.all([
    listKeys(actor, url, now, counted),
    listCreators(actor, url.creator),
    counted,
  ]);
  const isKnown = url.creator === REMOVED || creators.some(({ id }) => id === url.creator);
  const shown = keyListHref({ ...url, page: list.page, creator: isKnown ? url.creator : null });
  if (isMisstated(keyListParsers, await searchParams, shown)) redirect(API_KEYS_PATH + shown);
  const query = keyListHref({ ...url, page: null, sort: null, dir: null });
  const href = (change: Partial<KeyListUrl>) => API_KEYS_PATH + keyListHref({ ...url, ...change });
  return (
    <ClockProvider now={now.toISOString()}>
      <KeyDialogsProvider actions={KEY_ACTIONS}>
        <AttentionStrip
          counts={attention}
          current={url.attention}
          href={(reason) => href({ attention: reason, page: 1, ...(reason && { q: "", status: null, creator: null }) })}
        />
        <KeySelection
          rows={selectionRows(list.groups, url.status)}
          query={query}
          hasOtherPages={list.total > list.size}
        >
          <PagedList
            list={list}
            noun={["key", "keys"]}
            more={retiringText(list.groups)}
            path={API_KEYS_PATH}
            href={href}
            search={{ label: "Search by name or last four characters", redact: true, filters: filters(creators), url }}
            button={
              <div className="flex flex-wrap gap-2 max-md:justify-between">
                <ExportLink href={`${API_KEYS_PATH}/export`} query={query} renderedFor={renderedForId(actor)}>
                  <span>Export CSV</span>
                </ExportLink>
                <CreateKeyButton />
              </div>
            }
            legend={STATUS_LEGEND}
            hint="Try other words, another status or any creator."
            empty={<NoKeysYet apiUrl={env().NEXTAUTH_URL} />}
          >
            <KeysTable
              groups={list.groups}
              attention={url.attention}
              query={shown}
              sort={url.sort}
              dir={url.dir}
              href={href}
            />
          </PagedList>
        </KeySelection>
      </KeyDialogsProvider>
    </ClockProvider>
  );
}

/** The list before the first key: what a key is for, and the first step. */
function NoKeysYet({ apiUrl }: { apiUrl: string }) {
  return (
    <Message
      as="h2"
      icon={KeyRound}
      tone="accent"
      title="No API keys yet"
      text="A key lets a script or an integration use the API on behalf of your organisation. Create one per integration, and name it after the integration."
      action={<CreateKeyButton />}
      more={
        <Link href={QUICKSTART_PATH} prefetch={false} className={buttonClass()}>
          Open the Quickstart
        </Link>
      }
    >
      <div className="mt-5 max-w-full">
        <FirstCall apiUrl={apiUrl} caption="Then send it with every request:" />
      </div>
    </Message>
  );
}
