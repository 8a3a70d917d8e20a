"use client";

import { useSyncExternalStore } from "react";

import { inputClass } from "@/components/ui/input-class";
import { FilterSelect, LoadingMark, SearchBox } from "@/components/ui/list-toolbar";
import { useEarlyInput } from "@/components/ui/use-early-input";
import { AUDIT_ACTIONS, AUDIT_LABELS, TARGET_KINDS, TARGET_LABELS } from "@/lib/audit/actions";
import { useListUrl } from "@/components/ui/use-list-url";
import type { AuditUrl } from "@/lib/audit/list-url";
import { withoutSecret } from "@/lib/keys/without-secret";

const ACTIONS = AUDIT_ACTIONS.map((action) => [action, AUDIT_LABELS[action]] as const);
const TARGETS = TARGET_KINDS.map((kind) => [kind, TARGET_LABELS[kind]] as const);

/** What is said of somebody who is no member, behind the name. */
const KIND_SAID: Readonly<Record<string, string>> = { API_KEY: " (key)", PERSON: " (no member)" };

const noSubscription = () => () => undefined;

/** The day of a moment in this browser's time zone, as a date field has it. */
function localDay(moment: Date): string {
  const two = (part: number) => String(part).padStart(2, "0");
  return `${String(moment.getFullYear()).padStart(4, "0")}-${two(moment.getMonth() + 1)}-${two(moment.getDate())}`;
}

/** The first moment of a day, or of the day after it, in this browser's time zone. */
function startOfDay(day: string, later: 0 | 1): string | null {
  const [year, month, date] = day.split("-").map(Number);
  if (year === undefined || year < 1970 || month === undefined || date === undefined) return null;
  return new Date(year, month - 1, date + later).toISOString();
}

/** A day at which the log is to begin or end, itself included. The URL has moments, which mean the same everywhere. */
function DayField({
  label,
  value,
  last,
  onChange,
}: {
  label: string;
  value: string | null;
  /** Whether the day is the last one: then the URL has its end. */
  last: boolean;
  onChange: (moment: string | null) => void;
}) {
  const moment = value ? new Date(new Date(value).getTime() - (last ? 1 : 0)) : null;
  // The server does not know this browser's time zone.
  const day = useSyncExternalStore(
    noSubscription,
    () => (moment ? localDay(moment) : ""),
    () => moment?.toISOString().slice(0, 10) ?? "",
  );
  const choose = (chosen: string) => {
    onChange(chosen ? startOfDay(chosen, last ? 1 : 0) : null);
  };
  const field = useEarlyInput<HTMLInputElement>(day, choose);
  return (
    <label className="flex items-center gap-1.5 text-xs text-soft max-md:col-span-2 max-md:grid max-md:grid-cols-[2.5rem_1fr]">
      {label}
      <input
        ref={field}
        type="date"
        autoComplete="off"
        min="1970-01-01"
        max="9999-12-30"
        value={day}
        suppressHydrationWarning
        onChange={(event) => {
          choose(event.target.value);
        }}
        className={`${inputClass} text-ink md:w-36`}
      />
    </label>
  );
}

/** Search and filters. Their state is the URL; the server does the work. */
export function AuditToolbar({
  url: fromServer,
  actors,
}: {
  url: AuditUrl;
  actors: readonly { id: string; name: string; kind: string }[];
}) {
  // Another filter begins at the newest row again; the back button undoes it.
  const [url, setUrl, loading] = useListUrl(fromServer, ["after", "before"]);
  const set = (change: Partial<AuditUrl>) => {
    setUrl(change, { push: true });
  };
  const { actor } = url;
  // Of many, only some are offered; the one in the URL is among them always.
  const unknown = actor !== null && actors.every(({ id }) => id !== actor) ? [[actor, actor] as const] : [];
  const people = [...unknown, ...actors.map(({ id, name, kind }) => [id, name + (KIND_SAID[kind] ?? "")] as const)];

  return (
    <div className="flex min-w-0 flex-1 flex-wrap items-center gap-2 max-md:grid max-md:grid-cols-2">
      <SearchBox
        label="Search names, addresses and ids"
        q={url.q}
        tidy={withoutSecret}
        onSearch={(q, options) => {
          setUrl({ q }, options);
        }}
        className="basis-52 max-md:col-span-2"
      />
      <FilterSelect
        label="What"
        all="All actions"
        value={url.action}
        options={ACTIONS}
        onChange={(action) => {
          set({ action });
        }}
        className="md:w-auto"
      />
      <FilterSelect
        label="Who"
        all="Everybody"
        value={url.actor}
        options={people}
        onChange={(actor) => {
          set({ actor });
        }}
        className="md:w-44"
      />
      <FilterSelect
        label="Kind of target"
        all="All targets"
        value={url.target}
        options={TARGETS}
        onChange={(target) => {
          set({ target });
        }}
        className="max-md:col-span-2 md:w-auto"
      />
      <DayField
        label="From"
        value={url.from}
        last={false}
        onChange={(from) => {
          set({ from });
        }}
      />
      <DayField
        label="To"
        value={url.to}
        last
        onChange={(to) => {
          set({ to });
        }}
      />
      <LoadingMark loading={loading} />
    </div>
  );
}
