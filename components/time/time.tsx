"use client";

import { createContext, useContext, useEffect, useState, useSyncExternalStore, type ReactNode } from "react";

import { usePrinting } from "@/components/hooks/use-printing";
import { relativeTime } from "@/components/time/relative-time";
import { formatInBoth, formatMoment, readTimeZone } from "@/components/time/time-zone";

const TICK_MS = 15_000;

const Clock = createContext<Date | null>(null);

/**
 * The page's clock: the database's time at rendering plus the time since, so a wrong clock on this computer does no harm.
 * @param tickMs how often it shows, in milliseconds
 */
export function ClockProvider({
  now,
  tickMs = TICK_MS,
  children,
}: {
  now: string;
  tickMs?: number;
  children: ReactNode;
}) {
  const [time, setTime] = useState({ base: now, at: new Date(now) });
  if (time.base !== now) setTime({ base: now, at: new Date(now) });
  useEffect(() => {
    const start = performance.now();
    const base = new Date(now).getTime();
    const timer = setInterval(() => setTime({ base: now, at: new Date(base + performance.now() - start) }), tickMs);
    return () => clearInterval(timer);
  }, [now, tickMs]);
  return <Clock value={time.at}>{children}</Clock>;
}

/** The current time by the page's clock; updates every 15 seconds by default. */
export function useNow(): Date {
  const now = useContext(Clock);
  if (!now) throw new Error("useNow needs a ClockProvider above it");
  return now;
}

const noSubscription = () => () => undefined;

/** A value that only the browser knows. @param onServer its value on the server and while the page's scripts start */
export function useBrowserValue<Value>(read: () => Value, onServer: Value): Value {
  return useSyncExternalStore(noSubscription, read, () => onServer);
}

let zone: string | null | undefined;
/** Read once: a page has hundreds of times. */
const browserZone = () => (zone === undefined ? (zone = readTimeZone()) : zone);

/** This browser's time zone; "UTC" where it has none, and on the server, which cannot know it. */
function useTimeZone(): string {
  return useBrowserValue(() => browserZone() ?? "UTC", "UTC");
}

/** Whether this browser has a time zone; times are in UTC otherwise. */
export function useHasTimeZone(): boolean {
  return useBrowserValue(() => browserZone() !== null, true);
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
