import { describe, expect, it } from "vitest";

import { countdownText, durationText, lifetimeText } from "@/components/time/duration";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

describe("a duration", () => {
  it.each([
    [59_999, "less than a minute"],
    [60_000, "1 minute"],
    [HOUR - 1, "59 minutes"],
    [HOUR, "1 hour"],
    [HOUR + 12 * 60_000, "1 hour 12 minutes"],
    [25 * HOUR + 60_000, "1 day 1 hour"],
    [24 * HOUR + 60_000, "1 day"],
  ])("of %i ms is %s", (ms, text) => expect(durationText(ms)).toBe(text));
});

describe("a lifetime", () => {
  it.each([
    ["a year, of a key that was made a moment after its end was chosen", 365 * DAY - 1_234, "1 year"],
    ["a year", 365 * DAY, "1 year"],
    ["a year with 29 February", 366 * DAY, "1 year"],
    ["four years", 1_461 * DAY, "4 years"],
    ["90 days, with a caller's clock that is behind", 90 * DAY + 95_000, "90 days"],
    ["a day less than a year", 364 * DAY, "364 days"],
    ["two days more than a year", 367 * DAY, "367 days"],
    ["45 days and 3 hours, which a day doesn't matter to", 45 * DAY + 3 * HOUR, "45 days"],
    ["a week less a second", 7 * DAY - 1_000, "7 days"],
    ["two days and 3 hours", 2 * DAY + 3 * HOUR, "2 days 3 hours"],
    ["a day less a second", DAY - 1_000, "1 day"],
    ["8 hours and 20 minutes", 8 * HOUR + 20 * 60_000, "8 hours 20 minutes"],
    ["20 seconds", 20_000, "less than a minute"],
  ])("of %s", (_, ms, text) => expect(lifetimeText(ms)).toBe(text));
});

describe("a countdown", () => {
  it.each([
    [24 * HOUR, "24 h 00 min 00 s"],
    [24 * HOUR - 1_000, "23 h 59 min 59 s"],
    [1_001, "0 h 00 min 02 s"],
    [1, "0 h 00 min 01 s"],
    [0, "0 h 00 min 00 s"],
    [-1, "0 h 00 min 00 s"],
  ])("of %i ms is %s", (ms, text) => expect(countdownText(ms)).toBe(text));
});
