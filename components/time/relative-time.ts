import { DAY_MS, HOUR_MS, MINUTE_MS } from "@/lib/text/time-units";

/** Milliseconds of each unit, largest first. */
const UNITS = [
  ["year", 365 * DAY_MS],
  ["month", 30 * DAY_MS],
  ["day", DAY_MS],
  ["hour", HOUR_MS],
  ["minute", MINUTE_MS],
] as const;

const words = new Intl.RelativeTimeFormat("en", { numeric: "always" });

/** "3 minutes ago", "in 7 days"; "just now" within the minute. */
export function relativeTime(at: Date, now: Date): string {
  const distance = at.getTime() - now.getTime();
  const [unit, length] = UNITS.find(([, least]) => Math.abs(distance) >= least) ?? [];
  if (!unit) return distance > 0 ? "in less than a minute" : "just now";
  const count = Math.round(Math.abs(distance) / length) * Math.sign(distance);
  // 360 to 364 days would round to twelve months.
  return unit === "month" && Math.abs(count) === 12
    ? words.format(Math.sign(distance), "year")
    : words.format(count, unit);
}
