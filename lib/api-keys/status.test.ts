import { describe, expect, it } from "vitest";

import { OVERLAP_MS, overlapEnd } from "@/lib/api-keys/rotation-overlap";
import { EXPIRING_SOON_MS, keyEnd, keyLifetime, keyRefusal, keyStatus, type KeyMoments } from "@/lib/api-keys/status";

const T = new Date("2027-03-01T12:00:00.000Z");
const at = (offset: number) => new Date(T.getTime() + offset);
const DAY = 86_400_000;

function key(moments: Partial<KeyMoments>): KeyMoments {
  return { expiresAt: null, rotatedAt: null, graceEndsAt: null, revokedAt: null, ...moments };
}

describe("expiry", () => {
  it.each([
    [-1, null, "expiring"],
    [0, "expired", "expired"],
    [1, "expired", "expired"],
  ] as const)("%i ms from it", (offset, refusal, status) => {
    expect(keyRefusal(key({ expiresAt: T }), at(offset))).toBe(refusal);
    expect(keyStatus(key({ expiresAt: T }), at(offset))).toBe(status);
  });

  it("a key without one never expires", () => {
    expect(keyStatus(key({}), new Date("9999-01-01T00:00:00Z"))).toBe("active");
  });
});

describe("expiring soon", () => {
  it.each([
    [EXPIRING_SOON_MS + 1, "active"],
    [EXPIRING_SOON_MS, "expiring"],
    [EXPIRING_SOON_MS - 1, "expiring"],
    [1, "expiring"],
  ] as const)("%i ms before the end", (left, status) => {
    expect(keyStatus(key({ expiresAt: at(left) }), T)).toBe(status);
  });
});

describe("rotation", () => {
  const rotated = key({ rotatedAt: T, graceEndsAt: at(OVERLAP_MS) });

  it("keeps the old key working for 24 hours", () => {
    expect(OVERLAP_MS).toBe(24 * 60 * 60 * 1000);
    expect(overlapEnd(null, T)).toEqual(at(OVERLAP_MS));
  });

  it.each([
    [0, null, "rotating"],
    [OVERLAP_MS - 1, null, "rotating"],
    [OVERLAP_MS, "rotated_out", "expired"],
    [OVERLAP_MS + 1, "rotated_out", "expired"],
  ] as const)("%i ms after it", (offset, refusal, status) => {
    expect(keyRefusal(rotated, at(offset))).toBe(refusal);
    expect(keyStatus(rotated, at(offset))).toBe(status);
  });

  it.each([
    ["earlier by a millisecond", OVERLAP_MS - 1, OVERLAP_MS - 1],
    ["the same", OVERLAP_MS, OVERLAP_MS],
    ["later by a millisecond", OVERLAP_MS + 1, OVERLAP_MS],
    ["a year away", 365 * DAY, OVERLAP_MS],
    ["a second away", 1_000, 1_000],
  ])("ends the old key at the earlier of its own expiry and 24 hours: expiry %s", (_, expiry, end) => {
    expect(overlapEnd(at(expiry), T)).toEqual(at(end));
  });

  it("doesn't show a rotated key as expiring soon", () => {
    expect(keyStatus({ ...rotated, expiresAt: at(2 * DAY) }, at(1))).toBe("rotating");
  });
});

describe("revocation", () => {
  it("takes precedence over every other status, immediately and permanently", () => {
    const revoked = key({ expiresAt: at(DAY), rotatedAt: T, graceEndsAt: at(DAY), revokedAt: at(5) });
    for (const moment of [at(5), at(6), at(2 * DAY)]) {
      expect(keyRefusal(revoked, moment)).toBe("revoked");
      expect(keyStatus(revoked, moment)).toBe("revoked");
    }
  });
});

describe("the end shown in the list", () => {
  it("is the end of the overlap for a rotated key, else the expiry", () => {
    expect(keyEnd(key({ expiresAt: at(9), graceEndsAt: at(3) }))).toEqual(at(3));
    expect(keyEnd(key({ expiresAt: at(9) }))).toEqual(at(9));
    expect(keyEnd(key({}))).toBeNull();
  });

  it("keeps a key's original lifetime", () => {
    expect(keyLifetime({ createdAt: T, expiresAt: at(90 * DAY) })).toBe(90 * DAY);
    expect(keyLifetime({ createdAt: T, expiresAt: null })).toBeNull();
  });
});
