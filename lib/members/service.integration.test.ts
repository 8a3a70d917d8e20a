import { randomUUID } from "node:crypto";

import { Client } from "pg";
import { describe, expect, it } from "vitest";

import type { MemberActor } from "@/lib/actor";
import { beginSession, endSession, findLiveSession } from "@/lib/members/sessions";
import { signInWithClaims } from "@/lib/auth/sign-in";
import { databaseNow, prisma } from "@/lib/db/client";
import { AppError } from "@/lib/errors/app-error";
import { listKeys } from "@/lib/api-keys/list";
import { loadKeyListUrl } from "@/lib/api-keys/list-url";
import { createKey, revokeKey, rotateKey } from "@/lib/api-keys/service";
import { hashKey } from "@/lib/api-keys/hash";
import { findKeyByHash } from "@/lib/public-api/credentials/key-lookup";
import { lastActive } from "@/lib/members/last-active";
import { findMember } from "@/lib/public-api/credentials/member-lookup";
import { newMember, newOrganisation, newOrigin } from "@/tests/support/people";

import { inviteMember } from "./invitations";
import { changeRole, ownRefusal, removeMember, restoreMember } from "./service";

const ORIGIN = newOrigin();
const now = await databaseNow();

const stored = (actor: MemberActor) => prisma().member.findUniqueOrThrow({ where: { id: actor.memberId } });
const admins = (tenantId: string) =>
  prisma().member.count({ where: { tenantId, role: "Admin", removedAt: null, joinedAt: { not: null } } });
const audited = async (actor: MemberActor) => {
  const rows = await prisma().auditEvent.findMany({
    where: { tenantId: actor.tenantId, targetType: "member" },
    orderBy: { seq: "asc" },
  });
  return rows.map(({ action, targetName, details }) => ({ action, targetName, details }));
};
/** Another admin of the organisation. */
const second = (admin: MemberActor) => newMember(admin.tenantId, "Admin", "Bea Admin");
const claimsOf = async (actor: MemberActor) => {
  const { oid } = await stored(actor);
  const { entraTenantId: tid } = await prisma().tenant.findUniqueOrThrow({ where: { id: actor.tenantId } });
  return { tid, oid, iss: `https://login.microsoftonline.com/${tid}/v2.0`, ver: "2.0", name: actor.name };
};
const signIn = async (actor: MemberActor) => {
  const claims = await claimsOf(actor);
  return signInWithClaims(claims, { TENANTS: [claims.tid], AZURE_AD_TENANT_ID: undefined }, ORIGIN);
};
const byToken = async (actor: MemberActor) => {
  const { tid, oid } = await claimsOf(actor);
  return findMember({ tid, oid: oid!, notBeforeMs: 0, expiresAtMs: Infinity, authenticatedAt: null });
};

describe("a role", () => {
  it("changes from the person's next request on, with an audit row", async () => {
    const admin = await newOrganisation();
    const user = await newMember(admin.tenantId, "User", "Uma User");
    const sessionId = await beginSession(prisma(), user.memberId, { now, ...ORIGIN });
    expect((await findLiveSession(sessionId))?.actor.role).toBe("User");
    expect(await changeRole(admin, user.memberId, "Viewer", { now, ...ORIGIN })).toEqual({
      changed: true,
      name: "Uma User",
    });
    expect((await findLiveSession(sessionId))?.actor.role).toBe("Viewer");
    expect((await byToken(user))?.record).toMatchObject({ role: "Viewer" });
    expect(await audited(admin)).toEqual([
      { action: "member.role_changed", targetName: "Uma User", details: { from: "User", to: "Viewer" } },
    ]);
    expect(await prisma().auditEvent.findFirst({ where: { tenantId: admin.tenantId } })).toMatchObject({
      ...ORIGIN,
      actorId: admin.memberId,
      targetId: user.memberId,
      targetType: "member",
    });
  });

  it("set to the same role changes nothing and isn't logged", async () => {
    const admin = await newOrganisation();
    const user = await newMember(admin.tenantId, "User", "Uma User");
    expect(await changeRole(admin, user.memberId, "User", { now, ...ORIGIN })).toMatchObject({ changed: false });
    expect(await audited(admin)).toEqual([]);
  });

  it("of a removed member can't be changed", async () => {
    const admin = await newOrganisation();
    const user = await newMember(admin.tenantId, "User", "Uma User");
    await removeMember(admin, user.memberId, { now, ...ORIGIN });
    await expect(changeRole(admin, user.memberId, "Admin", { now, ...ORIGIN })).rejects.toMatchObject({
      code: "CONFLICT",
    });
    expect((await stored(user)).role).toBe("User");
  });
});

describe("a removed member", () => {
  it("is refused everywhere from the next request on, until restored", async () => {
    const admin = await newOrganisation();
    const user = await newMember(admin.tenantId, "User", "Uma User");
    const sessionId = await beginSession(prisma(), user.memberId, { now, ...ORIGIN });
    expect(await findLiveSession(sessionId)).not.toBeNull();
    expect(await byToken(user)).not.toBeNull();

    expect(await removeMember(admin, user.memberId, { now, ...ORIGIN })).toEqual({ changed: true, name: "Uma User" });
    expect(await findLiveSession(sessionId)).toBeNull();
    expect(await byToken(user)).toBeNull();
    expect(await signIn(user)).toMatchObject({ ok: false, reason: "removed" });
    expect(await stored(user)).toMatchObject({ removedAt: now, removedById: admin.memberId });
    expect(await removeMember(admin, user.memberId, { now, ...ORIGIN })).toMatchObject({ changed: false });

    expect(await restoreMember(admin, user.memberId, { now, ...ORIGIN })).toMatchObject({ changed: true });
    expect(await restoreMember(admin, user.memberId, { now, ...ORIGIN })).toMatchObject({ changed: false });
    // The browser's old session stays ended: anyone may have its cookie by now.
    expect(await findLiveSession(sessionId)).toBeNull();
    expect((await byToken(user))?.record).toMatchObject({ role: "User" });
    expect(await signIn(user)).toMatchObject({ ok: true, memberId: user.memberId });
    expect((await audited(admin)).map(({ action }) => action)).toEqual(["member.removed", "member.restored"]);
  });

  it("can be active during the removal without a deadlock", async () => {
    const admin = await newOrganisation();
    const user = await newMember(admin.tenantId, "User", "Uma User");
    const sessionId = await beginSession(prisma(), user.memberId, { now, ...ORIGIN });
    // Does the same as touchSession in two steps: first the session, then its member.
    const request = new Client({ connectionString: process.env.DATABASE_URL });
    await request.connect();
    try {
      await request.query("begin");
      await request.query("update sessions set last_seen_at = now() where id = $1", [sessionId]);
      const removal = removeMember(admin, user.memberId, { now, ...ORIGIN });
      await new Promise((resolve) => setTimeout(resolve, 300));
      await request.query("update members set last_active_at = now() where id = $1", [user.memberId]);
      await request.query("commit");
      expect(await removal).toMatchObject({ changed: true });
    } finally {
      await request.end();
    }
    expect(await findLiveSession(sessionId)).toBeNull();
  });

  it("is logged with the number of sessions the removal ended, without expired ones", async () => {
    const admin = await newOrganisation();
    const user = await newMember(admin.tenantId, "User", "Uma User");
    const day = 24 * 3_600_000;
    // Two open sessions, and one each idle, expired and signed out.
    const ages = [0, 3_600_000, day, 8 * day, 0];
    const ids: string[] = [];
    for (const age of ages)
      ids.push(await beginSession(prisma(), user.memberId, { now: new Date(now.getTime() - age), ...ORIGIN }));
    await endSession(ids[4]!, "signed_out", ORIGIN);
    const othersId = await beginSession(prisma(), admin.memberId, { now, ...ORIGIN });

    await removeMember(admin, user.memberId, { now, ...ORIGIN });
    expect(await audited(admin)).toEqual([
      {
        action: "member.removed",
        targetName: "Uma User",
        details: { role: "User", had_joined: true, sessions_ended: 2 },
      },
    ]);
    const left = await prisma().session.findMany({ where: { memberId: user.memberId, endedAt: null } });
    expect(left).toEqual([]);
    expect(await findLiveSession(othersId)).not.toBeNull();
  });

  it("isn't readmitted by an app role, nor by another tenant's admin", async () => {
    const admin = await newOrganisation();
    const user = await newMember(admin.tenantId, "User", "Uma User");
    await removeMember(admin, user.memberId, { now, ...ORIGIN });
    const claims = { ...(await claimsOf(user)), roles: ["Admin"] };
    const settings = { TENANTS: [claims.tid], AZURE_AD_TENANT_ID: undefined };
    expect(await signInWithClaims(claims, settings, ORIGIN)).toMatchObject({ ok: false, reason: "removed" });
    const stranger = await newOrganisation();
    await expect(restoreMember(stranger, user.memberId, { now, ...ORIGIN })).rejects.toMatchObject({
      code: "NOT_FOUND",
    });
  });

  it("leaves working keys that are marked, can be filtered, and can be managed by every admin", async () => {
    const admin = await newOrganisation();
    const leaver = await second(admin);
    const kept = await createKey(leaver, { name: "kept", expiry: { kind: "never" } }, { now, ...ORIGIN });
    const rotated = await createKey(leaver, { name: "rotated", expiry: { kind: "never" } }, { now, ...ORIGIN });
    await createKey(admin, { name: "mine", expiry: { kind: "never" } }, { now, ...ORIGIN });
    const list = (creator: "removed" | null) =>
      listKeys(admin, { ...loadKeyListUrl({}), creator, sort: "name", dir: "asc" }, now);
    expect((await list("removed")).groups).toEqual([]);

    await removeMember(admin, leaver.memberId, { now, ...ORIGIN });
    expect((await findKeyByHash(hashKey(kept.key)))?.record).toMatchObject({ name: "kept" });
    expect((await list("removed")).groups.map(({ name }) => name)).toEqual(["kept", "rotated"]);
    expect((await list(null)).groups.map(({ name, creatorRemoved }) => [name, creatorRemoved])).toEqual([
      ["kept", "member"],
      ["mine", null],
      ["rotated", "member"],
    ]);

    // The other admin creates the new key; the filter finds the pair while the old key works.
    await rotateKey(admin, rotated.id, { kind: "never" }, { now, ...ORIGIN });
    const pair = (await list("removed")).groups.find(({ name }) => name === "rotated");
    expect(pair).toMatchObject({ creatorRemoved: null, olderKeys: [{ id: rotated.id, creatorRemoved: "member" }] });
    expect(await revokeKey(admin, kept.id, { now, ...ORIGIN })).toEqual({ revoked: true });
  });
});

describe("the last admin", () => {
  const attempts = {
    demoted: (actor: MemberActor, target: MemberActor) =>
      changeRole(actor, target.memberId, "User", { now, ...ORIGIN }),
    removed: (actor: MemberActor, target: MemberActor) => removeMember(actor, target.memberId, { now, ...ORIGIN }),
  };

  it.each(["demoted", "removed"] as const)("can't be %s by anyone", async (kind) => {
    const admin = await newOrganisation();
    // Invited and removed admins can't act, so they don't count.
    const invited = await second(admin);
    await prisma().member.update({ where: { id: invited.memberId }, data: { joinedAt: null } });
    await removeMember(admin, (await second(admin)).memberId, { now, ...ORIGIN });
    const message = await ownRefusal(admin);
    expect(message).toContain("last admin");
    await expect(attempts[kind](admin, admin)).rejects.toMatchObject({ code: "CONFLICT", message });
    expect(await admins(admin.tenantId)).toBe(1);
    expect((await audited(admin)).map(({ action }) => action)).toEqual(["member.removed"]);
  });

  it.each(["demoted", "removed"] as const)("can be %s once there is another", async (kind) => {
    const admin = await newOrganisation();
    const other = await second(admin);
    expect(await ownRefusal(admin)).toBeNull();
    expect(await attempts[kind](admin, admin)).toMatchObject({ changed: true });
    expect(await admins(admin.tenantId)).toBe(1);
    await expect(attempts[kind](other, other)).rejects.toMatchObject({ code: "CONFLICT" });
  });

  it.each([
    ["demote each other", attempts.demoted, attempts.demoted],
    ["remove each other", attempts.removed, attempts.removed],
    ["demote and remove each other", attempts.demoted, attempts.removed],
  ])(
    "remains when two admins %s concurrently, 25 times",
    async (_, one, other) => {
      for (let trial = 0; trial < 25; trial++) {
        const ada = await newOrganisation();
        const bea = await second(ada);
        const results = await Promise.allSettled([one(ada, bea), other(bea, ada)]);
        const refused = results
          .filter((result) => result.status === "rejected")
          .map(({ reason }) => reason as AppError);
        expect(refused.map(({ code }) => code)).toEqual(["FORBIDDEN"]);
        expect(await admins(ada.tenantId)).toBe(1);
        expect(await audited(ada)).toHaveLength(1);
      }
    },
    60_000,
  );

  it("remains when an admin is restored, demoted and removed while another steps down, 10 times", async () => {
    for (let trial = 0; trial < 10; trial++) {
      const ada = await newOrganisation();
      const bea = await second(ada);
      await removeMember(ada, bea.memberId, { now, ...ORIGIN });
      const results = await Promise.allSettled([
        restoreMember(ada, bea.memberId, { now, ...ORIGIN }),
        attempts.demoted(ada, ada),
        attempts.removed(ada, bea),
        attempts.removed(ada, ada),
        attempts.demoted(ada, bea),
      ]);
      for (const result of results)
        if (result.status === "rejected") expect(["CONFLICT", "FORBIDDEN"]).toContain((result.reason as AppError).code);
      expect(await admins(ada.tenantId)).toBeGreaterThanOrEqual(1);
    }
  }, 60_000);

  it("remains during sign-ins: app roles and links change no member's role", async () => {
    const admin = await newOrganisation();
    const claims = { ...(await claimsOf(admin)), roles: ["Viewer"] };
    const settings = { TENANTS: [claims.tid], AZURE_AD_TENANT_ID: undefined };
    const guest = { name: "Gus", email: "gus@example.com", role: "Viewer" } as const;
    const { link } = await inviteMember(admin, guest, { now, ...ORIGIN });
    const token = (link ?? "").split("/").at(-1) ?? "";
    expect(await signInWithClaims(claims, settings, ORIGIN)).toMatchObject({ ok: true });
    expect(await signInWithClaims(claims, settings, ORIGIN, token)).toMatchObject({ ok: true });
    expect((await stored(admin)).role).toBe("Admin");
    expect(await admins(admin.tenantId)).toBe(1);
  });

  it("remains when three admins step down concurrently, 15 times", async () => {
    for (let trial = 0; trial < 15; trial++) {
      const ada = await newOrganisation();
      const all = [ada, await second(ada), await second(ada)];
      const results = await Promise.allSettled(all.map((admin, n) => Object.values(attempts)[n % 2]!(admin, admin)));
      expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(2);
      expect(await admins(ada.tenantId)).toBe(1);
    }
  }, 60_000);
});

describe("anyone else", () => {
  it.each(["User", "Viewer"] as const)("can't change members as %s", async (role) => {
    const admin = await newOrganisation();
    const other = await newMember(admin.tenantId, role, "Other");
    const target = await second(admin);
    for (const call of [
      () => changeRole(other, target.memberId, "User", { now, ...ORIGIN }),
      () => removeMember(other, target.memberId, { now, ...ORIGIN }),
      () => restoreMember(other, target.memberId, { now, ...ORIGIN }),
    ])
      await expect(call()).rejects.toMatchObject({ code: "FORBIDDEN" });
    expect(await audited(admin)).toEqual([]);
  });

  it("can't change members with a role lost during the request", async () => {
    const admin = await newOrganisation();
    const stale = await second(admin);
    await changeRole(admin, stale.memberId, "User", { now, ...ORIGIN });
    await expect(removeMember(stale, admin.memberId, { now, ...ORIGIN })).rejects.toMatchObject({ code: "FORBIDDEN" });
    await expect(changeRole(stale, stale.memberId, "Admin", { now, ...ORIGIN })).rejects.toMatchObject({
      code: "FORBIDDEN",
    });
  });

  it("gets the same refusal for another organisation's member as for an unknown one", async () => {
    const admin = await newOrganisation();
    const stranger = await newOrganisation();
    const foreign = await newMember(stranger.tenantId, "User", "Foreign");
    const answers: string[] = [];
    for (const id of [foreign.memberId, randomUUID(), "not-an-id"]) {
      for (const call of [
        () => changeRole(admin, id, "Admin", { now, ...ORIGIN }),
        () => removeMember(admin, id, { now, ...ORIGIN }),
        () => restoreMember(admin, id, { now, ...ORIGIN }),
      ]) {
        const refusal: unknown = await call().catch((error: unknown) => error);
        answers.push(refusal instanceof AppError ? `${refusal.code} ${refusal.message}` : "no refusal");
      }
    }
    expect(new Set(answers)).toEqual(new Set(["NOT_FOUND Member not found."]));
    expect(await stored(foreign)).toMatchObject({ role: "User", removedAt: null });
  });
});

describe("calls with an access token", () => {
  it("count as activity once a minute, and not after a removal", async () => {
    const admin = await newOrganisation();
    const user = await newMember(admin.tenantId, "User", "Uma User");
    const base = now.getTime();
    const call = async (ms: number) => {
      lastActive.note(user.memberId, base + ms, null);
      await lastActive.stop();
      return (await stored(user)).lastActiveAt?.getTime();
    };
    expect(await call(0)).toBe(base);
    expect(await call(5_000)).toBe(base + 5_000);
    expect(await call(-60_000)).toBe(base + 5_000);
    await removeMember(admin, user.memberId, { now, ...ORIGIN });
    expect(await call(90_000)).toBe(base + 5_000);
  });
});
