import { randomUUID } from "node:crypto";

import { Client } from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";

import type { MemberActor } from "@/lib/actor";
import { storedHash } from "@/lib/api-keys/hash";
import { previewRevocation } from "@/lib/api-keys/revocation-preview";
import { createKey, revokeKey, revokeKeys, rotateKey } from "@/lib/api-keys/service";
import { verifyAuditChains } from "@/lib/audit-log/verify";
import { databaseNow, prisma } from "@/lib/db/client";
import { AppError } from "@/lib/errors/app-error";
import { newMember, newOrganisation, newOrigin } from "@/tests/support/people";

const NEVER = { kind: "never" } as const;
const HOUR = 3_600_000;
const REASON = "The build server was stolen.";

let database: Client;
let admin: MemberActor;
let now: Date;

beforeAll(async () => {
  database = new Client({ connectionString: process.env.DATABASE_URL });
  await database.connect();
});
afterAll(() => database.end());

beforeEach(async () => {
  admin = await newOrganisation();
  now = await databaseNow();
});

const create = (name: string, actor = admin) =>
  createKey(actor, { name, expiry: NEVER }, { now, ...newOrigin() }).then(({ id }) => id);

async function refusalOf(attempt: Promise<unknown>): Promise<AppError> {
  const error = await attempt.then(
    () => null,
    (caught: unknown) => caught,
  );
  if (!(error instanceof AppError)) throw new Error("expected an AppError", { cause: error });
  return error;
}

/** Adds many keys at once. @returns their ids */
async function addKeys(count: number): Promise<string[]> {
  const data = Array.from({ length: count }, (_, n) => {
    const id = randomUUID();
    const [name, last4] = [`Key ${n}`, String(n % 10_000).padStart(4, "0")];
    const who = { tenantId: admin.tenantId, createdById: admin.memberId, createdAt: now };
    return { id, ...who, name, last4, environment: "test", hash: storedHash(id), lineageId: id };
  });
  await prisma().apiKey.createMany({ data });
  return data.map(({ id }) => id);
}

const NONE: string[] = [];
const revoke = (
  keyIds: string[],
  { actor = admin, knownInUse = NONE, knownRetiring = NONE, origin = newOrigin() } = {},
) => revokeKeys(actor, { keyIds, knownInUse, knownRetiring, reason: REASON }, { now, ...origin });

const workingIn = ({ tenantId } = admin) => prisma().apiKey.count({ where: { tenantId, revokedAt: null } });
const eventsOf = (action = "api_key.revoked") =>
  prisma().auditEvent.findMany({ where: { tenantId: admin.tenantId, action }, orderBy: { seq: "asc" } });

async function chainFault() {
  const query = async <Row>(sql: string, values: readonly unknown[]) =>
    (await database.query(sql, [...values])).rows as Row[];
  for await (const { tenantId, fault } of verifyAuditChains(query)) if (tenantId === admin.tenantId) return fault;
  throw new Error("no report of this tenant");
}

const useKey = async (id: string, ago: number, address: string | null = "203.0.113.9") => {
  const at = new Date(now.getTime() - ago);
  await prisma().apiKey.update({ where: { id }, data: { lastUsedAt: at } });
  const { tenantId } = admin;
  await prisma().keyUsageLatest.create({
    data: { tenantId, keyId: id, at, address, client: "curl", endpoint: "GET /public-api/me" },
  });
};

describe("revokeKeys", () => {
  it("revokes 1,000 keys in one transaction, each with its event in an unbroken chain", async () => {
    const ids = await addKeys(1_000);
    const origin = newOrigin();
    const begun = performance.now();
    expect(await revoke(ids, { origin })).toEqual({ revoked: 1_000, stopped: 0 });
    console.log(`revoking 1,000 keys took ${Math.round(performance.now() - begun)} ms`);
    expect(await workingIn()).toBe(0);
    const events = await eventsOf();
    expect(new Set(events.map(({ targetId }) => targetId))).toEqual(new Set(ids));
    for (const { details, requestId, actorId, at } of events) {
      expect(details).toEqual({ last4: expect.stringMatching(/^\d{4}$/) as string, reason: REASON });
      expect({ requestId, actorId, at }).toEqual({ requestId: origin.requestId, actorId: admin.memberId, at: now });
    }
    expect(await chainFault()).toBeNull();
  });

  it("leaves keys that no longer work as they are, and counts a repeated id once", async () => {
    const [revoked, expired, working] = [await create("revoked"), await create("expired"), await create("working")];
    await revokeKey(admin, revoked, { now, ...newOrigin() });
    await prisma().apiKey.update({ where: { id: expired }, data: { createdAt: new Date(0), expiresAt: now } });
    expect(await revoke([revoked, expired, working, working])).toEqual({ revoked: 1, stopped: 2 });
    expect(await revoke([revoked, expired, working])).toEqual({ revoked: 0, stopped: 3 });
    expect(await eventsOf()).toHaveLength(2);
  });

  it("revokes each key once for two admins at the same time", async () => {
    const ids = await addKeys(200);
    const other = await newMember(admin.tenantId, "Admin", "Second Admin");
    const outcomes = await Promise.all([revoke(ids), revoke([...ids].reverse(), { actor: other })]);
    expect(outcomes.map(({ revoked }) => revoked).sort((a, b) => a - b)).toEqual([0, 200]);
    expect(await eventsOf()).toHaveLength(200);
    expect(await chainFault()).toBeNull();
  });

  it("runs alongside single revocations and rotations of the same keys", async () => {
    const ids = await addKeys(20);
    const context = () => ({ now, ...newOrigin() });
    const outcomes = await Promise.allSettled([
      revoke(ids, { knownRetiring: ids }),
      ...ids.slice(0, 3).map((id) => revokeKey(admin, id, context())),
      ...ids.slice(10, 13).map((id) => rotateKey(admin, id, NEVER, context())),
    ]);
    for (const outcome of outcomes)
      if (outcome.status === "rejected") expect(outcome.reason).toMatchObject({ reason: "already_revoked" });
    expect(await prisma().apiKey.count({ where: { id: { in: ids }, revokedAt: null } })).toBe(0);
    expect(await eventsOf()).toHaveLength(20);
    expect(await chainFault()).toBeNull();
  });

  it("revokes nothing when one of the ids is another organisation's or no key", async () => {
    const stranger = await newOrganisation("Admin", "Stranger");
    const [mine, theirs] = [await create("mine"), await create("theirs", stranger)];
    for (const other of [theirs, randomUUID()])
      expect(await refusalOf(revoke([mine, other]))).toMatchObject({ code: "NOT_FOUND" });
    expect([await workingIn(), await workingIn(stranger)]).toEqual([1, 1]);
    expect(await eventsOf()).toEqual([]);
  });

  it("revokes nothing when an event can't be written", async () => {
    const ids = await addKeys(50);
    // The database refuses the rows after the keys were changed.
    await expect(revoke(ids, { origin: { ...newOrigin(), requestId: "no UUID" } })).rejects.toThrow();
    expect(await workingIn()).toBe(50);
    expect(await eventsOf()).toEqual([]);
    expect(await chainFault()).toBeNull();
    expect(await revoke(ids)).toEqual({ revoked: 50, stopped: 0 });
  });

  it("is refused when a key came into use that the admin wasn't shown as such", async () => {
    const [quiet, live] = [await create("quiet"), await create("live")];
    await useKey(live, HOUR);
    const refusal = await refusalOf(revoke([quiet, live]));
    expect(refusal).toMatchObject({ code: "CONFLICT", message: expect.stringContaining("1 key") as string });
    expect(await workingIn()).toBe(2);
    expect(await revoke([quiet, live], { knownInUse: [live.toUpperCase()] })).toEqual({ revoked: 2, stopped: 0 });
  });

  it("is refused when a key was rotated after the admin was shown it, until the old key was shown as such", async () => {
    const [plain, rotated] = [await create("plain"), await create("rotated")];
    const next = await rotateKey(admin, rotated, NEVER, { now, ...newOrigin() });
    const refusal = await refusalOf(revoke([plain, rotated]));
    const message =
      "1 key has been rotated since you opened this. Nothing was revoked. Check the list, then try again.";
    expect(refusal).toMatchObject({ code: "CONFLICT", message });
    expect(await workingIn()).toBe(3);
    // The new preview names the successor.
    const { works } = await previewRevocation(admin, [plain, rotated], now);
    const named = works.map(({ id, retiring, spared }) => [id, retiring, spared]);
    expect(named).toContainEqual([rotated, true, [`neo_sk_test_…${next.key.slice(-4)}`]]);
    expect(await revoke([plain, rotated], { knownRetiring: [rotated] })).toEqual({ revoked: 2, stopped: 0 });
    expect(await workingIn()).toBe(1);
  });

  it("leaves the other key of a rotation alone", async () => {
    const old = await create("rotated");
    const next = await rotateKey(admin, old, NEVER, { now, ...newOrigin() });
    expect(await revoke([next.id])).toEqual({ revoked: 1, stopped: 0 });
    expect((await prisma().apiKey.findUniqueOrThrow({ where: { id: old } })).revokedAt).toBeNull();
  });

  it.each(["User", "Viewer"] as const)("is refused for a %s, as is the preview", async (role) => {
    const id = await create("guarded");
    const member = await newMember(admin.tenantId, role, role);
    for (const attempt of [revoke([id], { actor: member }), previewRevocation(member, [id], now)])
      expect(await refusalOf(attempt)).toMatchObject({ code: "FORBIDDEN" });
  });
});

describe("previewRevocation", () => {
  it("lists what works, the keys in use first, with their latest use", async () => {
    const [never, week, old, live, liver] = [
      await create("never"),
      await create("week"),
      await create("old"),
      await create("live"),
      await create("liver"),
    ];
    await useKey(live, 3 * HOUR);
    await useKey(liver, HOUR, null);
    await useKey(week, 24 * HOUR);
    await useKey(old, 7 * 24 * HOUR);
    const { works, stopped, missing } = await previewRevocation(admin, [never, week, old, live, liver], now);
    expect(works.map(({ name, use }) => [name, use])).toEqual([
      ["liver", "day"],
      ["live", "day"],
      ["week", "week"],
      ["old", "earlier"],
      ["never", "never"],
    ]);
    expect(works[1]).toEqual({
      id: live,
      name: "live",
      display: expect.stringMatching(/^neo_sk_test_…\w{4}$/) as string,
      use: "day",
      lastUsedAt: new Date(now.getTime() - 3 * HOUR),
      address: "203.0.113.9",
      client: "curl",
      retiring: false,
      spared: [],
      moreSpared: 0,
    });
    expect(works[0]).toMatchObject({ address: null, client: "curl" });
    expect([stopped, missing]).toEqual([[], 0]);
  });

  it("says what no longer works, and how many ids are no key of this organisation", async () => {
    const stranger = await newOrganisation("Admin", "Stranger");
    const revoked = await create("gone");
    await revokeKey(admin, revoked, { now, ...newOrigin() });
    const ids = [revoked, await create("theirs", stranger), randomUUID()];
    const display = expect.stringMatching(/^neo_sk_test_…\w{4}$/) as string;
    expect(await previewRevocation(admin, ids, now)).toEqual({
      works: [],
      stopped: [{ id: revoked, name: "gone", display, refusal: "revoked" }],
      missing: 2,
    });
  });

  it("names the keys of a rotation that keep working because they aren't selected", async () => {
    const old = await create("pair");
    const next = await rotateKey(admin, old, NEVER, { now, ...newOrigin() });
    const shown = async (...ids: string[]) =>
      (await previewRevocation(admin, ids, now)).works.map(({ id, retiring, spared }) => [id, retiring, spared]);
    const { last4 } = await prisma().apiKey.findUniqueOrThrow({ where: { id: old } });
    expect(await shown(next.id)).toEqual([[next.id, false, [`neo_sk_test_…${last4}`]]]);
    expect(await shown(old)).toEqual([[old, true, [`neo_sk_test_…${next.key.slice(-4)}`]]]);
    expect((await shown(old, next.id)).map(([, , spared]) => spared)).toEqual([[], []]);
  });

  it("names the ten newest of them, and counts the others", async () => {
    const ids = [await create("busy")];
    for (let n = 0; n < 12; n++) ids.unshift((await rotateKey(admin, ids[0] ?? "", NEVER, { now, ...newOrigin() })).id);
    const [newest = "", before = ""] = ids;
    const { works } = await previewRevocation(admin, [newest, before], now);
    expect(works.map(({ spared, moreSpared }) => [spared.length, moreSpared])).toEqual([
      [10, 1],
      [10, 1],
    ]);
  });
});
