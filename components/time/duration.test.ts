import { describe, expect, it } from "vitest";

import { countdownText, durationText } from "@/components/time/duration";

const HOUR = 3_600_000;

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
