const formatter = (timeZone: string, withDay: boolean) =>
  new Intl.DateTimeFormat("en-GB", {
    ...(withDay ? { day: "numeric", month: "short" } : {}),
    hour: "2-digit",
    minute: "2-digit",
    timeZone,
  });

/** A time within the last year as briefly as it is clear: "14:32", or "29 Nov, 14:32" if that was on another day than now. */
export function formatBriefly(moment: Date, now: Date, timeZone: string): string {
  const day = new Intl.DateTimeFormat("en-GB", { dateStyle: "short", timeZone });
  return formatter(timeZone, day.format(moment) !== day.format(now)).format(moment);
}
