"use client";

import { useSyncExternalStore } from "react";

import { useNow } from "@/components/ui/clock";
import { relativeTime } from "@/components/ui/relative-time";
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
