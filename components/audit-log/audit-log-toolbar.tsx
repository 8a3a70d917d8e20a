"use client";

import { lightFormat } from "date-fns";
import { useId } from "react";

import { useEarlyInput } from "@/components/hooks/use-early-input";
import { type Filter, FilterSelect, LoadingMark, SearchBox } from "@/components/list/list-toolbar";
import { AUDIT_ACTIONS, AUDIT_LABELS, TARGET_KINDS, TARGET_LABELS } from "@/lib/audit-log/actions";
import { useListUrl } from "@/components/hooks/use-list-url";
import { useBrowserValue } from "@/components/time/time";
import { FieldError, inputClass } from "@/components/ui/field";
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
  targetName,
  found,
}: {
  url: AuditUrl;
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
    { name: "action", label: "What", all: "All actions", options: ACTIONS, className: "md:w-auto" },
    { name: "actor", label: "Who", all: "Anyone", options: people, className: "md:w-44" },
    {
      name: "target",
      label: "Kind of target",
      all: "All targets",
      options: TARGETS,
      className: "max-md:col-span-2 md:w-auto",
    },
    // Chosen by links, not from a list: there may be thousands.
    ...(targetId === null
      ? []
      : [
          {
            name: "target_id",
            label: "Target",
            all: "Any target",
            options: [[targetId, `About ${targetName ?? targetId}`]],
            className: "max-md:col-span-2 md:w-44",
          } as const,
        ]),
  ];
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
      {filters.map(({ name, ...filter }) => (
        <FilterSelect key={name} {...filter} value={url[name]} onChange={(value) => setUrl({ [name]: value })} />
      ))}
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

/** The start of a day, or of the next one, in this browser's time zone. */
function startOfDay(day: string, later: 0 | 1): string | null {
  const [year, month, date] = day.split("-").map(Number);
  if (year === undefined || year < 1970 || month === undefined || date === undefined) return null;
  return new Date(year, month - 1, date + later).toISOString();
}

/** A time within the day that the field shows. The URL has the end of the last day, which is excluded. */
const timeOfDay = (time: string | null, isLast: boolean) =>
  time ? new Date(new Date(time).getTime() - (isLast ? 1 : 0)) : null;

/**
 * The first or the last day of the log to show. The URL has exact times, which mean the same in every time zone.
 * @param value the time in the URL
 * @param isLast whether this is the last day: then the URL has its end
 */
function DayField({
  label,
  value,
  isLast = false,
  error,
  onChange,
}: {
  label: string;
  value: string | null;
  isLast?: boolean;
  error?: string | undefined;
  onChange: (time: string | null) => void;
}) {
  const time = timeOfDay(value, isLast);
  // The server does not know this browser's time zone.
  const day = useBrowserValue(
    () => (time ? lightFormat(time, "yyyy-MM-dd") : ""),
    time?.toISOString().slice(0, 10) ?? "",
  );
  const choose = (chosen: string) => onChange(chosen ? startOfDay(chosen, isLast ? 1 : 0) : null);
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
          onChange={(event) => choose(event.target.value)}
          className={`${inputClass} text-ink md:w-36`}
        />
      </label>
      {error ? <FieldError id={errorId}>{error}</FieldError> : null}
    </div>
  );
}
