"use client";

import { formatDistanceStrict } from "date-fns";
import { useSyncExternalStore } from "react";

import { useNow } from "@/components/ui/clock";
import { Tooltip } from "@/components/ui/tooltip";

const noSubscription = () => () => undefined;

/** This browser's time zone; "UTC" while the server renders, which cannot know it. */
function useTimeZone(): string {
  return useSyncExternalStore(
    noSubscription,
    () => Intl.DateTimeFormat().resolvedOptions().timeZone,
    () => "UTC",
  );
}

const formats = new Map<string, Intl.DateTimeFormat>();

function format(moment: Date, timeZone: string, seconds: boolean): string {
  const name = `${timeZone} ${String(seconds)}`;
  let formatter = formats.get(name);
  if (!formatter) {
    formatter = new Intl.DateTimeFormat("en-GB", {
      day: "numeric",
      month: "short",
      year: "numeric",
      hour: "2-digit",
      minute: "2-digit",
      ...(seconds ? { second: "2-digit" } : {}),
      timeZone,
      timeZoneName: "short",
    });
    formats.set(name, formatter);
  }
  return formatter.format(moment);
}

/** A moment in the person's own time zone, to the minute. */
export function LocalTime({ at }: { at: string }) {
  const timeZone = useTimeZone();
  return <time dateTime={at}>{format(new Date(at), timeZone, false)}</time>;
}

/** A moment in UTC, to the minute. */
export function UtcTime({ at }: { at: string }) {
  return <time dateTime={at}>{format(new Date(at), "UTC", false)}</time>;
}

/** "3 minutes ago", "in 7 days"; "just now" within the minute. */
export function relativeTime(at: Date, now: Date): string {
  const distance = at.getTime() - now.getTime();
  if (Math.abs(distance) < 60_000) return distance > 0 ? "in less than a minute" : "just now";
  return formatDistanceStrict(at, now, { addSuffix: true });
}

/** A moment relative to now, with the exact local and UTC time on hover, focus and tap. */
export function RelativeTime({ at }: { at: string }) {
  const now = useNow();
  const timeZone = useTimeZone();
  const moment = new Date(at);
  return (
    <Tooltip
      className="cursor-default rounded-sm text-left whitespace-nowrap underline decoration-line decoration-1 underline-offset-4"
      content={
        <span className="grid gap-0.5 tabular-nums">
          <span>{format(moment, timeZone, true)}</span>
          {timeZone === "UTC" ? null : <span>{format(moment, "UTC", true)}</span>}
        </span>
      }
    >
      <time dateTime={at}>{relativeTime(moment, now)}</time>
    </Tooltip>
  );
}
