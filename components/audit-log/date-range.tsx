"use client";

import { toDays, toTimes } from "@/components/audit-log/day-range";
import { FilterChip } from "@/components/list/filter-button";
import { formatDay } from "@/components/time/time-zone";
import { useBrowserValue } from "@/components/time/time";

/** "from 3 Nov 2026", "until 9 Nov 2026", or both days; null without a range. */
function rangeText({ first, last }: ReturnType<typeof toDays>): string | null {
  const words = (day: string) => formatDay(new Date(`${day}T00:00Z`), "UTC");
  if (first && last) return first === last ? words(first) : `${words(first)} – ${words(last)}`;
  if (first) return `from ${words(first)}`;
  return last ? `until ${words(last)}` : null;
}

/** The days of the log to show, as one filter. @param from in the URL, with `to`, as exact times */
export function DateRange({
  from,
  to,
  onChange,
}: {
  from: string | null;
  to: string | null;
  onChange: (range: { from: string | null; to: string | null }) => void;
}) {
  // The server does not know this browser's time zone.
  const chosen = useBrowserValue(() => rangeText(toDays({ from, to })), from === null && to === null ? null : "…");
  return (
    <FilterChip
      label="Date"
      chosen={chosen}
      onClear={() => onChange({ from: null, to: null })}
      load={() => import("@/components/audit-log/date-range-panel")}
      panel={({ DateRangePanel }, panel) => (
        <DateRangePanel {...panel} range={toDays({ from, to })} onChange={(range) => onChange(toTimes(range))} />
      )}
    />
  );
}
