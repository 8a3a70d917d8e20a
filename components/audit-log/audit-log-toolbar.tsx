"use client";

import { DayField, timeOfDay } from "@/components/audit-log/day-field";
import { FilterSelect, LoadingMark, SearchBox } from "@/components/list/list-toolbar";
import { AUDIT_ACTIONS, AUDIT_LABELS, TARGET_KINDS, TARGET_LABELS } from "@/lib/audit-log/actions";
import { useListUrl } from "@/components/hooks/use-list-url";
import type { AuditUrl } from "@/lib/audit-log/list-url";
import { isBackwards } from "@/lib/audit-log/range";

const ACTIONS = AUDIT_ACTIONS.map((action) => [action, AUDIT_LABELS[action]] as const);
const TARGETS = TARGET_KINDS.map((kind) => [kind, TARGET_LABELS[kind]] as const);

/** Follows the name of an actor who isn't a member. */
const KIND_SUFFIXES: Readonly<Record<string, string>> = { API_KEY: " (key)", PERSON: " (not a member)" };

/** Search and filters. Their state is in the URL; the server does the work. */
export function AuditLogToolbar({
  url: fromServer,
  actors,
  found,
}: {
  url: AuditUrl;
  found: string;
  actors: readonly { id: string; name: string; kind: string }[];
}) {
  // Every change starts again at the newest event; the back button undoes it.
  const [url, setUrl, loading] = useListUrl(fromServer, ["after", "before"]);
  const { actor } = url;
  // A long list is cut; the actor in the URL is always offered.
  const unknown = actor !== null && actors.every(({ id }) => id !== actor) ? [[actor, actor] as const] : [];
  const people = [...unknown, ...actors.map(({ id, name, kind }) => [id, name + (KIND_SUFFIXES[kind] ?? "")] as const)];
  const backwards = isBackwards({ from: timeOfDay(url.from, false), to: timeOfDay(url.to, true) });

  return (
    <div className="flex min-w-0 flex-1 flex-wrap items-start gap-2 max-md:grid max-md:grid-cols-2 print:hidden">
      <SearchBox
        label="Search names, addresses and ids"
        q={url.q}
        redact
        onSearch={(q, options) => setUrl({ q }, options)}
        className="basis-52 max-md:col-span-2"
      />
      <FilterSelect
        label="What"
        all="All actions"
        value={url.action}
        options={ACTIONS}
        onChange={(action) => setUrl({ action })}
        className="md:w-auto"
      />
      <FilterSelect
        label="Who"
        all="Anyone"
        value={url.actor}
        options={people}
        onChange={(actor) => setUrl({ actor })}
        className="md:w-44"
      />
      <FilterSelect
        label="Kind of target"
        all="All targets"
        value={url.target}
        options={TARGETS}
        onChange={(target) => setUrl({ target })}
        className="max-md:col-span-2 md:w-auto"
      />
      <DayField
        label="From"
        value={url.from}
        error={backwards ? "“From” must not be after “To”." : undefined}
        onChange={(from) => setUrl({ from })}
      />
      <DayField label="To" value={url.to} isLast onChange={(to) => setUrl({ to })} />
      <LoadingMark loading={loading} found={found} />
    </div>
  );
}
