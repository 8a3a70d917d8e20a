"use client";

import { createContext, useContext, useEffect, useMemo, useState, useSyncExternalStore, type ReactNode } from "react";

import { usePrinting } from "@/components/hooks/use-printing";
import { formatBriefly } from "@/components/time/brief-time";
import { relativeTime } from "@/components/time/relative-time";
import { formatClock, formatDay, formatInBoth, formatMoment, readTimeZone } from "@/components/time/time-zone";

const TICK_MS = 15_000;

const Clock = createContext<{ readonly now: Date; readonly renderedAt: string } | null>(null);

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
  const clock = useMemo(() => ({ now: time.at, renderedAt: time.base }), [time]);
  return <Clock value={clock}>{children}</Clock>;
}

function useClock() {
  const clock = useContext(Clock);
  if (!clock) throw new Error("this needs a ClockProvider above it");
  return clock;
}

/** The current time by the page's clock; updates every 15 seconds by default. */
export function useNow(): Date {
  return useClock().now;
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

/** The day of a time in the person's own time zone; exact on hover, in print, and when exact times are switched on. */
export function LocalDate({ at }: { at: Date }) {
  const timeZone = useTimeZone();
  return <MoreOnDemand at={at}>{formatDay(at, timeZone)}</MoreOnDemand>;
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

/** When the server read what the page shows, as briefly as it is clear. */
export function AsOf() {
  const { now, renderedAt } = useClock();
  const timeZone = useTimeZone();
  return <time dateTime={renderedAt}>{formatBriefly(new Date(renderedAt), now, timeZone)}</time>;
}

/** A time relative to now; exact on hover, in print, and when exact times are switched on. */
export function RelativeTime({ at }: { at: Date }) {
  return <MoreOnDemand at={at}>{relativeTime(at, useNow())}</MoreOnDemand>;
}

/** The day of a time, and below it how far away that is; exact on hover, in print, and when exact times are switched on. */
export function LocalDateAndDistance({ at }: { at: Date }) {
  return <DayAnd at={at}>{relativeTime(at, useNow())}</DayAnd>;
}

/** The day of a time, and below it the time of day to the second. */
export function LocalDateAndClock({ at }: { at: Date }) {
  return <DayAnd at={at}>{formatClock(at, useTimeZone())}</DayAnd>;
}

/** The day of a time. @param children what is below it */
function DayAnd({ at, children }: { at: Date; children: string }) {
  const timeZone = useTimeZone();
  return (
    <MoreOnDemand at={at}>
      <span className="block">{formatDay(at, timeZone)}</span>
      <span className="block text-xs text-soft">{children}</span>
    </MoreOnDemand>
  );
}

/** A time in short. @param children its short form */
function MoreOnDemand({ at, children }: { at: Date; children: ReactNode }) {
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
          className="inline-block whitespace-nowrap"
        >
          {children}
        </time>
      )}
    </span>
  );
}
