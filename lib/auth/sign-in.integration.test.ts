import { randomUUID } from "node:crypto";

import { describe, expect, it, vi } from "vitest";

import { prisma } from "@/lib/db/client";
import { log } from "@/lib/logging/log";
import { newOrigin } from "@/tests/support/people";

import { signInWithClaims } from "./sign-in";

/** An allowed tenant for one test; `claims` creates ID token claims for its people. */
function newTenant() {
  const tid = randomUUID();
  const claims = (oid: string, changes: Record<string, unknown> = {}) => ({
    tid,
    oid,
    iss: `https://login.microsoftonline.com/${tid}/v2.0`,
    ver: "2.0",
    name: "Ada",
    email: `ada@${tid}.example`,
    ...changes,
  });
  const settings = { TENANTS: [tid], AZURE_AD_TENANT_ID: undefined };
  return {
    tid,
    claims,
    settings,
    signIn: (oid: string, changes?: Record<string, unknown>) =>
      signInWithClaims(claims(oid, changes), settings, newOrigin()),
  };
}

const membersOf = (tid: string) =>
  prisma().member.findMany({ where: { tenant: { entraTenantId: tid } }, orderBy: { createdAt: "asc" } });

describe("signInWithClaims", () => {
  it("creates the organisation and its first Admin at the first sign-in, with a 7-day session", async () => {
    const { tid, signIn } = newTenant();
    const oid = randomUUID();
    const result = await signIn(oid);
    expect(result).toMatchObject({ ok: true });
    const [member] = await membersOf(tid);
    expect(member).toMatchObject({ oid, role: "Admin", name: "Ada", email: `ada@${tid}.example` });
    expect(member).toMatchObject({ joinedAt: member?.createdAt, lastActiveAt: member?.createdAt, removedAt: null });
    expect(
      await prisma().auditEvent.findMany({ where: { tenantId: member?.tenantId }, orderBy: { seq: "asc" } }),
    ).toMatchObject([
      { action: "member.joined", actorId: member?.id, targetId: member?.id, details: { role: "Admin", by: "sign_in" } },
      { action: "session.started", actorId: member?.id },
    ]);
    expect(await prisma().tenant.findUnique({ where: { entraTenantId: tid } })).toMatchObject({
      name: `${tid}.example`,
      enabled: true,
    });
    const session = await prisma().session.findUniqueOrThrow({ where: { id: result.ok ? result.sessionId : "" } });
    expect(session.expiresAt.getTime() - session.createdAt.getTime()).toBe(7 * 24 * 3_600_000);
    expect(session.id[14]).toBe("7");
  });

  it("stores when Microsoft authenticated the person; a token that doesn't say leaves it unknown", async () => {
    const { signIn } = newTenant();
    const oid = randomUUID();
    const at = new Date(Math.floor(Date.now() / 1000) * 1000 - 3_600_000);
    const stored = async (changes: Record<string, unknown>) => {
      const result = await signIn(oid, { iat: Math.floor(Date.now() / 1000), ...changes });
      const where = { id: result.ok ? result.sessionId : "" };
      return (await prisma().session.findUniqueOrThrow({ where })).authenticatedAt;
    };
    expect(await stored({ auth_time: at.getTime() / 1000 })).toEqual(at);
    expect(await stored({})).toBeNull();
    expect(await stored({ auth_time: "now" })).toBeNull();
  });

  it("lets a member confirm with their own account and a fresh sign-in only", async () => {
    const { tid, claims, settings, signIn } = newTenant();
    const oid = randomUUID();
    const member = await signIn(oid);
    const memberId = member.ok ? member.memberId : "";
    const now = Math.floor(Date.now() / 1000);
    const confirm = (of: Record<string, unknown>, allowed = settings) =>
      signInWithClaims(of, allowed, newOrigin(), null, memberId);
    const refused = async (reason: string, of: Record<string, unknown>, allowed?: typeof settings) => {
      expect(await confirm(of, allowed)).toMatchObject({ ok: false, reason });
      expect(await prisma().session.count({ where: { memberId } })).toBe(1);
    };
    await refused("other-account", claims(randomUUID(), { auth_time: now }));
    const stranger = newTenant();
    await refused("other-account", stranger.claims(oid, { auth_time: now }), stranger.settings);
    expect(await prisma().tenant.findUnique({ where: { entraTenantId: stranger.tid } })).toBeNull();
    await refused("no-auth-time", claims(oid));
    await refused("not-signed-in-again", claims(oid, { auth_time: now - 3_600 }));
    await refused("not-signed-in-again", claims(oid, { auth_time: now + 3_600 }));
    expect(await membersOf(tid)).toHaveLength(1);
    expect(await confirm(claims(oid, { auth_time: now }))).toMatchObject({ ok: true, memberId });
  });

  it("logs a warning when the first Admin's token has no acct claim", async () => {
    const warned = vi.spyOn(log(), "warn");
    await newTenant().signIn(randomUUID(), { acct: 0 });
    await newTenant().signIn(randomUUID(), { roles: ["Admin"] });
    expect(warned).not.toHaveBeenCalled();
    const { tid, signIn } = newTenant();
    await signIn(randomUUID());
    expect(warned.mock.calls).toEqual([[{ entraTenantId: tid }, expect.stringContaining("acct")]]);
    warned.mockRestore();
  });

  it.each([
    { acct: 1 },
    { idp: "https://sts.windows.net/fab21ca0-0000-4000-8000-000000000002/" },
    { idp: "live.com" },
    { preferred_username: "ada_fabrikam.example#EXT#@contoso.onmicrosoft.com" },
    { unique_name: "live.com#ada@outlook.example" },
  ])("a guest with %j is never the first Admin; the directory's own first person is", async (guest) => {
    const { tid, signIn } = newTenant();
    const stranger = { ...guest, email: "guest@fabrikam.example" };
    expect(await signIn(randomUUID(), stranger)).toMatchObject({ ok: false, reason: "guest-first" });
    expect(await membersOf(tid)).toEqual([]);
    expect(await signIn(randomUUID())).toMatchObject({ ok: true });
    expect(await membersOf(tid)).toMatchObject([{ role: "Admin" }]);
    const { id, name } = await prisma().tenant.findUniqueOrThrow({ where: { entraTenantId: tid } });
    expect(name).toBe(`${tid}.example`);
    expect(await prisma().auditEvent.findFirst({ where: { tenantId: id }, orderBy: { seq: "asc" } })).toMatchObject({
      action: "session.refused",
      details: { reason: "guest-first" },
    });
    expect(await signIn(randomUUID(), stranger)).toMatchObject({ ok: false, reason: "not-a-member" });
  });

  it("when guests and the directory's own people first sign in concurrently, one of its own becomes Admin", async () => {
    const { tid, signIn } = newTenant();
    const people = [{ acct: 1 }, { acct: 1 }, { acct: 0 }, { acct: 1 }, { acct: 0 }];
    const results = await Promise.all(people.map((claims) => signIn(randomUUID(), claims)));
    expect(results.map(({ ok }) => ok).filter(Boolean)).toHaveLength(1);
    expect(results.findIndex(({ ok }) => ok) % 2).toBe(0);
    expect(await membersOf(tid)).toMatchObject([{ role: "Admin" }]);
  });

  it("gives the first member the role from the token if it has one", async () => {
    const { tid, signIn } = newTenant();
    await signIn(randomUUID(), { roles: ["User"] });
    expect(await membersOf(tid)).toMatchObject([{ role: "User" }]);
  });

  it("creates one organisation and one Admin for concurrent first sign-ins", async () => {
    const { tid, signIn } = newTenant();
    const people = Array.from({ length: 5 }, () => randomUUID());
    const results = await Promise.all(people.map((oid) => signIn(oid)));
    expect(results.filter((r) => r.ok)).toHaveLength(1);
    expect(results.filter((r) => !r.ok && r.reason === "not-a-member")).toHaveLength(4);
    expect(await membersOf(tid)).toMatchObject([{ role: "Admin" }]);
    expect(await prisma().tenant.count({ where: { entraTenantId: tid } })).toBe(1);
  });

  it("creates one member and two sessions when a person signs in twice concurrently", async () => {
    const { tid, signIn } = newTenant();
    const oid = randomUUID();
    const results = await Promise.all([signIn(oid), signIn(oid), signIn(oid)]);
    expect(results.every((r) => r.ok)).toBe(true);
    expect(new Set(results.map((r) => (r.ok ? r.sessionId : ""))).size).toBe(3);
    expect(await membersOf(tid)).toHaveLength(1);
  });

  it("updates only a member's name and e-mail", async () => {
    const { tid, signIn } = newTenant();
    const oid = randomUUID();
    await signIn(oid);
    await prisma().member.updateMany({ where: { tenant: { entraTenantId: tid } }, data: { role: "Viewer" } });
    const [before] = await membersOf(tid);
    await signIn(oid, { name: "Ada Lovelace", email: "lovelace@contoso.example", roles: ["Admin"] });
    const changed = {
      name: "Ada Lovelace",
      nameSort: "ada lovelace",
      email: "lovelace@contoso.example",
      emailSort: "lovelace@contoso.example",
      lastActiveAt: expect.any(Date) as Date,
    };
    expect(await membersOf(tid)).toEqual([{ ...before, ...changed }]);
  });

  it("never matches by e-mail: the same address in the same or another tenant is another person", async () => {
    const [one, two] = [newTenant(), newTenant()];
    const email = "admin@contoso.example";
    await one.signIn(randomUUID(), { email });
    expect(await one.signIn(randomUUID(), { email })).toMatchObject({ ok: false, reason: "not-a-member" });
    await two.signIn(randomUUID(), { email, roles: ["Viewer"] });
    expect(await membersOf(one.tid)).toMatchObject([{ role: "Admin" }]);
    expect(await membersOf(two.tid)).toMatchObject([{ role: "Viewer" }]);
  });

  it("refuses an uninvited guest who is a member of another organisation with the same e-mail address", async () => {
    const [home, host] = [newTenant(), newTenant()];
    const email = "guest@home.example";
    await home.signIn(randomUUID(), { email });
    await host.signIn(randomUUID(), { email: "admin@host.example" });
    // The host directory issues a guest's token, with a different object id.
    const guest = { email, preferred_username: "guest_home.example#EXT#@host.example", acct: 1, idp: home.tid };
    expect(await host.signIn(randomUUID(), guest)).toMatchObject({ ok: false, reason: "not-a-member" });
    expect(await membersOf(host.tid)).toHaveLength(1);
  });

  it("never matches by oid alone: the same oid in another tenant is another person", async () => {
    const [one, two] = [newTenant(), newTenant()];
    const oid = randomUUID();
    await one.signIn(oid);
    await two.signIn(randomUUID());
    expect(await two.signIn(oid)).toMatchObject({ ok: false, reason: "not-a-member" });
  });

  it("admits a new person with an app role", async () => {
    const { tid, signIn } = newTenant();
    await signIn(randomUUID());
    expect(await signIn(randomUUID(), { roles: ["Viewer"] })).toMatchObject({ ok: true });
    expect((await membersOf(tid)).map((m) => m.role)).toEqual(["Admin", "Viewer"]);
  });

  it("refuses a tenant that isn't allowed, and stores nothing", async () => {
    const { tid, claims } = newTenant();
    const result = await signInWithClaims(
      claims(randomUUID()),
      { TENANTS: [tid], AZURE_AD_TENANT_ID: randomUUID() },
      newOrigin(),
    );
    expect(result).toMatchObject({ ok: false, reason: "tenant-not-allowed", visitor: { tid } });
    expect(await prisma().tenant.count({ where: { entraTenantId: tid } })).toBe(0);
  });

  it("refuses the members of a disabled tenant", async () => {
    const { tid, signIn } = newTenant();
    const oid = randomUUID();
    await signIn(oid);
    await prisma().tenant.update({ where: { entraTenantId: tid }, data: { enabled: false } });
    expect(await signIn(oid)).toMatchObject({ ok: false, reason: "tenant-disabled" });
  });

  it("refuses another tenant's issuer before it queries the database", async () => {
    const { tid, signIn } = newTenant();
    const iss = `https://login.microsoftonline.com/${randomUUID()}/v2.0`;
    expect(await signIn(randomUUID(), { iss })).toMatchObject({ ok: false, reason: "wrong-issuer" });
    expect(await prisma().tenant.count({ where: { entraTenantId: tid } })).toBe(0);
  });
});
