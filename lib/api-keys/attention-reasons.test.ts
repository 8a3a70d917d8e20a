import { describe, expect, it } from "vitest";

import { attentionMoments } from "@/lib/api-keys/attention-reasons";
import { endingKey } from "@/lib/public-api/credentials/ending-key";

const now = new Date("2026-11-29T12:00:00.000Z");

describe("the moments that decide who needs attention", () => {
  it("are 14, 90, 7 and 30 days away", () => {
    expect(attentionMoments(now)).toEqual({
      expiresBy: new Date("2026-12-13T12:00:00.000Z"),
      usedBy: new Date("2026-08-31T12:00:00.000Z"),
      createdBy: new Date("2026-11-22T12:00:00.000Z"),
      dismissedAfter: new Date("2026-10-30T12:00:00.000Z"),
    });
  });

  it("warn people of an expiry from the same millisecond on as callers", () => {
    const { expiresBy } = attentionMoments(now);
    const warning = (ms: number) =>
      endingKey({ now: now.getTime(), expires_at: expiresBy.getTime() + ms, rotated_at: null, grace_ends_at: null });
    expect(warning(0)?.warning.code).toBe("key_expiring");
    expect(warning(1)).toBeNull();
  });
});
