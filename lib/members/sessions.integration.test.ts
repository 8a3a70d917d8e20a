import { randomUUID } from "node:crypto";

import { beforeAll, describe, expect, it } from "vitest";

import type { MemberActor } from "@/lib/actor";
import { prisma } from "@/lib/db/client";
import { newOrigin } from "@/tests/support/people";

import { listAdmins } from "./admin-contacts";
import { beginSession, endSession, findLiveSession, touchSession } from "./sessions";

const tenantId = randomUUID();
const memberId = randomUUID();
const started = new Date("2026-11-23T08:00:00.000Z");
const SESSION_IDLE_MS = 8 * 3_600_000;
const SESSION_LIFETIME_MS = 7 * 24 * 3_600_000;
const from = { userAgent: "test/1.0", clientAddress: "192.0.2.7" };
const after = (ms: number) => new Date(started.getTime() + ms);

beforeAll(async () => {
  await prisma().tenant.create({ data: { id: tenantId, entraTenantId: randomUUID(), name: "Sessions Ltd" } });
  await prisma().member.create({
    data: { id: memberId, tenantId, oid: randomUUID(), name: "Ada", email: null, role: "User" },
  });
});

const begin = (now = started) => beginSession(prisma(), memberId, { now, ...from });

describe("findLiveSession", () => {
  it("returns the member's current data and role", async () => {
    const sessionId = await begin();
    const actor: MemberActor = {
      kind: "member",
      tenantId,
      memberId,
      role: "User",
      name: "Ada",
      email: null,
      tenantName: "Sessions Ltd",
      sessionId,
    };
    expect(await findLiveSession(sessionId, after(1))).toEqual({
      actor,
      authenticatedAt: null,
      touchDue: false,
      now: after(1),
    });
    await prisma().member.update({ where: { id: memberId }, data: { role: "Viewer" } });
    expect((await findLiveSession(sessionId, after(1)))?.actor.role).toBe("Viewer");
    await prisma().member.update({ where: { id: memberId }, data: { role: "User" } });
  });

  it("uses the database's clock by default", async () => {
    expect(await findLiveSession(await begin(new Date()))).not.toBeNull();
    expect(await findLiveSession(await begin(new Date(Date.now() - SESSION_IDLE_MS - 1000)))).toBeNull();
  });

  it("expires after 8 hours idle and after 7 days, to the millisecond", async () => {
    const idle = await begin();
    expect(await findLiveSession(idle, after(SESSION_IDLE_MS - 1))).toMatchObject({ touchDue: true });
    expect(await findLiveSession(idle, after(SESSION_IDLE_MS))).toBeNull();
    const busy = await begin();
    await prisma().session.update({ where: { id: busy }, data: { lastSeenAt: after(SESSION_LIFETIME_MS - 1000) } });
    expect(await findLiveSession(busy, after(SESSION_LIFETIME_MS - 1))).not.toBeNull();
    expect(await findLiveSession(busy, after(SESSION_LIFETIME_MS))).toBeNull();
  });

  it("returns null for ended, unknown and malformed ids", async () => {
    const sessionId = await begin();
    await endSession(sessionId, "signed_out", newOrigin());
    expect(await findLiveSession(sessionId, after(1))).toBeNull();
    expect(await findLiveSession(randomUUID(), after(1))).toBeNull();
    for (const id of ["", "1", "' or true --", `${sessionId}x`]) expect(await findLiveSession(id, after(1))).toBeNull();
  });

  it("returns null while the tenant is disabled", async () => {
    const sessionId = await begin();
    await prisma().tenant.update({ where: { id: tenantId }, data: { enabled: false } });
    expect(await findLiveSession(sessionId, after(1))).toBeNull();
    await prisma().tenant.update({ where: { id: tenantId }, data: { enabled: true } });
    expect(await findLiveSession(sessionId, after(1))).not.toBeNull();
  });

  it("returns null once the member is removed", async () => {
    const leaver = randomUUID();
    await prisma().member.create({ data: { id: leaver, tenantId, oid: randomUUID(), name: "Leaver", role: "User" } });
    const sessionId = await beginSession(prisma(), leaver, { now: started, ...from });
    await prisma().member.delete({ where: { id: leaver } });
    expect(await findLiveSession(sessionId, after(1))).toBeNull();
  });
});

describe("endSession", () => {
  it("keeps the first end time and leaves the member's other sessions open", async () => {
    const [one, other] = [await begin(), await begin()];
    await endSession(one, "signed_out", newOrigin());
    const { endedAt } = await prisma().session.findUniqueOrThrow({ where: { id: one } });
    await endSession(one, "signed_out", newOrigin());
    expect((await prisma().session.findUniqueOrThrow({ where: { id: one } })).endedAt).toEqual(endedAt);
    expect(endedAt).not.toBeNull();
    expect(await findLiveSession(other, after(1))).not.toBeNull();
  });
});

describe("touchSession", () => {
  it("writes at most once a minute, and never to an ended session", async () => {
    const lastSeen = async (id: string) =>
      (await prisma().session.findUniqueOrThrow({ where: { id } })).lastSeenAt.getTime();
    const fresh = new Date(Date.now() - 30_000);
    const recent = await begin(fresh);
    await touchSession(recent);
    expect(await lastSeen(recent)).toBe(fresh.getTime());

    const due = await begin(new Date(Date.now() - 120_000));
    await touchSession(due);
    expect(Date.now() - (await lastSeen(due))).toBeLessThan(60_000);
    const { lastActiveAt } = await prisma().member.findUniqueOrThrow({ where: { id: memberId } });
    expect(lastActiveAt?.getTime()).toBe(await lastSeen(due));

    const ended = await begin(started);
    await endSession(ended, "signed_out", newOrigin());
    await touchSession(ended);
    expect(await lastSeen(ended)).toBe(started.getTime());
  });
});

describe("listAdmins", () => {
  it("lists only the caller's organisation's admins", async () => {
    const other = randomUUID();
    await prisma().tenant.create({ data: { id: other, entraTenantId: randomUUID(), name: "Other Ltd" } });
    await prisma().member.createMany({
      data: [
        { id: randomUUID(), tenantId, oid: randomUUID(), name: "Zoe", email: "zoe@sessions.example", role: "Admin" },
        { id: randomUUID(), tenantId, oid: randomUUID(), name: "Bea", email: null, role: "Admin" },
        {
          id: randomUUID(),
          tenantId: other,
          oid: randomUUID(),
          name: "Eve",
          email: "eve@other.example",
          role: "Admin",
        },
      ],
    });
    const actor = (await findLiveSession(await begin(), after(1)))!.actor;
    expect((await listAdmins(actor)).admins.map(({ name, email }) => [name, email])).toEqual([
      ["Bea", null],
      ["Zoe", "zoe@sessions.example"],
    ]);
  });

  it("counts all admins and names the five most recently active, never-active ones last", async () => {
    const actor = (await findLiveSession(await begin(), after(1)))!.actor;
    await prisma().member.createMany({
      data: [5, 3, 1, 4, 2].map((days) => ({
        id: randomUUID(),
        tenantId,
        oid: randomUUID(),
        name: `Seen ${String(days)} days ago`,
        role: "Admin" as const,
        joinedAt: started,
        lastActiveAt: new Date(started.getTime() - days * 86_400_000),
      })),
    });
    const { total, admins } = await listAdmins(actor);
    expect(total).toBeGreaterThan(admins.length);
    expect(admins.map(({ name }) => name)).toEqual([1, 2, 3, 4, 5].map((days) => `Seen ${String(days)} days ago`));
  });
});
