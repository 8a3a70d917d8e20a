import { AppError } from "@/lib/errors/app-error";
import { isInCalendar, LAST_TIME } from "@/lib/text/years";
import { DAY_MS } from "@/lib/text/time-units";

/** The lifetimes offered beside "custom" and "none": days, and one calendar year. */
export const EXPIRY_PRESETS = ["7d", "30d", "60d", "90d", "1y"] as const;

/** How a person chose an expiry. `same` is for rotation: the lifetime the old key had at creation. */
export type ExpiryChoice =
  | { readonly kind: "never" }
  | { readonly kind: "preset"; readonly preset: (typeof EXPIRY_PRESETS)[number] }
  | { readonly kind: "at"; readonly at: string }
  | { readonly kind: "same" };

/**
 * When a key with this choice expires, counted from `now`; null means never.
 * @param lifetime for `same`: the lifetime of the key being rotated, in milliseconds, null for none
 */
export function resolveExpiry(choice: ExpiryChoice, now: Date, lifetime: number | null = null): Date | null {
  switch (choice.kind) {
    case "never":
      return null;
    case "same":
      // A key that expires in the year 9999 can still be rotated next year.
      return lifetime === null ? null : new Date(Math.min(now.getTime() + lifetime, LAST_TIME.getTime()));
    case "at":
      return new Date(choice.at);
    case "preset": {
      if (choice.preset === "1y") return oneYearAfter(now);
      return new Date(now.getTime() + Number.parseInt(choice.preset, 10) * DAY_MS);
    }
  }
}

/** The same date and time of the next year in UTC; 29 February becomes 1 March. */
function oneYearAfter(now: Date): Date {
  const date = new Date(now);
  date.setUTCFullYear(date.getUTCFullYear() + 1);
  return date;
}

/**
 * Parses a date and time field, in the browser's time zone.
 * @param typed `2027-01-31T18:00`
 * @returns the choice, at most the end of the year 9999 in UTC, which lasts some hours longer west of it; null when not
 *   filled in
 */
export function customExpiry(typed: string): ExpiryChoice | null {
  // Browsers allow six-digit years, which Date parses only with a sign.
  const at = new Date(typed.replace(/^\d{5,6}(?=-)/, (year) => `+${year.padStart(6, "0")}`));
  if (Number.isNaN(at.getTime())) return null;
  const last = /^\d{4}-/.test(typed) && at > LAST_TIME;
  return { kind: "at", at: (last ? LAST_TIME : at).toISOString() };
}

/**
 * Refuses an expiry in the past or beyond the year 9999.
 * @param field the caller's name of the field
 * @throws AppError UNPROCESSABLE with a message for that field
 */
export function assertFutureExpiry(expiresAt: Date | null, now: Date, field = "expiry"): void {
  const problem = expiryProblem(expiresAt, now);
  if (problem) throw new AppError("UNPROCESSABLE", problem, { fields: { [field]: problem } });
}

/** What is wrong with an expiry, shown beside its field; null when nothing is. */
export function expiryProblem(expiresAt: Date | null, now: Date): string | null {
  if (!expiresAt) return null;
  if (Number.isNaN(expiresAt.getTime())) return "Choose a date and time.";
  if (expiresAt <= now) return "Choose a future date and time.";
  if (!isInCalendar(expiresAt)) return "Choose a time before the year 10000 in UTC.";
  return null;
}
