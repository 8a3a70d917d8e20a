import { describe, expect, it } from "vitest";

import { AppError } from "@/lib/errors";
import { assertFutureExpiry, EXPIRY_PRESETS, expiryProblem, resolveExpiry } from "@/lib/keys/expiry";

const NOW = new Date("2027-03-01T12:34:56.789Z");

describe("resolveExpiry", () => {
  it("counts presets from now, to the millisecond", () => {
    const resolved = EXPIRY_PRESETS.map((preset) => resolveExpiry({ kind: "preset", preset }, NOW)?.toISOString());
    expect(resolved).toEqual([
      "2027-03-08T12:34:56.789Z",
      "2027-03-31T12:34:56.789Z",
      "2027-04-30T12:34:56.789Z",
      "2027-05-30T12:34:56.789Z",
      "2028-03-01T12:34:56.789Z",
    ]);
  });

  it("gives a year that begins on 29 February its next day", () => {
    const leap = new Date("2028-02-29T00:00:00.000Z");
    expect(resolveExpiry({ kind: "preset", preset: "1y" }, leap)?.toISOString()).toBe("2029-03-01T00:00:00.000Z");
  });

  it("takes a custom moment as it is, offset and all", () => {
    expect(resolveExpiry({ kind: "at", at: "2027-06-01T02:00:00+02:00" }, NOW)?.toISOString()).toBe(
      "2027-06-01T00:00:00.000Z",
    );
  });

  it("counts the old lifetime from now for a rotation; none stays none", () => {
    expect(resolveExpiry({ kind: "same" }, NOW, 1_000)?.toISOString()).toBe("2027-03-01T12:34:57.789Z");
    expect(resolveExpiry({ kind: "same" }, NOW, null)).toBeNull();
  });

  it("never is null", () => {
    expect(resolveExpiry({ kind: "never" }, NOW)).toBeNull();
  });
});

describe("expiryProblem", () => {
  it.each([
    ["a millisecond ahead, today", 1, null],
    ["now", 0, "Choose a moment in the future."],
    ["a millisecond ago", -1, "Choose a moment in the future."],
  ])("%s", (_, offset, problem) => {
    expect(expiryProblem(new Date(NOW.getTime() + offset), NOW)).toBe(problem);
  });

  it("refuses a year of five digits and what is no date", () => {
    expect(expiryProblem(new Date("+020270-01-01T00:00:00Z"), NOW)).toBe("Choose a year of four digits.");
    expect(expiryProblem(new Date(Number.NaN), NOW)).toBe("Choose a date and a time.");
  });

  it("becomes a message beside the field", () => {
    expect(() => {
      assertFutureExpiry(NOW, NOW);
    }).toThrow(AppError);
    try {
      assertFutureExpiry(NOW, NOW);
    } catch (error) {
      expect(error).toMatchObject({ code: "UNPROCESSABLE", fields: { expiry: "Choose a moment in the future." } });
    }
  });
});
