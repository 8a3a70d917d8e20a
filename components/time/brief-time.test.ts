import { describe, expect, it } from "vitest";

import { formatBriefly } from "@/components/time/brief-time";

describe("formatBriefly", () => {
  it.each([
    ["2026-11-30T14:32:59Z", "2026-11-30T15:00:00Z", "UTC", "14:32"],
    ["2026-11-29T14:32:00Z", "2026-11-30T15:00:00Z", "UTC", "29 Nov, 14:32"],
    // A day is one of the person's own.
    ["2026-11-29T23:30:00Z", "2026-11-30T00:10:00Z", "Europe/Berlin", "00:30"],
    ["2026-11-30T04:30:00Z", "2026-11-30T05:30:00Z", "America/New_York", "29 Nov, 23:30"],
  ])("%s, seen at %s in %s, is %s", (moment, now, timeZone, expected) => {
    expect(formatBriefly(new Date(moment), new Date(now), timeZone)).toBe(expected);
  });
});
