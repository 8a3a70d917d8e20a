import { DAY_MS, HOUR_MS } from "@/lib/text/time-units";

/** How much of a key's usage is read, in hours or days, the current one included. */
export const USAGE_RANGES = {
  "24h": { interval: "hour", points: 24 },
  "7d": { interval: "hour", points: 168 },
  "30d": { interval: "day", points: 30 },
  "13mo": { interval: "day", points: 396 },
} as const;
export type UsageRange = keyof typeof USAGE_RANGES;
export const RANGE_NAMES = Object.keys(USAGE_RANGES) as UsageRange[];

/** How long callers and refusals are kept, in days. */
export const CALLERS_DAYS = 30;

/** The length of a point, in milliseconds. */
export const INTERVAL_MS = { hour: HOUR_MS, day: DAY_MS } as const;

/** The first day of which callers are read, in days since 1970. @param now the database's clock */
export const firstCallersDay = (now: Date) => Math.floor(now.getTime() / INTERVAL_MS.day) - CALLERS_DAYS + 1;
