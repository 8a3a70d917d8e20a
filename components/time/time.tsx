"use client";

import { useSyncExternalStore } from "react";

import { useNow } from "@/components/time/clock";
import { usePrinting } from "@/components/hooks/use-printing";
import { relativeTime } from "@/components/time/relative-time";
import { formatInBoth, formatMoment, readTimeZone } from "@/components/time/time-zone";

const noSubscription = () => () => undefined;

let zone: string | null | undefined;
/** Read once: a page has hundreds of times. */
const browserZone = () => (zone === undefined ? (zone = readTimeZone()) : zone);

/** This browser's time zone; "UTC" where it has none, and on the server, which cannot know it. */
function useTimeZone(): string {
  return useSyncExternalStore(
    noSubscription,
    () => browserZone() ?? "UTC",
    () => "UTC",
  );
}

/** Whether this browser has a time zone; times are in UTC otherwise. */
export function useHasTimeZone(): boolean {
  return useSyncExternalStore(
    noSubscription,
    () => browserZone() !== null,
    () => true,
  );
}

let exact = false;
const listeners = new Set<() => void>();

/** Whether exact times are switched on; kept until the page is reloaded. */
export function useExactTimes(): boolean {
  return useSyncExternalStore(
    (changed) => {
      listeners.add(changed);
      return () => listeners.delete(changed);
    },
    () => exact,
    () => false,
  );
}

/** Switches between exact and relative times. */
export function toggleExactTimes(): void {
  exact = !exact;
  for (const changed of listeners) changed();
}

/** A time in the person's own time zone, to the minute. */
export function LocalTime({ at }: { at: Date }) {
  const timeZone = useTimeZone();
  return <time dateTime={at.toISOString()}>{formatMoment(at, timeZone, false)}</time>;
}

/** A time in the person's own time zone, and in UTC where that differs, to the minute or the second. */
export function LocalAndUtcTime({ at, seconds = false }: { at: Date; seconds?: boolean }) {
  const timeZone = useTimeZone();
  const [local, utc] = formatInBoth(at, timeZone, seconds);
  return (
    <time dateTime={at.toISOString()}>
      <span className="inline-block">{local}</span>
      {utc ? <span className="inline-block">{`\u00a0(${utc})`}</span> : null}
    </time>
  );
}

/** A time relative to now; exact on hover, in print, and when exact times are switched on. */
export function RelativeTime({ at }: { at: Date }) {
  const now = useNow();
  const timeZone = useTimeZone();
  const exact = useExactTimes();
  const printing = usePrinting();
  // The root element stays the same: on a translated page React could not insert another one before adjacent text.
  return (
    <span>
      {exact || printing ? (
        <LocalAndUtcTime at={at} seconds />
      ) : (
        <time
          dateTime={at.toISOString()}
          title={formatInBoth(at, timeZone, true)
            .filter((text) => text !== null)
            .join("\n")}
          className="whitespace-nowrap underline decoration-line decoration-1 underline-offset-4"
        >
          {relativeTime(at, now)}
        </time>
      )}
    </span>
  );
}
