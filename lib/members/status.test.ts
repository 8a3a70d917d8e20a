import { describe, expect, it } from "vitest";

import { invitationState, memberStatus } from "./status";

const T = new Date("2026-11-23T08:00:00.000Z");
const at = (ms: number) => new Date(T.getTime() + ms);

describe("memberStatus", () => {
  it.each([
    [{ joinedAt: null, removedAt: null }, "invited"],
    [{ joinedAt: T, removedAt: null }, "active"],
    [{ joinedAt: T, removedAt: T }, "removed"],
    [{ joinedAt: null, removedAt: T }, "removed"],
  ] as const)("of %j is %s", (moments, status) => {
    expect(memberStatus(moments)).toBe(status);
  });
});

describe("invitationState", () => {
  const link = { expiresAt: T, acceptedAt: null, withdrawnAt: null };

  it("expires to the millisecond", () => {
    expect(invitationState(link, at(-1))).toBe("open");
    expect(invitationState(link, T)).toBe("expired");
  });

  it("reports how it ended, even after its expiry", () => {
    expect(invitationState({ ...link, acceptedAt: at(-9) }, at(1))).toBe("accepted");
    expect(invitationState({ ...link, withdrawnAt: at(-9) }, at(1))).toBe("withdrawn");
  });
});
