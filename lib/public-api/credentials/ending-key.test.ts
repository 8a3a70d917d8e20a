import { describe, expect, it } from "vitest";

import { EXPIRY_WARNING_MS } from "@/lib/api-keys/status";

import { endingKey } from "./ending-key";

const NOW = Date.parse("2026-12-01T10:00:00.500Z");
const HOUR_MS = 3_600_000;
const key = (moments: Partial<Parameters<typeof endingKey>[0]> = {}) => ({
  now: NOW,
  expires_at: null,
  rotated_at: null,
  grace_ends_at: null,
  ...moments,
});

describe("endingKey", () => {
  it("says nothing of a key without an end", () => {
    expect(endingKey(key())).toBeNull();
  });

  it.each([
    [EXPIRY_WARNING_MS + 1, false],
    [EXPIRY_WARNING_MS, true],
    [EXPIRY_WARNING_MS - 1, true],
    [1, true],
  ])("%i ms before its expiry: %s", (left, warns) => {
    expect(endingKey(key({ expires_at: NOW + left })) !== null).toBe(warns);
  });

  it("names the moment of an expiry", () => {
    expect(endingKey(key({ expires_at: NOW + HOUR_MS }))).toEqual({
      warning: {
        code: "key_expiring",
        message: "This API key expires at 2026-12-01T11:00:00.500Z. Rotate it, or create another one.",
        expires_at: "2026-12-01T11:00:00.500Z",
      },
      headers: { Sunset: "Tue, 01 Dec 2026 11:00:00 GMT" },
    });
  });

  it("names the end of a rotated key, whatever its expiry", () => {
    const rotated = { rotated_at: NOW - HOUR_MS, grace_ends_at: NOW + HOUR_MS, expires_at: NOW + 2 * HOUR_MS };
    expect(endingKey(key(rotated))).toEqual({
      warning: {
        code: "key_rotated",
        message: "This API key was rotated and works until 2026-12-01T11:00:00.500Z. Use the key that replaced it.",
        works_until: "2026-12-01T11:00:00.500Z",
      },
      headers: { Deprecation: "@1796115600", Sunset: "Tue, 01 Dec 2026 11:00:00 GMT" },
    });
  });
});
