"use client";

import { useSyncExternalStore } from "react";

import { useNow } from "@/components/time/clock";
import { useExactTimes } from "@/components/hooks/use-exact-times";
import { usePrinting } from "@/components/hooks/use-printing";
import { relativeTime } from "@/components/time/relative-time";
import { formatInBoth, formatMoment, readTimeZone } from "@/components/time/time-zone";

const noSubscription = () => () => undefined;

let zone: string | null | undefined;
/** Asked once: a page has hundreds of moments. */
const browserZone = () => (zone === undefined ? (zone = readTimeZone()) : zone);

/** This browser's time zone; "UTC" where it has none, and while the server renders, which cannot know it. */
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

/** A moment in the person's own time zone, to the minute. */
export function LocalTime({ at }: { at: string }) {
  const timeZone = useTimeZone();
  return <time dateTime={at}>{formatMoment(new Date(at), timeZone, false)}</time>;
}

/** A moment in the person's own time zone, and in UTC where that differs, to the minute or the second. */
export function LocalAndUtcTime({ at, seconds = false }: { at: string; seconds?: boolean }) {
  const timeZone = useTimeZone();
  const [local, utc] = formatInBoth(new Date(at), timeZone, seconds);
  return (
    <time dateTime={at}>
      <span className="inline-block">{local}</span>
      {utc ? <span className="inline-block">{`\u00a0(${utc})`}</span> : null}
    </time>
  );
}

/** A moment relative to now; the exact one on hover, in print, and for everybody who asks for exact times. */
export function RelativeTime({ at }: { at: string }) {
  const now = useNow();
  const timeZone = useTimeZone();
  const exact = useExactTimes();
  const printing = usePrinting();
  const moment = new Date(at);
  // The root stays: text may stand beside it, before which React could not insert another one on a translated page.
  return (
    <span>
      {exact || printing ? (
        <LocalAndUtcTime at={at} seconds />
      ) : (
        <time
          dateTime={at}
          title={formatInBoth(moment, timeZone, true)
            .filter((text) => text !== null)
            .join("\n")}
          className="whitespace-nowrap underline decoration-line decoration-1 underline-offset-4"
        >
          {relativeTime(moment, now)}
        </time>
      )}
    </span>
  );
}
