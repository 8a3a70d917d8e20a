import { expect, it } from "vitest";

import { isBackwards } from "@/lib/audit-log/range";

it.each([
  ["2026-12-02T00:00:00.000Z", "2026-12-01T00:00:00.000Z", true],
  ["2026-12-01T00:00:00.000Z", "2026-12-01T00:00:00.000Z", false],
  ["2026-12-01T00:00:00.000Z", "2026-12-02T00:00:00.000Z", false],
  ["2026-12-02T00:00:00.000Z", null, false],
  [null, "2026-12-01T00:00:00.000Z", false],
  [new Date("2026-12-02T00:00:00Z"), new Date("2026-12-01T00:00:00Z"), true],
  [undefined, new Date("2026-12-01T00:00:00Z"), false],
])("from %s to %s is backwards: %s", (from, to, expected) => {
  expect(isBackwards({ from, to })).toBe(expected);
});
