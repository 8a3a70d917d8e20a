import { randomUUID } from "node:crypto";

import { beforeEach, describe, expect, it } from "vitest";

import type { MemberActor } from "@/lib/actor";
import { beginSession, findLiveSession } from "@/lib/members/sessions";
import { databaseNow, prisma } from "@/lib/db/client";
import { newMember, newOrganisation, newOrigin } from "@/tests/support/people";

import { endMemberSessions, endOwnSession, endOwnSessions, listOwnSessions } from "./sessions";

const HOUR = 3_600_000;
const FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0";

let ada: MemberActor;
let now: Date;

const ago = (ms: number) => new Date(now.getTime() - ms);
const begin = (of: MemberActor, at = now, userAgent: string | null = FIREFOX) =>
  beginSession(prisma(), of.memberId, { now: at, userAgent, clientAddress: "192.0.2.7" });
const isLive = async (id: string) => (await findLiveSession(id, now)) !== null;
const events = (tenantId: string) =>
  prisma().auditEvent.findMany({ where: { tenantId, action: "session.ended" }, orderBy: { id: "asc" } });

beforeEach(async () => {
  const person = await newOrganisation("Admin", "Ada");
  now = await databaseNow();
  ada = { ...person, sessionId: await begin(person) };
});

describe("listOwnSessions", () => {
  it("lists device, times and address, the current session first, then by last use", async () => {
    const older = await begin(ada, ago(2 * HOUR), null);
    const newer = await begin(ada, ago(HOUR));
    const own = { clientAddress: "192.0.2.7", device: "Firefox on Linux" };
    expect(await listOwnSessions({ ...ada, sessionId: older }, now)).toEqual([
      {
        ...own,
        id: older,
        current: true,
        device: "An unknown browser",
        signedInAt: ago(2 * HOUR),
        lastActivityAt: ago(2 * HOUR),
      },
      { ...own, id: ada.sessionId, current: false, signedInAt: now, lastActivityAt: now },
      { ...own, id: newer, current: false, signedInAt: ago(HOUR), lastActivityAt: ago(HOUR) },
    ]);
  });

  it("omits exactly the sessions that findLiveSession refuses", async () => {
    const DAY = 24 * HOUR;
    const moments: [createdAt: Date, lastSeenAt: Date, endedAt: Date | null][] = [
      [now, now, null],
      [now, now, now],
      [ago(8 * HOUR), ago(8 * HOUR), null],
      [ago(8 * HOUR), ago(8 * HOUR - 1), null],
      [ago(7 * DAY), now, null],
      [ago(7 * DAY - 1), now, null],
    ];
    const ids = await Promise.all(
      moments.map(async ([createdAt, lastSeenAt, endedAt]) => {
        const id = await begin(ada, createdAt);
        await prisma().session.update({ where: { id }, data: { lastSeenAt, endedAt } });
        return id;
      }),
    );
    const listed = (await listOwnSessions(ada, now)).map((session) => session.id);
    for (const id of ids) expect(listed.includes(id)).toBe(await isLive(id));
    expect(listed).toHaveLength(4);
  });

  it("omits other people's sessions, of the same organisation or another", async () => {
    const colleague = await newMember(ada.tenantId, "User", "Ben");
    await begin(colleague);
    await begin(await newOrganisation());
    expect((await listOwnSessions(ada, now)).map((session) => session.id)).toEqual([ada.sessionId]);
    // Only a bug could give an actor another organisation's member id; the list is empty even then.
    const elsewhere = await newOrganisation();
    expect(await listOwnSessions({ ...ada, tenantId: elsewhere.tenantId }, now)).toEqual([]);
  });
});

describe("endOwnSession", () => {
  it("permanently ends only that session, with an audit row", async () => {
    const lost = await begin(ada);
    const origin = newOrigin();
    expect(await endOwnSession(ada, lost, { now, ...origin })).toEqual({ ended: 1 });
    expect(await isLive(lost)).toBe(false);
    expect(await isLive(ada.sessionId ?? "")).toBe(true);
    expect(await events(ada.tenantId)).toMatchObject([
      {
        actorId: ada.memberId,
        targetType: "session",
        targetId: lost,
        targetName: "Ada, Firefox on Linux",
        details: { member_id: ada.memberId, reason: "signed_out" },
        at: now,
        ...origin,
      },
    ]);
    await expect(endOwnSession(ada, lost, { now, ...newOrigin() })).rejects.toMatchObject({ code: "NOT_FOUND" });
    expect(await events(ada.tenantId)).toHaveLength(1);
  });

  it("can't find another person's session, even for an admin", async () => {
    const theirs = [
      await begin(await newMember(ada.tenantId, "User", "Ben")),
      await begin(await newOrganisation()),
      randomUUID(),
    ];
    for (const id of theirs) {
      await expect(endOwnSession(ada, id, { now, ...newOrigin() })).rejects.toMatchObject({ code: "NOT_FOUND" });
    }
    expect(await Promise.all(theirs.map(isLive))).toEqual([true, true, false]);
  });

  it("writes one row when two browsers end the same session concurrently", async () => {
    const lost = await begin(ada);
    const results = await Promise.allSettled([1, 2, 3].map(() => endOwnSession(ada, lost, { now, ...newOrigin() })));
    expect(results.filter((result) => result.status === "fulfilled")).toHaveLength(1);
    expect(await events(ada.tenantId)).toHaveLength(1);
  });
});

describe("endOwnSessions", () => {
  it("ends all of the caller's sessions, the current one included, and no one else's", async () => {
    const colleague = await begin(await newMember(ada.tenantId, "User", "Ben"));
    const own = [ada.sessionId ?? "", await begin(ada), await begin(ada)];
    await begin(ada, ago(9 * HOUR));
    expect(await endOwnSessions(ada, { now, ...newOrigin() })).toEqual({ ended: 3 });
    expect(await Promise.all(own.map(isLive))).toEqual([false, false, false]);
    expect(await isLive(colleague)).toBe(true);
    expect(await events(ada.tenantId)).toHaveLength(3);
  });
});

describe("endMemberSessions", () => {
  it("ends a member's sessions for an admin, and records the admin", async () => {
    const ben = await newMember(ada.tenantId, "User", "Ben");
    const sessions = [await begin(ben), await begin(ben)];
    expect(await endMemberSessions(ada, ben.memberId, { now, ...newOrigin() })).toEqual({ ended: 2 });
    expect(await Promise.all(sessions.map(isLive))).toEqual([false, false]);
    expect(await isLive(ada.sessionId ?? "")).toBe(true);
    expect(await events(ada.tenantId)).toMatchObject([
      { actorName: "Ada", targetName: "Ben, Firefox on Linux", details: { reason: "ended_by_admin" } },
      { actorName: "Ada", targetName: "Ben, Firefox on Linux", details: { member_id: ben.memberId } },
    ]);
    expect(await endMemberSessions(ada, ben.memberId, { now, ...newOrigin() })).toEqual({ ended: 0 });
  });

  it("is refused for User and Viewer, and can't find a member of another organisation", async () => {
    const ben = await newMember(ada.tenantId, "User", "Ben");
    const session = await begin(ben);
    for (const role of ["User", "Viewer"] as const) {
      await expect(endMemberSessions({ ...ada, role }, ben.memberId, { now, ...newOrigin() })).rejects.toMatchObject({
        code: "FORBIDDEN",
      });
    }
    const stranger = await newOrganisation();
    await expect(endMemberSessions(stranger, ben.memberId, { now, ...newOrigin() })).rejects.toMatchObject({
      code: "NOT_FOUND",
    });
    expect(await isLive(session)).toBe(true);
  });
});
