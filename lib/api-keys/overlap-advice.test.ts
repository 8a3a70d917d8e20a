import { describe, expect, it } from "vitest";

import { FRESH_MS, oldKeyUse, overlapAdvice, SILENCE_MS, silenceOf } from "@/lib/api-keys/overlap-advice";

const READ = Date.parse("2026-11-29T12:00:00Z");
const at = (ms: number) => new Date(READ + ms);
const seen = (lastUse: number | null, createdAt = -90 * SILENCE_MS) => ({
  lastUse: lastUse === null ? null : at(lastUse),
  createdAt: at(createdAt),
  readAt: at(0),
});

describe("an old key", () => {
  it.each([
    ["in_use", 1 - SILENCE_MS],
    ["quiet", -SILENCE_MS],
    ["quiet", -SILENCE_MS - 1],
    ["in_use", 0],
    // A call that ended after the clock was read.
    ["in_use", 5],
  ])("is %s %i ms after its last call", (use, lastUse) => expect(oldKeyUse(seen(lastUse), at(0))).toBe(use));

  it.each([
    ["unknown", 1 - SILENCE_MS],
    ["quiet", -SILENCE_MS],
    ["quiet", -SILENCE_MS - 1],
  ])("that was never used is %s %i ms after it was created", (use, createdAt) =>
    expect(oldKeyUse(seen(null, createdAt), at(0))).toBe(use),
  );

  it.each([
    ["in_use", -1_000],
    ["quiet", -SILENCE_MS],
  ])("is %s for a minute after that was read, then unknown", (use, lastUse) => {
    expect([FRESH_MS, FRESH_MS + 1].map((ms) => oldKeyUse(seen(lastUse), at(ms)))).toEqual([use, "unknown"]);
  });

  it("is silent since its last call, or since it exists, until that was read", () => {
    expect([silenceOf(seen(-5_000)), silenceOf(seen(null, -7_000))]).toEqual([5_000, 7_000]);
  });
});

describe("advice on ending an overlap", () => {
  it.each([
    ["recommended", "quiet", null, true],
    ["new_key_unused", "quiet", null, false],
    ["in_use", "in_use", null, true],
    ["in_use", "in_use", null, false],
    ["unknown", "unknown", null, true],
    ["new_key_stopped", "quiet", "revoked", true],
    ["new_key_stopped", "in_use", "expired", true],
  ] as const)(
    "is %s for an old key that is %s, and a new one that is refused (%s), used: %s",
    (advice, use, refusal, isUsed) => expect(overlapAdvice(use, { refusal, isUsed })).toBe(advice),
  );
});
