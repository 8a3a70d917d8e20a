import { describe, expect, it } from "vitest";

import { displayKey, generateKey, parseKey } from "@/lib/api-keys/format";

describe("generateKey", () => {
  it("generates neo_sk_, the environment, then 24 letters and digits", () => {
    expect(generateKey("prod")).toMatch(/^neo_sk_prod_[A-Za-z0-9]{24}$/);
    expect(generateKey("stage2")).toMatch(/^neo_sk_stage2_[A-Za-z0-9]{24}$/);
  });

  it("never repeats itself", () => {
    const keys = Array.from({ length: 5_000 }, () => generateKey("prod"));
    expect(new Set(keys).size).toBe(keys.length);
  });

  it("draws every character about equally often", () => {
    const counts = new Map<string, number>();
    const keys = 10_000;
    for (let i = 0; i < keys; i++) {
      for (const character of generateKey("prod").slice(-24)) counts.set(character, (counts.get(character) ?? 0) + 1);
    }
    expect(counts.size).toBe(62);
    // Chi-squared with 61 degrees of freedom exceeds 140 once in ten million fair runs.
    const expected = (keys * 24) / 62;
    const chiSquared = [...counts.values()].reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    expect(chiSquared).toBeLessThan(140);
  });
});

describe("parseKey", () => {
  it("reads environment and last four", () => {
    expect(parseKey("neo_sk_prod_AbCdEf0123456789AbCdEf01")).toEqual({ environment: "prod", last4: "Ef01" });
  });

  it.each([
    ["23 characters", "neo_sk_prod_AbCdEf0123456789AbCdEf0"],
    ["25 characters", "neo_sk_prod_AbCdEf0123456789AbCdEf012"],
    ["an underscore in the secret", "neo_sk_prod_AbCdEf0123456789AbCdE_01"],
    ["an environment of one character", "neo_sk_p_AbCdEf0123456789AbCdEf01"],
    ["an environment of 13 characters", "neo_sk_abcdefghijklm_AbCdEf0123456789AbCdEf01"],
    ["capitals in the environment", "neo_sk_Prod_AbCdEf0123456789AbCdEf01"],
    ["another prefix", "neo_pk_prod_AbCdEf0123456789AbCdEf01"],
    ["a trailing newline", "neo_sk_prod_AbCdEf0123456789AbCdEf01\n"],
    ["a leading blank", " neo_sk_prod_AbCdEf0123456789AbCdEf01"],
    ["letters that look the same", "neo_sk_prod_АbCdEf0123456789AbCdEf01"],
    ["nothing", ""],
  ])("refuses %s", (_, token) => {
    expect(parseKey(token)).toBeNull();
  });
});

describe("displayKey", () => {
  it("shows only the last four characters of the secret", () => {
    expect(displayKey({ environment: "prod", last4: "Ef01" })).toBe("neo_sk_prod_…Ef01");
  });
});
