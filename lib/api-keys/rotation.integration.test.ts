import { randomUUID } from "node:crypto";

import { beforeAll, describe, expect, it } from "vitest";

import { GET as me } from "@/app/public-api/me/route";
import type { MemberActor } from "@/lib/actor";
import { OVERLAP_MS } from "@/lib/api-keys/rotation-overlap";
import { readRotation } from "@/lib/api-keys/rotation";
import { replaceLostKey } from "@/lib/api-keys/lost-key";
import { createKey, endOverlap, revokeKey, rotateKey } from "@/lib/api-keys/service";
import { readKeyUsage } from "@/lib/api-keys/usage";
import { usage } from "@/lib/usage/recorder";
import { env } from "@/lib/config/env";
import { databaseNow, prisma } from "@/lib/db/client";
import { newOrganisation, newOrigin } from "@/tests/support/people";
import { call } from "@/tests/support/public-api";

const HOUR_MS = 3_600_000;
const NEVER = { kind: "never" } as const;
let admin: MemberActor;

beforeAll(async () => {
  admin = await newOrganisation();
});

const context = async () => ({ now: await databaseNow(), ...newOrigin() });
const create = async () => createKey(admin, { name: "Export", expiry: NEVER }, await context());
const rotate = async ({ id }: { id: string }) => rotateKey(admin, id, NEVER, await context());

/** Calls with a key, as a program at an address. */
const use = (key: string, address: string, client: string) =>
  call(me, "/public-api/me", { key, headers: { "x-neo-client-address": address, "user-agent": `${client}/1.0` } });

async function read(keyId: string, laterMs = 0) {
  await usage.flush();
  return readRotation(admin, keyId, new Date((await databaseNow()).getTime() + laterMs));
}
const must = async (keyId: string, laterMs = 0) => (await read(keyId, laterMs)) ?? expect.unreachable();

describe("a rotation", () => {
  it("says who called with the old key since the rotation, by address and client, and not before it", async () => {
    const old = await create();
    for (const client of ["curl", "node"]) await use(old.key, "192.0.2.1", client);
    const next = await rotate(old);
    await use(old.key, "192.0.2.1", "curl");
    for (let n = 0; n < 3; n++) await use(old.key, "192.0.2.2", "curl");
    await use(next.key, "192.0.2.1", "node");
    const found = await must(old.id);
    const [key] = found.oldKeys;
    expect(key?.callers).toEqual([
      { address: "192.0.2.2", client: "curl", calls: 3, lastSeen: expect.any(String) as string },
      { address: "192.0.2.1", client: "curl", calls: 1, lastSeen: expect.any(String) as string },
    ]);
    expect(key?.lastUse).toMatchObject({ address: "192.0.2.2", client: "curl" });
    expect(found.newKey).toMatchObject({
      id: next.id,
      refusal: null,
      lastUse: { address: "192.0.2.1", client: "node" },
    });
    expect({ ...(await must(next.id)), now: null }).toEqual({ ...found, now: null });
    // The same for programs.
    const { overlapCallers } = await readKeyUsage(admin, old.id, "24h", await databaseNow());
    expect(overlapCallers.map(({ address, calls }) => [address, calls])).toEqual([
      ["192.0.2.2", 3],
      ["192.0.2.1", 1],
    ]);
    expect((await readKeyUsage(admin, next.id, "24h", await databaseNow())).overlapCallers).toEqual([]);
  });

  it("doesn't count refused calls of the old key", async () => {
    const old = await create();
    await rotate(old);
    await use(old.key, "192.0.2.1", "curl");
    await revokeKey(admin, old.id, await context());
    expect((await use(old.key, "192.0.2.1", "curl")).status).toBe(401);
    expect((await must(old.id)).oldKeys[0]?.callers).toMatchObject([{ calls: 1 }]);
  });

  it("doesn't call the old key quiet when only its own column saw its latest call", async () => {
    const old = await create();
    await use(old.key, "192.0.2.1", "curl");
    const next = await rotate(old);
    await usage.flush();
    const now = await databaseNow();
    const at = (ms: number) => new Date(now.getTime() + ms);
    // What is left where the process that counted its calls was killed.
    await prisma().keyUsageLatest.updateMany({ where: { keyId: old.id }, data: { at: at(-3 * HOUR_MS) } });
    await prisma().apiKey.update({ where: { id: old.id }, data: { lastUsedAt: at(-60_000) } });
    const latest = { at: at(-60_000), address: null, client: null };
    const seen = (await readRotation(admin, next.id, now))?.oldKeys[0]?.lastUse;
    expect(seen).toEqual({ ...latest, at: latest.at.toISOString() });
    expect((await readKeyUsage(admin, old.id, "24h", now)).latest).toMatchObject(latest);
  });

  it("has no addresses where they aren't stored", async () => {
    const old = await create();
    await rotate(old);
    Object.assign(env(), { USAGE_ADDRESSES: "off" });
    await use(old.key, "192.0.2.1", "curl");
    Object.assign(env(), { USAGE_ADDRESSES: "truncated" });
    await use(old.key, "192.0.2.1", "curl");
    Object.assign(env(), { USAGE_ADDRESSES: "full" });
    expect((await must(old.id)).oldKeys[0]?.callers.map(({ address, client }) => [address, client])).toEqual([
      [null, "curl"],
      ["192.0.2.0/24", "curl"],
    ]);
  });

  it("lists at most 20 callers, those beyond 50 as other, and loses no call", async () => {
    const old = await create();
    await rotate(old);
    for (let n = 0; n < 60; n++) await use(old.key, `192.0.2.${n}`, "curl");
    const [key] = (await must(old.id)).oldKeys;
    expect([key?.callers.length, key?.moreCallers]).toEqual([20, 31]);
    expect(key?.callers[0]).toMatchObject({ address: null, client: "other", calls: 10 });
  });

  it("puts callers of the last hour before those that called more", async () => {
    const old = await create();
    await rotate(old);
    for (let n = 0; n < 2; n++) await use(old.key, "192.0.2.1", "busy");
    await use(old.key, "192.0.2.1", "late");
    const order = async (laterMs: number) => (await must(old.id, laterMs)).oldKeys[0]?.callers.map((one) => one.client);
    expect(await order(0)).toEqual(["busy", "late"]);
    expect(await order(OVERLAP_MS)).toEqual(["busy", "late"]);
  });

  it("is shown until 24 hours after the old key stopped, on the pages of both keys", async () => {
    const old = await create();
    expect(await read(old.id)).toBeNull();
    const next = await rotate(old);
    for (const id of [old.id, next.id]) {
      expect((await must(id, 2 * OVERLAP_MS - 60_000)).oldKeys).toHaveLength(1);
      expect(await read(id, 2 * OVERLAP_MS + 60_000)).toBeNull();
    }
  });

  it("has every old key that works, and not the lost one between them", async () => {
    const first = await create();
    const second = await rotate(first);
    const lost = await rotate(second);
    const last = await replaceLostKey(admin, lost.id, NEVER, await context());
    const { newKey, oldKeys } = await must(first.id);
    expect([newKey.id, ...oldKeys.map(({ id }) => id)]).toEqual([last.id, second.id, first.id]);
    expect(await read(lost.id)).toBeNull();
  });

  it("reads the 25 newest old keys, however often a script rotates", async () => {
    const ids = [(await create()).id];
    while (ids.length < 28) ids.unshift((await rotate({ id: ids[0] ?? "" })).id);
    const [newest = "", ...old] = ids;
    expect((await must(newest)).oldKeys.map(({ id }) => id)).toEqual(old.slice(0, 25));
    expect(await read(ids.at(-1) ?? "")).toBeNull();
  });

  it("says by whom the old key was revoked, and when the new key no longer works", async () => {
    const old = await create();
    const next = await rotate(old);
    await revokeKey(admin, next.id, await context());
    await revokeKey(admin, old.id, await context());
    const { newKey, oldKeys } = await must(old.id);
    expect(newKey.refusal).toBe("revoked");
    expect(oldKeys[0]).toMatchObject({ revokedBy: "Ada Admin", revokedAt: expect.any(String) as string });
  });

  it("is only for admins of its organisation", async () => {
    const old = await create();
    await rotate(old);
    const now = await databaseNow();
    const stranger = await newOrganisation();
    for (const id of [old.id, randomUUID(), "x"])
      await expect(readRotation(stranger, id, now)).rejects.toMatchObject({ code: "NOT_FOUND" });
    for (const role of ["User", "Viewer"] as const)
      await expect(readRotation({ ...admin, role }, old.id, now)).rejects.toMatchObject({ code: "FORBIDDEN" });
  });
});

describe("ending an overlap", () => {
  it("refuses the old key's next call, leaves the new key alone, and happens once", async () => {
    const old = await create();
    const next = await rotate(old);
    expect((await use(old.key, "192.0.2.1", "curl")).status).toBe(200);
    expect(await endOverlap(admin, old.id, await context())).toEqual({ ended: true });
    expect((await use(old.key, "192.0.2.1", "curl")).status).toBe(401);
    expect((await use(next.key, "192.0.2.1", "curl")).status).toBe(200);
    expect(await endOverlap(admin, old.id, await context())).toEqual({ ended: false });
  });

  it("changes nothing once the old key has stopped on its own, to the millisecond", async () => {
    const old = await create();
    const { oldKeyWorksUntil } = await rotate(old);
    const at = (ms: number) => ({ ...newOrigin(), now: new Date(oldKeyWorksUntil.getTime() + ms) });
    expect(await endOverlap(admin, old.id, at(0))).toEqual({ ended: false });
    expect((await must(old.id)).oldKeys[0]?.revokedAt).toBeNull();
    expect(await endOverlap(admin, old.id, at(-1))).toEqual({ ended: true });
  });

  it("is refused for a key that nothing replaced, for another organisation and for a role below Admin", async () => {
    const old = await create();
    const next = await rotate(old);
    const end = async (actor: MemberActor, id: string) => endOverlap(actor, id, await context());
    await expect(end(admin, next.id)).rejects.toMatchObject({ code: "CONFLICT" });
    await expect(end(await newOrganisation(), old.id)).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(end({ ...admin, role: "User" }, old.id)).rejects.toMatchObject({ code: "FORBIDDEN" });
    expect((await must(old.id)).oldKeys[0]?.revokedAt).toBeNull();
  });
});
