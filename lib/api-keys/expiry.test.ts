import { afterEach, describe, expect, it } from "vitest";

import { AppError } from "@/lib/errors/app-error";
import { assertFutureExpiry, customExpiry, EXPIRY_PRESETS, expiryProblem, resolveExpiry } from "@/lib/api-keys/expiry";

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

  it("resolves a year from 29 February to 1 March", () => {
    const leap = new Date("2028-02-29T00:00:00.000Z");
    expect(resolveExpiry({ kind: "preset", preset: "1y" }, leap)?.toISOString()).toBe("2029-03-01T00:00:00.000Z");
  });

  it("keeps a custom date and time, including its offset", () => {
    expect(resolveExpiry({ kind: "at", at: "2027-06-01T02:00:00+02:00" }, NOW)?.toISOString()).toBe(
      "2027-06-01T00:00:00.000Z",
    );
  });

  it("restarts the old lifetime at a rotation; a key without expiry stays without", () => {
    expect(resolveExpiry({ kind: "same" }, NOW, 1_000)?.toISOString()).toBe("2027-03-01T12:34:57.789Z");
    expect(resolveExpiry({ kind: "same" }, NOW, null)).toBeNull();
  });

  it("caps the rotation of a key that expires in the year 9999 at the end of that year", () => {
    const lifetime = Date.parse("9999-12-31T23:59:59.000Z") - Date.parse("2026-01-01T00:00:00Z");
    const expiry = resolveExpiry({ kind: "same" }, NOW, lifetime);
    expect(expiry?.toISOString()).toBe("9999-12-31T23:59:59.999Z");
    expect(expiryProblem(expiry, NOW)).toBeNull();
  });

  it("never resolves to null", () => {
    expect(resolveExpiry({ kind: "never" }, NOW)).toBeNull();
  });
});

describe("expiryProblem", () => {
  it.each([
    ["a millisecond ahead, today", 1, null],
    ["now", 0, "Choose a future date and time."],
    ["a millisecond ago", -1, "Choose a future date and time."],
  ])("%s", (_, offset, problem) => {
    expect(expiryProblem(new Date(NOW.getTime() + offset), NOW)).toBe(problem);
  });

  it("refuses a five-digit year and anything that isn't a date", () => {
    const beyond = "Choose a time before the year 10000 in UTC.";
    for (const year of ["+020270-01-01T00:00:00Z", "+010000-01-01T00:00:00Z", "9999-12-31T23:59:59-00:01"])
      expect(expiryProblem(new Date(year), NOW)).toBe(beyond);
    expect(expiryProblem(new Date(Number.NaN), NOW)).toBe("Choose a date and time.");
  });

  it.each([
    "9999-12-31T00:00:00.001Z",
    "9999-12-31T23:59:59Z",
    "9999-12-31T23:59:59.999Z",
    "9999-12-31T23:59:59+14:00",
  ])("accepts the last day of the year 9999: %s", (text) => {
    expect(expiryProblem(new Date(text), NOW)).toBeNull();
  });

  it("is shown next to the field", () => {
    expect(() => {
      assertFutureExpiry(NOW, NOW);
    }).toThrow(AppError);
    try {
      assertFutureExpiry(NOW, NOW);
    } catch (error) {
      expect(error).toMatchObject({ code: "UNPROCESSABLE", fields: { expiry: "Choose a future date and time." } });
    }
  });
});

describe("parsing the typed text", () => {
  const zone = process.env.TZ;
  afterEach(() => {
    if (zone === undefined) delete process.env.TZ;
    else process.env.TZ = zone;
  });

  it.each([
    ["Etc/GMT+12", "9999-12-31T23:59:59.999Z"],
    ["America/Los_Angeles", "9999-12-31T23:59:59.999Z"],
    ["UTC", "9999-12-31T23:59:00.000Z"],
    ["Europe/London", "9999-12-31T23:59:00.000Z"],
    ["Etc/GMT-14", "9999-12-31T09:59:00.000Z"],
  ])("31 Dec 9999 23:59 is accepted in %s", (name, at) => {
    process.env.TZ = name;
    const choice = customExpiry("9999-12-31T23:59");
    expect(choice).toEqual({ kind: "at", at });
    expect(choice && expiryProblem(resolveExpiry(choice, NOW), NOW)).toBeNull();
  });

  it("a five-digit year is refused and an empty field gives no choice", () => {
    const choice = customExpiry("20270-01-31T18:00");
    expect(choice && expiryProblem(resolveExpiry(choice, NOW), NOW)).toBe(
      "Choose a time before the year 10000 in UTC.",
    );
    expect(customExpiry("")).toBeNull();
  });
});
