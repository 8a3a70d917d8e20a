import { describe, expect, it } from "vitest";

import { AppError, databaseUnavailable } from "@/lib/errors/app-error";
import { CREDENTIAL_PROBLEMS } from "@/lib/errors/reasons";
import { unauthorized } from "@/lib/public-api/credentials/authorization-header";

import { Counts, outcomeOf, OUTCOMES } from "./counts";

describe("the outcome of a credential", () => {
  it("is the reason in the response", () => {
    for (const reason of CREDENTIAL_PROBLEMS) expect(outcomeOf(unauthorized(reason, "No."))).toBe(reason);
  });

  it("distinguishes the caller's mistakes from internal errors and outages", () => {
    expect(outcomeOf(new AppError("BAD_REQUEST", "Twice."))).toBe("malformed");
    expect(outcomeOf(new AppError("FORBIDDEN", "Not let in."))).toBe("forbidden");
    expect(outcomeOf(databaseUnavailable(new Error("gone")))).toBe("unavailable");
    expect(outcomeOf(new TypeError("a bug"))).toBe("failed");
  });
});

describe("counts", () => {
  it("start at zero and add up", () => {
    const counts = new Counts();
    expect(Object.keys(counts.outcomes)).toEqual([...OUTCOMES]);
    expect(Object.values(counts.outcomes).every((count) => count === 0)).toBe(true);
    counts.accepted(2, false);
    counts.accepted(3, true);
    counts.refused("revoked", 4);
    counts.refused("unavailable", 3000);
    counts.lookedUp(3, 1.5);
    counts.answered(200);
    expect(counts.outcomes).toMatchObject({ valid: 1, rate_limited: 1, revoked: 1, unavailable: 1, unknown: 0 });
    expect(counts.verification.accepted.read()).toMatchObject({ count: 2, sum: 0.005 });
    expect(counts.verification.refused.read().count).toBe(1);
    expect(counts.verification.failed.read()).toMatchObject({ count: 1, sum: 3 });
    expect([counts.batch.read().sum, counts.statement.read().sum, counts.answers[200]]).toEqual([3, 0.0015, 1]);
  });
});
