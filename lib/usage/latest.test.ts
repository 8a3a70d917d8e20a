import { describe, expect, it } from "vitest";

import { latestUse } from "@/lib/usage/latest";

const at = new Date("2026-11-01T09:00:00Z");
const after = (ms: number) => new Date(at.getTime() + ms);
const stored = { at, address: "192.0.2.7", client: "curl", endpoint: "GET /public-api/me" };
const unknown = { address: null, client: null, endpoint: null };

describe("the latest call with a key", () => {
  it.each([
    ["never", null, null, null],
    ["as usage saw it", stored, null, stored],
    ["as usage saw it, if that is the later one", stored, after(-1), stored],
    ["as usage saw it, if both saw it", stored, at, stored],
    ["from the same place while usage is about to be written", stored, after(59_999), { ...stored, at: after(59_999) }],
    ["from an unknown place, if usage didn't see it", stored, after(60_000), { ...unknown, at: after(60_000) }],
    ["from an unknown place, if usage was forgotten", null, at, { ...unknown, at }],
  ])("is %s", (_, usage, lastUsedAt, latest) => expect(latestUse(usage, lastUsedAt)).toEqual(latest));
});
