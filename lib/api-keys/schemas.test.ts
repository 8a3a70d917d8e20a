import { randomUUID } from "node:crypto";

import { describe, expect, it } from "vitest";

import { createKeyInput, keyName, revokeKeysInput, selectedKeysInput } from "@/lib/api-keys/schemas";

describe("keyName", () => {
  it.each([
    ["Billing export script", "Billing export script"],
    ["  trimmed \t", "trimmed"],
    ["a", "a"],
    ["x".repeat(200), "x".repeat(200)],
    ["😀".repeat(200), "😀".repeat(200)],
    ["Экспорт счетов", "Экспорт счетов"],
    ["請求書の書き出し", "請求書の書き出し"],
    ["تصدير الفواتير", "تصدير الفواتير"],
    ["e\u0301", "é"],
    ["<script>alert(1)</script>", "<script>alert(1)</script>"],
    ["=1+1", "=1+1"],
    ["👩‍🚀 crew", "👩‍🚀 crew"],
    ["می‌خواهم", "می‌خواهم"],
    ["1️⃣ ❤️ first", "1️⃣ ❤️ first"],
    ["葛\u{e0100}城", "葛\u{e0100}城"],
    ["ᠠ\u180b", "ᠠ\u180b"],
  ])("accepts %j", (typed, stored) => {
    expect(keyName.parse(typed)).toBe(stored);
  });

  it.each([
    ["nothing", "", /Give the key a name/],
    ["blanks", "   ", /Give the key a name/],
    ["201 characters", "x".repeat(201), /200 characters or fewer; this has 201/],
    ["201 emoji", "😀".repeat(201), /this has 201/],
    ["a NUL", "a\u0000b", /control/],
    ["a line break", "a\nb", /control/],
    ["an escape", "a\u001bb", /control/],
    ["a C1 control", "a\u0085b", /control/],
    ["a bidi override", "a\u202Eb", /text-direction/],
    ["a bidi isolate", "a\u2066b", /text-direction/],
    ["a line separator", "a\u2028b", /control/],
    ["half a surrogate pair", "a\ud800b", /broken/],
    ["a zero-width space", "a\u200bb", /invisible/],
    ["a right-to-left mark", "a\u200fb", /invisible/],
    ["an Arabic letter mark", "a\u061cb", /invisible/],
    ["a soft hyphen", "a\u00adb", /invisible/],
    ["a tag character", "a\u{e0041}b", /invisible/],
    ["a Hangul filler", "a\u3164b", /invisible/],
    ["a grapheme joiner", "a\u034fb", /invisible/],
    ["a Khmer inherent vowel", "a\u17b5b", /invisible/],
    ["an unassigned ignorable character", "a\ufff0b", /invisible/],
    ["a shorthand format control", "a\u{1bca0}b", /invisible/],
    ["a joiner between letters that don't join", "ad\u200dmin", /invisible/],
    ["a variation selector after a letter without variants", "ad\ufe0fmin", /invisible/],
    ["a blank musical symbol", "\u{1d159}", /seen/],
    ["only joiners", "\u200d\u200c", /seen/],
    ["only a blank braille pattern", "\u2800", /seen/],
    ["only a Hangul filler", "\u3164", /seen/],
  ])("refuses %s", (_, typed, message) => {
    const result = keyName.safeParse(typed);
    expect(result.success).toBe(false);
    expect(result.error?.issues).toHaveLength(1);
    expect(result.error?.issues[0]?.message).toMatch(message);
  });

  it.each([[null], [undefined], [7], [["a"]], [{ a: 1 }]])("refuses %j with a message, not a crash", (value) => {
    expect(keyName.safeParse(value).error?.issues[0]?.message).toBe("Give the key a name.");
  });
});

describe("createKeyInput", () => {
  it("drops fields the caller can't choose", () => {
    const parsed = createKeyInput.parse({
      name: "a",
      expiry: { kind: "never" },
      tenantId: "x",
      role: "Admin",
      userId: "y",
    });
    expect(parsed).toEqual({ name: "a", expiry: { kind: "never" } });
  });

  it.each([[{ kind: "preset", preset: "1000y" }], [{ kind: "at", at: "tomorrow" }], [{}], [null], ["never"]])(
    "refuses the expiry %j",
    (expiry) => {
      expect(createKeyInput.safeParse({ name: "a", expiry }).success).toBe(false);
    },
  );
});

describe("revokeKeysInput", () => {
  const ids = (count: number) => Array.from({ length: count }, () => randomUUID());
  const valid = { keyIds: ids(2), knownInUse: [], knownRetiring: [], reason: "  Leaked.\nTwice. ", typedCount: "2" };
  const problemsOf = (change: object) =>
    revokeKeysInput.safeParse({ ...valid, ...change }).error?.issues.map(({ path, message }) => [path[0], message]);

  it("takes ids, a reason and their number", () => {
    expect(revokeKeysInput.parse(valid)).toEqual({ ...valid, reason: "Leaked.\nTwice." });
    const many = ids(1_000);
    for (const typedCount of ["1000", "1,000", " 1.000 "]) {
      expect(problemsOf({ keyIds: many, knownInUse: many, typedCount })).toBeUndefined();
    }
  });

  it.each([
    ["no reason", { reason: " " }, "reason", /Enter a reason/],
    ["a reason that is too long", { reason: "x".repeat(501) }, "reason", /500 characters or fewer; this has 501/],
    ["a key as the reason", { reason: `was neo_sk_prod_${"a".repeat(24)}` }, "reason", /Remove the API key/],
    ["hidden characters", { reason: "a\u202eb" }, "reason", /text-direction/],
    ["another number", { typedCount: "3" }, "typedCount", /doesn’t match/],
    ["no number", { typedCount: "" }, "typedCount", /doesn’t match/],
    ["no keys", { keyIds: [], typedCount: "0" }, "keyIds", /./],
    ["1,001 keys", { keyIds: ids(1_001), typedCount: "1001" }, "keyIds", /./],
    ["no id", { keyIds: ["1", randomUUID()] }, "keyIds", /./],
  ])("refuses %s", (_, change, field, message) => {
    expect(problemsOf(change)?.[0]).toEqual([field, expect.stringMatching(message)]);
  });

  it("refuses more than 1,000 keys to preview or export", () => {
    expect(selectedKeysInput.safeParse({ keyIds: ids(1_000) }).success).toBe(true);
    expect(selectedKeysInput.safeParse({ keyIds: ids(1_001) }).success).toBe(false);
  });
});
