import { describe, expect, it } from "vitest";

import { LAST_SEEN_EVERY_MS, lastSeenIsDue, sessionLimits, sessionState } from "./session-state";

const start = new Date("2026-11-23T08:00:00.000Z");
const after = (ms: number) => new Date(start.getTime() + ms);
const limits = sessionLimits({ SESSION_IDLE_HOURS: 8, SESSION_MAX_DAYS: 7 });
const session = { createdAt: start, lastSeenAt: start, expiresAt: after(limits.maxMs), endedAt: null };

describe("sessionState", () => {
  it("expires after 8 hours without a request, to the millisecond", () => {
    expect(limits.idleMs).toBe(28_800_000);
    expect(sessionState(session, limits, after(limits.idleMs - 1))).toBe("live");
    expect(sessionState(session, limits, after(limits.idleMs))).toBe("idle");
  });

  it("expires after 7 days despite activity, to the millisecond", () => {
    expect(limits.maxMs).toBe(604_800_000);
    const busy = { ...session, lastSeenAt: after(limits.maxMs - 10) };
    expect(sessionState(busy, limits, after(limits.maxMs - 1))).toBe("live");
    expect(sessionState(busy, limits, after(limits.maxMs))).toBe("expired");
  });

  it("applies a limit that was lowered since the sign-in, but not one that was raised", () => {
    const busy = { ...session, lastSeenAt: after(86_400_000 - 10) };
    const lowered = sessionLimits({ SESSION_IDLE_HOURS: 8, SESSION_MAX_DAYS: 1 });
    expect(sessionState(busy, lowered, after(86_400_000 - 1))).toBe("live");
    expect(sessionState(busy, lowered, after(86_400_000))).toBe("expired");
    const raised = sessionLimits({ SESSION_IDLE_HOURS: 8, SESSION_MAX_DAYS: 30 });
    expect(sessionState({ ...session, lastSeenAt: after(limits.maxMs) }, raised, after(limits.maxMs))).toBe("expired");
    const impatient = sessionLimits({ SESSION_IDLE_HOURS: 1, SESSION_MAX_DAYS: 7 });
    expect(sessionState(session, impatient, after(3_600_000))).toBe("idle");
  });

  it("is over once ended, at any time", () => {
    expect(sessionState({ ...session, endedAt: after(1000) }, limits, start)).toBe("ended");
  });
});

describe("lastSeenIsDue", () => {
  it("is due once a minute", () => {
    expect(lastSeenIsDue(session, after(LAST_SEEN_EVERY_MS - 1))).toBe(false);
    expect(lastSeenIsDue(session, after(LAST_SEEN_EVERY_MS))).toBe(true);
  });
});
