import { describe, expect, it } from "vitest";

import { LAST_SEEN_EVERY_MS, lastSeenIsDue, SESSION_IDLE_MS, SESSION_LIFETIME_MS, sessionState } from "./session-state";

const start = new Date("2026-11-23T08:00:00.000Z");
const after = (ms: number) => new Date(start.getTime() + ms);
const session = { lastSeenAt: start, expiresAt: after(SESSION_LIFETIME_MS), endedAt: null };

describe("sessionState", () => {
  it("lasts 8 hours without a request, to the millisecond", () => {
    expect(SESSION_IDLE_MS).toBe(28_800_000);
    expect(sessionState(session, after(SESSION_IDLE_MS - 1))).toBe("live");
    expect(sessionState(session, after(SESSION_IDLE_MS))).toBe("idle");
  });

  it("lasts 7 days however busy, to the millisecond", () => {
    expect(SESSION_LIFETIME_MS).toBe(604_800_000);
    const busy = { ...session, lastSeenAt: after(SESSION_LIFETIME_MS - 10) };
    expect(sessionState(busy, after(SESSION_LIFETIME_MS - 1))).toBe("live");
    expect(sessionState(busy, after(SESSION_LIFETIME_MS))).toBe("expired");
  });

  it("is over once it was ended, whatever the clock says", () => {
    expect(sessionState({ ...session, endedAt: after(1000) }, start)).toBe("ended");
  });
});

describe("lastSeenIsDue", () => {
  it("is due once a minute", () => {
    expect(lastSeenIsDue(session, after(LAST_SEEN_EVERY_MS - 1))).toBe(false);
    expect(lastSeenIsDue(session, after(LAST_SEEN_EVERY_MS))).toBe(true);
  });
});
