import { describe, expect, it } from "vitest";

import { AppError } from "@/lib/errors/app-error";

import { assertFreshSignIn, authenticatedAt, isFreshSignIn } from "./fresh-sign-in";

const NOW = new Date("2026-11-30T12:00:00.000Z");
const before = (ms: number) => new Date(NOW.getTime() - ms);

describe("a sign-in is fresh", () => {
  it.each([
    ["of this moment", before(0), true],
    ["exactly as old as allowed", before(900_000), true],
    ["1 ms younger than that", before(899_999), true],
    ["1 ms older than that", before(900_001), false],
    ["a day old", before(86_400_000), false],
    ["5 minutes in the future, as by another clock", before(-300_000), true],
    ["1 ms further in the future", before(-300_001), false],
    ["a year in the future", before(-365 * 86_400_000), false],
    ["of an unknown moment", null, false],
  ])("%s", (_, at, fresh) => {
    expect(isFreshSignIn(at, 900, NOW)).toBe(fresh);
    expect(isFreshSignIn(at, 0, NOW)).toBe(true);
  });
});

describe("the moment of a sign-in", () => {
  it("is the claim auth_time, in seconds", () => {
    expect(authenticatedAt(NOW.getTime() / 1000)).toEqual(NOW);
  });

  it.each([undefined, null, "", "1796040000", 0, -1, 1.5, Number.NaN, Infinity, 1e20, {}, [1796040000], true])(
    "is unknown with %j",
    (claim) => {
      expect(authenticatedAt(claim)).toBeNull();
    },
  );
});

describe("assertFreshSignIn", () => {
  const refusal = (at: Date | null, unknown?: string) => {
    try {
      assertFreshSignIn(at, 900, NOW, unknown);
      return null;
    } catch (error) {
      return error instanceof AppError ? error : null;
    }
  };

  it("refuses with the age that is allowed", () => {
    expect(refusal(before(900_001))).toMatchObject({
      code: "UNAUTHORIZED",
      reason: "fresh_sign_in_required",
      details: { max_age: 900 },
    });
    expect(refusal(before(900_000))).toBeNull();
  });

  it("names the cause where the moment is unknown", () => {
    expect(refusal(null, "No auth_time.")?.message).toBe("No auth_time.");
    expect(refusal(before(900_001), "No auth_time.")?.message).toMatch(/^This requires/);
  });
});
