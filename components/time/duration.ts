import { DAY_MS, HOUR_MS, MINUTE_MS } from "@/lib/text/time-units";

const written = (count: number, unit: "year" | "day" | "hour" | "minute") =>
  new Intl.NumberFormat("en", { style: "unit", unit, unitDisplay: "long" }).format(count);

/** "1 hour 12 minutes": the two largest units, rounded down. @param ms in milliseconds */
export function durationText(ms: number): string {
  const minutes = Math.floor(ms / MINUTE_MS);
  const parts = [
    ["day", Math.floor(minutes / 1440)],
    ["hour", Math.floor(minutes / 60) % 24],
    ["minute", minutes % 60],
  ] as const;
  const first = parts.findIndex(([, count]) => count > 0);
  if (first < 0) return "less than a minute";
  return parts
    .slice(first, first + 2)
    .flatMap(([unit, count]) => (count > 0 ? [written(count, unit)] : []))
    .join(" ");
}

/** What a lifetime is rounded to from which length on, in milliseconds, and to minutes below: a key is made a little after its end was chosen. */
const LIFETIME_STEPS = [
  { from: 7 * DAY_MS, step: DAY_MS },
  { from: DAY_MS, step: HOUR_MS },
] as const;

const YEAR_MS = 365.25 * DAY_MS;

/**
 * A key's lifetime as people choose it: "90 days", "1 year", or "2 days 3 hours" where it is short. Its exact end is shown beside it.
 * @param ms in milliseconds
 */
export function lifetimeText(ms: number): string {
  const { step } = LIFETIME_STEPS.find(({ from }) => ms >= from) ?? { step: MINUTE_MS };
  const rounded = Math.round(ms / step) * step;
  const years = Math.round(rounded / YEAR_MS);
  // A calendar year has 365 or 366 days, and four of them have 1461.
  return years > 0 && Math.abs(rounded - years * YEAR_MS) < DAY_MS ? written(years, "year") : durationText(rounded);
}

/** "23 h 59 min 12 s" until the end, which is reached at 0. @param ms what is left, in milliseconds */
export function countdownText(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1_000));
  const hours = Math.floor(seconds / 3_600);
  const rest = `${String(Math.floor(seconds / 60) % 60).padStart(2, "0")} min ${String(seconds % 60).padStart(2, "0")} s`;
  return `${String(hours)} h ${rest}`;
}
