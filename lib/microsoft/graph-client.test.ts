import { describe, expect, it } from "vitest";

import { retryAfterMs } from "./graph-client";

const NOW = Date.parse("2026-11-23T08:00:00.000Z");

describe("retryAfterMs", () => {
  it.each([
    ["7", 7_000],
    [" 0 ", 0],
    ["Mon, 23 Nov 2026 08:00:30 GMT", 30_000],
    ["Mon, 23 Nov 2026 07:00:00 GMT", 0],
    ["999999", 600_000],
    [null, 10_000],
    ["", 10_000],
    ["soon", 10_000],
  ])("of %j is %d ms", (header, expected) => {
    expect(retryAfterMs(header, NOW)).toBe(expected);
  });
});
