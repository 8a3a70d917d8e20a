import { randomUUID } from "node:crypto";

import { beforeEach, describe, expect, it } from "vitest";

import type { MemberActor } from "@/lib/actor";
import { NO_ID } from "@/lib/audit-log/actions";
import { exportStream } from "@/lib/audit-log/export";
import { type AuditFilters, listAuditActors, listAuditEvents, readAuditEvents } from "@/lib/audit-log/list";
import { recordAudit } from "@/lib/audit-log/record";
import { findTargets } from "@/lib/audit-log/targets";
import { endSession } from "@/lib/members/sessions";
import { signInWithClaims } from "@/lib/auth/sign-in";
import { databaseNow, prisma } from "@/lib/db/client";
import { createKey } from "@/lib/api-keys/service";
import { newMember, newOrganisation, newOrigin } from "@/tests/support/people";

let admin: MemberActor;
let now: Date;

beforeEach(async () => {
  admin = await newOrganisation("Admin", "Ada");
  now = await databaseNow();
});

const list = async (actor: MemberActor, filters: AuditFilters = {}) =>
  (await listAuditEvents(actor, filters, { size: 200 })).rows;

describe("signing in and out", () => {
  function newTenant() {
    const tid = randomUUID();
    const settings = { TENANTS: [tid], AZURE_AD_TENANT_ID: undefined };
    const signIn = (oid: string, origin = newOrigin(), changes = {}) => {
      const iss = `https://login.microsoftonline.com/${tid}/v2.0`;
      const claims = { tid, oid, iss, ver: "2.0", name: "Grace", email: "grace@example.com", ...changes };
      return signInWithClaims(claims, settings, origin);
    };
    const events = () =>
      prisma().auditEvent.findMany({ where: { tenant: { entraTenantId: tid } }, orderBy: { seq: "asc" } });
    return { tid, signIn, events };
  }

  it("records joining and signing in at the first sign-in, and only signing in at the next", async () => {
    const { signIn, events } = newTenant();
    const oid = randomUUID();
    const origins = [newOrigin(), newOrigin()] as const;
    const [first, second] = [await signIn(oid, origins[0]), await signIn(oid, origins[1])];
    if (!first.ok || !second.ok) throw new Error("not signed in");
    const who = { actorKind: "MEMBER", actorId: first.memberId, actorName: "Grace" };
    expect(await events()).toMatchObject([
      { ...who, ...origins[0], action: "member.joined", targetId: first.memberId, details: { role: "Admin" } },
      { ...who, ...origins[0], action: "session.started", targetType: "session", targetId: first.sessionId },
      { ...who, ...origins[1], action: "session.started", targetId: second.sessionId, targetName: "Grace" },
    ]);
  });

  it("records who was refused and why: a stranger by account, a member by member id", async () => {
    const { tid, signIn, events } = newTenant();
    const [member, stranger] = [randomUUID(), randomUUID()];
    const joined = await signIn(member);
    expect(await signIn(stranger, newOrigin(), { name: "Mallory", email: "m@example.com" })).toMatchObject({
      ok: false,
    });
    await prisma().tenant.update({ where: { entraTenantId: tid }, data: { enabled: false } });
    expect(await signIn(member)).toMatchObject({ ok: false });
    expect((await events()).slice(2)).toMatchObject([
      {
        action: "session.refused",
        actorKind: "PERSON",
        actorId: stranger,
        actorName: "Mallory",
        targetName: "m@example.com",
        details: { reason: "not-a-member" },
      },
      {
        action: "session.refused",
        actorKind: "MEMBER",
        actorId: joined.ok ? joined.memberId : "",
        details: { reason: "tenant-disabled" },
      },
    ]);
  });

  it("refuses a sign-in that can't be recorded", async () => {
    const { tid, signIn, events } = newTenant();
    await expect(signIn(randomUUID(), { ...newOrigin(), requestId: "no UUID" })).rejects.toThrow();
    expect(await events()).toEqual([]);
    expect(await prisma().tenant.count({ where: { entraTenantId: tid } })).toBe(0);
  });

  it("records a sign-out once, and none if the session wasn't ended", async () => {
    const { signIn, events } = newTenant();
    const session = await signIn(randomUUID());
    if (!session.ok) throw new Error("not signed in");
    const unwritten = endSession(session.sessionId, "signed_out", { ...newOrigin(), requestId: "no UUID" });
    await expect(unwritten).rejects.toThrow();
    const ended = async () => (await prisma().session.findUniqueOrThrow({ where: { id: session.sessionId } })).endedAt;
    expect(await ended()).toBeNull();
    const origin = newOrigin();
    const twice = [1, 2].map(() => endSession(session.sessionId, "signed_out", origin));
    await Promise.all(twice);
    await endSession(randomUUID(), "signed_out", origin);
    await endSession("nonsense", "signed_out", origin);
    const rows = (await events()).slice(2);
    expect(rows).toMatchObject([
      { ...origin, action: "session.ended", targetId: session.sessionId, targetName: "Grace, An unknown browser" },
    ]);
    expect(rows[0]?.details).toEqual({ member_id: session.memberId, reason: "signed_out" });
    expect(rows[0]?.at).toEqual(await ended());
  });
});

/** Writes events with this name, one second apart, by `actor`. */
async function note(actor: MemberActor, names: readonly string[]): Promise<void> {
  for (const [n, name] of names.entries()) {
    const at = new Date(now.getTime() + n * 1_000);
    const entry = { action: "agent.updated", target: { id: randomUUID(), name } } as const;
    await prisma().$transaction((tx) => recordAudit(tx, actor, entry, { now: at, ...newOrigin() }));
  }
}

describe("the tab's filters", () => {
  it("match text in names, addresses and user agents in any case, and whole ids", async () => {
    await note(admin, ["Invoice 100%", "invoice 1000", "Other_one"]);
    const names = async (q: string) => (await list(admin, { q })).map((row) => row.targetName);
    expect(await names("INVOICE")).toEqual(["invoice 1000", "Invoice 100%"]);
    expect(await names(" 100% ")).toEqual(["Invoice 100%"]);
    expect(await names("r_o")).toEqual(["Other_one"]);
    expect(await names("ada")).toHaveLength(3);
    expect(await names("192.0.2.")).toHaveLength(3);
    expect(await names("TEST/1")).toHaveLength(3);
    expect(await names("no such thing")).toEqual([]);
    const [row] = await list(admin);
    for (const id of [row!.id, row!.requestId, row!.targetId]) {
      expect(await names(id.toUpperCase())).toEqual([row!.targetName]);
    }
  });

  it("match the kind of target", async () => {
    await note(admin, ["An agent"]);
    await createKey(admin, { name: "A key", expiry: { kind: "never" } }, { now, ...newOrigin() });
    expect((await list(admin, { target: "api_key" })).map((row) => row.targetName)).toEqual(["A key"]);
    expect(await list(admin, { target: "session" })).toEqual([]);
  });

  it("page both ways over the same rows", async () => {
    const names = Array.from({ length: 7 }, (_, n) => `event ${n}`);
    await note(admin, names);
    const all = await list(admin);
    const place = (n: number) => ({ at: all[n]!.at.getTime(), id: all[n]!.id });
    const page = async (beyond: object) => {
      const { rows, hasMore } = await listAuditEvents(admin, {}, { size: 3, ...beyond });
      return [rows.map((row) => all.findIndex(({ id }) => id === row.id)), hasMore];
    };
    expect(await page({})).toEqual([[0, 1, 2], true]);
    expect(await page({ after: place(2) })).toEqual([[3, 4, 5], true]);
    expect(await page({ after: place(5) })).toEqual([[6], false]);
    expect(await page({ before: place(6) })).toEqual([[3, 4, 5], true]);
    expect(await page({ before: place(3) })).toEqual([[0, 1, 2], false]);
    expect(await page({ before: place(0) })).toEqual([[], false]);
  });

  it("offer everyone in the log by their latest name, and no one of another organisation", async () => {
    const stranger = await newOrganisation("Admin", "Stranger");
    await note(stranger, ["theirs"]);
    await note(admin, ["one", "two"]);
    const bob = await newMember(admin.tenantId, "User", "Bob");
    await note(bob, ["three"]);
    await note({ ...admin, name: "Ada Lovelace" }, ["four", "five", "six"]);
    expect(await listAuditActors(admin)).toEqual([
      { id: admin.memberId, name: "Ada Lovelace", kind: "MEMBER" },
      { id: bob.memberId, name: "Bob", kind: "MEMBER" },
    ]);
    expect(await listAuditActors(await newOrganisation())).toEqual([]);
  });

  it.each(["User", "Viewer"] as const)("are refused for a %s", async (role) => {
    const member = await newMember(admin.tenantId, role, role);
    await expect(listAuditActors(member)).rejects.toMatchObject({ code: "FORBIDDEN" });
    await expect(readAuditEvents(member, {}).next()).rejects.toMatchObject({ code: "FORBIDDEN" });
  });
});

describe("findTargets", () => {
  it("finds existing targets of this organisation only", async () => {
    const key = await createKey(admin, { name: "Linked", expiry: { kind: "never" } }, { now, ...newOrigin() });
    const stranger = await newOrganisation();
    const wanted = [
      { targetType: "api_key", targetId: key.id },
      { targetType: "api_key", targetId: randomUUID() },
      { targetType: "member", targetId: admin.memberId },
      { targetType: "access", targetId: NO_ID },
    ];
    expect([...(await findTargets(admin, wanted))]).toEqual([
      [key.id, `/roles-access/api-keys/${key.id}`],
      [admin.memberId, "/roles-access/members?q=Ada"],
    ]);
    expect([...(await findTargets(stranger, wanted))]).toEqual([]);
  });
});

describe("an export", () => {
  const whole = async (filters: AuditFilters = {}, actor = admin) => {
    const text = await new Response(exportStream("ndjson", readAuditEvents(actor, filters))).text();
    return text
      .split("\n")
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  };
  const lines = async (filters: AuditFilters = {}) => (await whole(filters)).slice(0, -1);

  it("ends with its row count, its last row's hash and the chain's hash, filtered or not", async () => {
    await note(admin, ["one", "two", "three"]);
    const chain = await prisma().auditChain.findUniqueOrThrow({ where: { tenantId: admin.tenantId } });
    const hash = Buffer.from(chain.hash).toString("hex");
    for (const filters of [{}, { q: "two" }, { q: "nothing like it" }, { actor: "nobody" }]) {
      const all = await whole(filters);
      const rows = all.slice(0, -1);
      expect(all.at(-1)).toMatchObject({
        action: "export.completed",
        details: { rows: rows.length, chain_place: Number(chain.seq) },
        previous_hash: rows.at(-1)?.hash ?? "0".repeat(64),
        hash,
      });
    }
    const empty = await newOrganisation();
    expect(await whole({}, empty)).toMatchObject([
      { action: "export.completed", details: { rows: 0, chain_place: 0 }, hash: "0".repeat(64) },
    ]);
  });

  it("contains the list's rows for the same filters, with their positions and hashes", async () => {
    await note(admin, ["one", "two", "three"]);
    await note(await newOrganisation(), ["theirs"]);
    expect((await lines()).map((line) => [line.place, line.target_name])).toEqual([
      [3, "three"],
      [2, "two"],
      [1, "one"],
    ]);
    const [line] = await lines({ q: "two" });
    const [row] = await prisma().auditEvent.findMany({ where: { tenantId: admin.tenantId, targetName: "two" } });
    expect(line).toMatchObject({ event_id: row!.id, hash: Buffer.from(row!.hash).toString("hex") });
    expect(await lines({ actor: "nobody" })).toEqual([]);
    expect(await lines({ from: new Date(now.getTime() + 1_000), to: new Date(now.getTime() + 2_000) })).toHaveLength(1);
  });
});
