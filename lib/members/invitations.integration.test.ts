import { randomUUID } from "node:crypto";

import { describe, expect, it } from "vitest";

import type { MemberActor } from "@/lib/actor";
import { findLiveSession } from "@/lib/members/sessions";
import { signInWithClaims } from "@/lib/auth/sign-in";
import { databaseNow, prisma } from "@/lib/db/client";
import { newMember, newOrganisation, newOrigin } from "@/tests/support/people";

import { inviteMember, readInvitation, renewInvitation } from "./invitations";
import { changeRole, removeMember, restoreMember } from "./service";
import { INVITATION_MS } from "./status";

const ORIGIN = newOrigin();
const now = await databaseNow();
const GUEST = { name: "Guest", email: "guest@example.com", role: "User" } as const;

const tidOf = async (actor: MemberActor) =>
  (await prisma().tenant.findUniqueOrThrow({ where: { id: actor.tenantId } })).entraTenantId;
const rows = (actor: MemberActor) => prisma().member.findMany({ where: { tenantId: actor.tenantId } });
const actions = async (actor: MemberActor) =>
  (
    await prisma().auditEvent.findMany({
      where: { tenantId: actor.tenantId, targetType: "member" },
      orderBy: { seq: "asc" },
    })
  ).map(({ action }) => action);

async function invite(admin: MemberActor, changes: Partial<typeof GUEST> = {}) {
  const { link } = await inviteMember(admin, { ...GUEST, ...changes }, { now, ...ORIGIN });
  return tokenOf(link);
}
const tokenOf = (link: string | null) => new URL(link ?? "").pathname.replace("/invitation/", "");

/** Signs in someone of the Entra tenant `tid` who opened a link. */
async function open(tid: string, invitation: string, person: { oid?: string; email?: string; roles?: string[] } = {}) {
  const { oid = randomUUID(), email = "guest@example.com", roles } = person;
  const iss = `https://login.microsoftonline.com/${tid}/v2.0`;
  const claims = { tid, oid, iss, ver: "2.0", name: "Gus Guest", email, ...(roles && { roles }) };
  return signInWithClaims(claims, { TENANTS: [tid], AZURE_AD_TENANT_ID: undefined }, ORIGIN, invitation);
}

const expire = (actor: MemberActor, ms = INVITATION_MS) =>
  prisma().$executeRaw`
    update invitations set created_at = created_at - make_interval(secs => ${ms / 1000}::float8),
      expires_at = expires_at - make_interval(secs => ${ms / 1000}::float8) where tenant_id = ${actor.tenantId}::uuid`;

describe("an invitation link", () => {
  it("makes the person who opens it a member with the invited role, and logs both", async () => {
    const admin = await newOrganisation();
    const token = await invite(admin);
    expect(await rows(admin)).toContainEqual(expect.objectContaining({ ...GUEST, oid: null, joinedAt: null }));
    expect(await readInvitation(token)).toMatchObject({
      state: "open",
      organisation: "Test organisation",
      role: "User",
    });

    const oid = randomUUID();
    // A different address than the invited one: e-mail never decides.
    const result = await open(await tidOf(admin), token, { oid, email: "private@example.net" });
    expect(result).toMatchObject({ ok: true });
    const session = await findLiveSession(result.ok ? result.sessionId : "");
    expect(session?.actor).toMatchObject({ role: "User", name: "Gus Guest", tenantId: admin.tenantId });
    const member = await prisma().member.findFirstOrThrow({ where: { tenantId: admin.tenantId, oid } });
    expect(member).toMatchObject({ email: "private@example.net" });
    expect(member.joinedAt).not.toBeNull();
    expect(await readInvitation(token)).toMatchObject({ state: "accepted" });
    const [invited, joined] = await prisma().auditEvent.findMany({
      where: { tenantId: admin.tenantId },
      orderBy: { seq: "asc" },
    });
    const { email, role } = GUEST;
    expect(invited).toMatchObject({ action: "member.invited", actorId: admin.memberId, targetId: member.id });
    expect(invited?.details).toMatchObject({ email, role, by: "link", renewed: false });
    expect(joined).toMatchObject({ ...ORIGIN, action: "member.joined", actorId: member.id, targetId: member.id });
    expect(joined?.details).toEqual({ role: "User", by: "invitation" });
    // The next sign-in needs no link.
    expect(await open(await tidOf(admin), "", { oid })).toMatchObject({ ok: true, memberId: member.id });
  });

  it("is stored only as a hash", async () => {
    const admin = await newOrganisation();
    const token = await invite(admin);
    const kept = await prisma().$queryRaw<{ row: string }[]>`
      select row_to_json(t)::text as row from (select * from invitations) t
      union all select row_to_json(t)::text from (select * from audit_events) t
      union all select row_to_json(t)::text from (select * from members) t`;
    expect(kept.length).toBeGreaterThan(2);
    for (const { row } of kept) expect(row).not.toContain(token);
  });

  it("works once: the second person is refused and nothing changes", async () => {
    const admin = await newOrganisation();
    const [tid, token] = [await tidOf(admin), await invite(admin)];
    await open(tid, token);
    const before = await rows(admin);
    expect(await open(tid, token)).toMatchObject({ ok: false, reason: "invitation-used" });
    expect(await rows(admin)).toEqual(before);
  });

  it("admits one of five people who open it concurrently", async () => {
    const admin = await newOrganisation();
    const [tid, token] = [await tidOf(admin), await invite(admin)];
    const results = await Promise.all(Array.from({ length: 5 }, () => open(tid, token)));
    expect(results.filter(({ ok }) => ok)).toHaveLength(1);
    expect(results.filter((r) => !r.ok && r.reason === "invitation-used")).toHaveLength(4);
    expect(await rows(admin)).toHaveLength(2);
    expect(await actions(admin)).toEqual(["member.invited", "member.joined"]);
  });

  it("expires after 7 days, to the millisecond", async () => {
    const admin = await newOrganisation();
    const [tid, token] = [await tidOf(admin), await invite(admin)];
    const link = await prisma().invitation.findFirstOrThrow({ where: { tenantId: admin.tenantId } });
    expect(link.expiresAt.getTime() - link.createdAt.getTime()).toBe(7 * 24 * 3_600_000);
    await expire(admin);
    expect(await readInvitation(token)).toMatchObject({ state: "expired" });
    expect(await open(tid, token)).toMatchObject({ ok: false, reason: "invitation-expired" });
    expect(await rows(admin)).toHaveLength(2);
  });

  it("opened in another tenant is refused, even for the same e-mail address, and creates no organisation", async () => {
    const admin = await newOrganisation();
    const token = await invite(admin);
    const foreign = randomUUID();
    expect(await open(foreign, token)).toMatchObject({ ok: false, reason: "invitation-other-organisation" });
    expect(await prisma().tenant.count({ where: { entraTenantId: foreign } })).toBe(0);
    // A member of the other organisation is refused too: the link isn't for that organisation.
    const other = await newOrganisation();
    const known = await prisma().member.findUniqueOrThrow({ where: { id: other.memberId } });
    const result = await open(await tidOf(other), token, { oid: known.oid! });
    expect(result).toMatchObject({ ok: false, reason: "invitation-other-organisation" });
    expect(await readInvitation(token)).toMatchObject({ state: "open" });
    expect(await open(await tidOf(admin), token)).toMatchObject({ ok: true });
  });

  it("opened by a person of another tenant is logged only in the inviting organisation", async () => {
    const [admin, other] = [await newOrganisation(), await newOrganisation()];
    const token = await invite(admin);
    const [tid, oid] = [await tidOf(other), randomUUID()];
    await open(tid, token, { oid });
    const events = (of: MemberActor) =>
      prisma().auditEvent.findMany({ where: { tenantId: of.tenantId, action: "session.refused" } });
    expect(await events(admin)).toMatchObject([
      {
        ...ORIGIN,
        actorKind: "PERSON",
        actorId: oid,
        actorName: "Gus Guest",
        targetName: "guest@example.com",
        details: { reason: "invitation-other-organisation", entra_tenant_id: tid },
      },
    ]);
    expect(await events(other)).toEqual([]);
  });

  it("is not used up by a member, and doesn't readmit a removed member", async () => {
    const admin = await newOrganisation();
    const [tid, token] = [await tidOf(admin), await invite(admin)];
    const member = await newMember(admin.tenantId, "Viewer", "Vera");
    const { oid } = await prisma().member.findUniqueOrThrow({ where: { id: member.memberId } });
    expect(await open(tid, token, { oid: oid! })).toMatchObject({ ok: true, memberId: member.memberId });
    await removeMember(admin, member.memberId, { now, ...ORIGIN });
    expect(await open(tid, token, { oid: oid! })).toMatchObject({ ok: false, reason: "removed" });
    expect(await readInvitation(token)).toMatchObject({ state: "open" });
  });

  it("takes precedence over an app role", async () => {
    const admin = await newOrganisation();
    const [tid, token] = [await tidOf(admin), await invite(admin)];
    await open(tid, token, { roles: ["Admin"] });
    expect((await rows(admin)).map(({ role }) => role).sort()).toEqual(["Admin", "User"]);
    expect(await readInvitation(token)).toMatchObject({ state: "accepted" });
  });

  it("that was never issued, or is truncated, does nothing", async () => {
    const admin = await newOrganisation();
    const [tid, token] = [await tidOf(admin), await invite(admin)];
    for (const wrong of [token.slice(1), `${token}x`, "x".repeat(43), "' or true --", "\u0000"]) {
      expect(await readInvitation(wrong)).toBeNull();
      expect(await open(tid, wrong)).toMatchObject({ ok: false, reason: "invitation-unknown" });
    }
    expect(await rows(admin)).toHaveLength(2);
  });

  it("does nothing while the organisation is disabled", async () => {
    const admin = await newOrganisation();
    const [tid, token] = [await tidOf(admin), await invite(admin)];
    await prisma().tenant.update({ where: { id: admin.tenantId }, data: { enabled: false } });
    expect(await open(tid, token)).toMatchObject({ ok: false, reason: "tenant-disabled" });
    expect(await readInvitation(token)).toMatchObject({ state: "open" });
  });
});

describe("an invited person", () => {
  it("gets the most recently chosen role", async () => {
    const admin = await newOrganisation();
    const [tid, token] = [await tidOf(admin), await invite(admin)];
    const guest = (await rows(admin)).find(({ oid }) => oid === null)!;
    await changeRole(admin, guest.id, "Viewer", { now, ...ORIGIN });
    await open(tid, token);
    expect((await rows(admin)).find(({ id }) => id === guest.id)).toMatchObject({ role: "Viewer" });
  });

  it("loses the link when removed, and gets a new one when restored", async () => {
    const admin = await newOrganisation();
    const [tid, token] = [await tidOf(admin), await invite(admin)];
    const guest = (await rows(admin)).find(({ oid }) => oid === null)!;
    await removeMember(admin, guest.id, { now, ...ORIGIN });
    expect(await readInvitation(token)).toMatchObject({ state: "withdrawn" });
    expect(await open(tid, token)).toMatchObject({ ok: false, reason: "invitation-unknown" });
    await expect(renewInvitation(admin, guest.id, { now, ...ORIGIN })).rejects.toMatchObject({ code: "CONFLICT" });
    await restoreMember(admin, guest.id, { now, ...ORIGIN });
    expect(await open(tid, token)).toMatchObject({ ok: false, reason: "invitation-unknown" });
    const again = await renewInvitation(admin, guest.id, { now, ...ORIGIN });
    expect(await open(tid, tokenOf(again.link))).toMatchObject({ ok: true, memberId: guest.id });
  });

  it("has one working link: a new link invalidates the old one", async () => {
    const admin = await newOrganisation();
    const [tid, first] = [await tidOf(admin), await invite(admin)];
    const guest = (await rows(admin)).find(({ oid }) => oid === null)!;
    const links = await Promise.all([1, 2, 3].map(() => renewInvitation(admin, guest.id, { now, ...ORIGIN })));
    const states = await Promise.all(links.map(({ link }) => readInvitation(tokenOf(link))));
    expect(states.map((view) => view?.state).sort()).toEqual(["open", "withdrawn", "withdrawn"]);
    expect(await open(tid, first)).toMatchObject({ ok: false, reason: "invitation-unknown" });
    await expect(renewInvitation(admin, admin.memberId, { now, ...ORIGIN })).rejects.toMatchObject({
      code: "CONFLICT",
    });
  });

  it("can't be invited twice, even with different case in the address", async () => {
    const admin = await newOrganisation();
    await invite(admin);
    const again = inviteMember(admin, { ...GUEST, email: "GUEST@example.com" }, { now, ...ORIGIN });
    await expect(again).rejects.toMatchObject({
      code: "UNPROCESSABLE",
      fields: { email: expect.stringContaining("already invited") as string },
    });
    // Members choose their own address, so it doesn't block an invitation.
    const member = await prisma().member.findUniqueOrThrow({ where: { id: admin.memberId } });
    expect(await inviteMember(admin, { ...GUEST, email: member.email! }, { now, ...ORIGIN })).toMatchObject({
      mail: "off",
    });
    expect(await actions(admin)).toEqual(["member.invited", "member.invited"]);
  });

  it("can only be invited by an admin of the organisation", async () => {
    const admin = await newOrganisation();
    await invite(admin);
    const guest = (await rows(admin)).find(({ oid }) => oid === null)!;
    for (const role of ["User", "Viewer"] as const) {
      const other = await newMember(admin.tenantId, role, "Other");
      await expect(inviteMember(other, GUEST, { now, ...ORIGIN })).rejects.toMatchObject({ code: "FORBIDDEN" });
      await expect(renewInvitation(other, guest.id, { now, ...ORIGIN })).rejects.toMatchObject({ code: "FORBIDDEN" });
    }
    const stranger = await newOrganisation();
    await expect(renewInvitation(stranger, guest.id, { now, ...ORIGIN })).rejects.toMatchObject({ code: "NOT_FOUND" });
  });
});
