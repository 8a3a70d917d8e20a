import { describe, expect, it } from "vitest";

import { presets, toDays, toTimes } from "@/components/audit-log/day-range";

describe("the days of the audit log", () => {
  it.each([
    { first: "2026-11-01", last: "2026-11-30" },
    { first: "2026-03-29", last: "2026-03-29" },
    { first: "", last: "2026-11-30" },
    { first: "2026-11-01", last: "" },
    { first: "", last: "" },
  ])("survive the way through the URL: $first – $last", (range) => {
    expect(toDays(toTimes(range))).toEqual(range);
  });

  it("include the whole last day, and exclude the next one's midnight", () => {
    const { from, to } = toTimes({ first: "2026-11-30", last: "2026-11-30" });
    expect(new Date(to ?? "").getTime() - new Date(from ?? "").getTime()).toBe(86_400_000);
  });

  it("of a preset end today", () => {
    const now = new Date(2026, 2, 1, 0, 30);
    expect(Object.fromEntries(presets(now))).toEqual({
      Today: { first: "2026-03-01", last: "2026-03-01" },
      "Last 7 days": { first: "2026-02-23", last: "2026-03-01" },
      "Last 30 days": { first: "2026-01-31", last: "2026-03-01" },
      "Last 90 days": { first: "2025-12-02", last: "2026-03-01" },
      "This month": { first: "2026-03-01", last: "2026-03-01" },
    });
  });
});
