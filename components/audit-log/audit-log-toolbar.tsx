"use client";

import { DateRange } from "@/components/audit-log/date-range";
import { useListUrl } from "@/components/hooks/use-list-url";
import type { Filter } from "@/components/list/filter";
import { FilterButton } from "@/components/list/filter-button";
import { ClearAll, LoadingMark, SearchBox } from "@/components/list/list-toolbar";
import { AUDIT_ACTIONS, AUDIT_LABELS, TARGET_KINDS, TARGET_LABELS } from "@/lib/audit-log/actions";
import type { AuditUrl } from "@/lib/audit-log/list-url";

const ACTIONS = AUDIT_ACTIONS.map((action) => [action, AUDIT_LABELS[action]] as const);
const TARGETS = TARGET_KINDS.map((kind) => [kind, TARGET_LABELS[kind]] as const);

/** Follows the name of an actor who isn't a member. */
const KIND_SUFFIXES: Readonly<Record<string, string>> = {
  API_KEY: " (key)",
  APPLICATION: " (application)",
  PERSON: " (not a member)",
};

const NOTHING_SET = { q: "", action: null, actor: null, target: null, target_id: null, from: null, to: null };

/** Search and filters. Their state is in the URL; the server does the work. */
export function AuditLogToolbar({
  url: fromServer,
  actors,
  targetName,
  found,
}: {
  url: Omit<AuditUrl, "size">;
  found: string;
  /** Of the one target in the URL, if it has events here. */
  targetName: string | undefined;
  actors: readonly { id: string; name: string; kind: string }[];
}) {
  // Every change starts again at the newest event; the back button undoes it.
  const [url, setUrl, loading] = useListUrl(fromServer, ["after", "before"]);
  const { actor, target_id: targetId } = url;
  // A long list is cut; the actor in the URL is always offered.
  const unknown = actor !== null && actors.every(({ id }) => id !== actor) ? [[actor, actor] as const] : [];
  const people = [...unknown, ...actors.map(({ id, name, kind }) => [id, name + (KIND_SUFFIXES[kind] ?? "")] as const)];
  const filters: readonly Filter<"action" | "actor" | "target" | "target_id">[] = [
    { name: "action", label: "What", all: "All actions", options: ACTIONS },
    { name: "actor", label: "Who", all: "Anyone", options: people },
    { name: "target", label: "Kind of target", all: "All targets", options: TARGETS },
    // Chosen by links, not from a list: there may be thousands.
    ...(targetId === null
      ? []
      : [
          {
            name: "target_id",
            label: "Target",
            all: "Any target",
            options: [[targetId, targetName ?? targetId]],
          } as const,
        ]),
  ];
  const isSet = [url.q, url.action, actor, url.target, targetId, url.from, url.to].some(Boolean);

  return (
    <div className="flex min-w-0 flex-1 flex-wrap items-center gap-2 print:hidden">
      <SearchBox
        label="Search names, addresses and ids"
        q={url.q}
        redact
        onSearch={(q, options) => setUrl({ q }, options)}
      />
      <DateRange from={url.from} to={url.to} onChange={setUrl} />
      {filters.map(({ name, ...filter }) => (
        <FilterButton key={name} {...filter} value={url[name]} onChange={(value) => setUrl({ [name]: value })} />
      ))}
      <ClearAll isSet={isSet} onClear={() => setUrl(NOTHING_SET)} />
      <LoadingMark loading={loading} found={found} />
    </div>
  );
}
