"use client";

import { useId, useSyncExternalStore } from "react";

import { FieldError } from "@/components/ui/field";
import { inputClass } from "@/components/ui/input-class";
import { FilterSelect, LoadingMark, SearchBox } from "@/components/list/list-toolbar";
import { useEarlyInput } from "@/components/hooks/use-early-input";
import { AUDIT_ACTIONS, AUDIT_LABELS, TARGET_KINDS, TARGET_LABELS } from "@/lib/audit-log/actions";
import { useListUrl } from "@/components/hooks/use-list-url";
import type { AuditUrl } from "@/lib/audit-log/list-url";
import { isBackwards } from "@/lib/audit-log/range";
import { redactSearch } from "@/lib/text/redact-search";

const ACTIONS = AUDIT_ACTIONS.map((action) => [action, AUDIT_LABELS[action]] as const);
const TARGETS = TARGET_KINDS.map((kind) => [kind, TARGET_LABELS[kind]] as const);

/** What is said behind the name of an actor who isn't a member. */
const KIND_SAID: Readonly<Record<string, string>> = { API_KEY: " (key)", PERSON: " (not a member)" };

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

/** A moment of the day that a field shows. The URL has the end of the last one, which is excluded. */
const shownMoment = (moment: string | null, last: boolean) =>
  moment ? new Date(new Date(moment).getTime() - (last ? 1 : 0)) : null;

/** A day at which the log is to begin or end, itself included. The URL has moments, which mean the same everywhere. */
function DayField({
  label,
  value,
  last,
  error,
  onChange,
}: {
  label: string;
  value: string | null;
  error?: string | undefined;
  /** Whether the day is the last one: then the URL has its end. */
  last: boolean;
  onChange: (moment: string | null) => void;
}) {
  const moment = shownMoment(value, last);
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
  const errorId = useId();
  return (
    <div className="grid gap-1 max-md:col-span-2">
      <label className="flex items-center gap-1.5 text-xs text-soft max-md:grid max-md:grid-cols-[2.5rem_1fr]">
        <span>{label}</span>
        <input
          ref={field}
          type="date"
          autoComplete="off"
          min="1970-01-01"
          max="9999-12-30"
          value={day}
          suppressHydrationWarning
          aria-invalid={error ? true : undefined}
          aria-describedby={error ? errorId : undefined}
          onChange={(event) => {
            choose(event.target.value);
          }}
          className={`${inputClass} text-ink md:w-36`}
        />
      </label>
      {error ? <FieldError id={errorId}>{error}</FieldError> : null}
    </div>
  );
}

/** Search and filters. Their state is the URL; the server does the work. */
export function AuditToolbar({
  url: fromServer,
  actors,
  found,
}: {
  url: AuditUrl;
  found: string;
  actors: readonly { id: string; name: string; kind: string }[];
}) {
  // Another filter begins at the newest row again; the back button undoes it.
  const [url, setUrl, loading] = useListUrl(fromServer, ["after", "before"]);
  const { actor } = url;
  // Of many, only some are offered; the one in the URL is among them always.
  const unknown = actor !== null && actors.every(({ id }) => id !== actor) ? [[actor, actor] as const] : [];
  const people = [...unknown, ...actors.map(({ id, name, kind }) => [id, name + (KIND_SAID[kind] ?? "")] as const)];

  return (
    <div className="flex min-w-0 flex-1 flex-wrap items-start gap-2 max-md:grid max-md:grid-cols-2 print:hidden">
      <SearchBox
        label="Search names, addresses and ids"
        q={url.q}
        tidy={redactSearch}
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
          setUrl({ action });
        }}
        className="md:w-auto"
      />
      <FilterSelect
        label="Who"
        all="Anyone"
        value={url.actor}
        options={people}
        onChange={(actor) => {
          setUrl({ actor });
        }}
        className="md:w-44"
      />
      <FilterSelect
        label="Kind of target"
        all="All targets"
        value={url.target}
        options={TARGETS}
        onChange={(target) => {
          setUrl({ target });
        }}
        className="max-md:col-span-2 md:w-auto"
      />
      <DayField
        label="From"
        value={url.from}
        last={false}
        error={
          isBackwards({ from: shownMoment(url.from, false), to: shownMoment(url.to, true) })
            ? "“From” must not be after “To”."
            : undefined
        }
        onChange={(from) => {
          setUrl({ from });
        }}
      />
      <DayField
        label="To"
        value={url.to}
        last
        onChange={(to) => {
          setUrl({ to });
        }}
      />
      <LoadingMark loading={loading} found={found} />
    </div>
  );
}
