import { beforeAll, describe, expect, it } from "vitest";

import { GET as me } from "@/app/public-api/me/route";
import type { MemberActor } from "@/lib/actor";
import { databaseNow, prisma } from "@/lib/db/client";
import { lastUsed, writeLastUsed } from "@/lib/api-keys/last-used";
import { newOrganisation } from "@/tests/support/people";
import { call, makeKey } from "@/tests/support/public-api";

const MINUTE_MS = 60_000;
let tenant: MemberActor;
let now: number;

beforeAll(async () => {
  tenant = await newOrganisation();
  now = (await databaseNow()).getTime();
});

const stored = async (id: string) =>
  (await prisma().apiKey.findUniqueOrThrow({ where: { id } })).lastUsedAt?.getTime() ?? null;

describe("writeLastUsed", () => {
  it("last use is written to the millisecond, and the written ids are returned", async () => {
    const [a, b] = [await makeKey(tenant), await makeKey(tenant)];
    const uses = [
      { id: a.id, usedAtMs: now + 0 },
      { id: b.id, usedAtMs: now - 1 },
    ];
    expect((await writeLastUsed(uses, MINUTE_MS)).sort()).toEqual([a.id, b.id].sort());
    expect([await stored(a.id), await stored(b.id)]).toEqual([now, now - 1]);
  });

  it("an earlier use is ignored", async () => {
    const { id } = await makeKey(tenant, { lastUsedAt: new Date(now) });
    expect(await writeLastUsed([{ id, usedAtMs: now - 1 }], 0)).toEqual([]);
    expect(await writeLastUsed([{ id, usedAtMs: now }], 0)).toEqual([]);
    expect(await stored(id)).toBe(now);
  });

  it("a revoked key is not updated", async () => {
    const { id } = await makeKey(tenant, { revokedAt: new Date(now) });
    expect(await writeLastUsed([{ id, usedAtMs: now }], 0)).toEqual([]);
    expect(await stored(id)).toBeNull();
  });

  it("a row used more recently than minAgeMs is not updated", async () => {
    const { id } = await makeKey(tenant, { lastUsedAt: new Date(now - 30_000) });
    expect(await writeLastUsed([{ id, usedAtMs: now }], MINUTE_MS + 30_000)).toEqual([]);
    expect(await writeLastUsed([{ id, usedAtMs: now }], 0)).toEqual([id]);
  });
});

describe("a call", () => {
  it("many calls cause one write, and a refused call none", async () => {
    const used = await makeKey(tenant);
    const revoked = await makeKey(tenant, { revokedAt: new Date(now) });
    const before = (await databaseNow()).getTime();
    await Promise.all(Array.from({ length: 30 }, () => call(me, "/public-api/me", { key: used.key })));
    await call(me, "/public-api/me", { key: revoked.key });
    expect(await stored(used.id)).toBeNull();
    await lastUsed.flush();
    const written = await stored(used.id);
    expect(written).toBeGreaterThanOrEqual(before);
    expect(written).toBeLessThanOrEqual((await databaseNow()).getTime());
    await call(me, "/public-api/me", { key: used.key });
    await lastUsed.flush();
    expect(await stored(used.id)).toBe(written);
    expect(await stored(revoked.id)).toBeNull();
  });

  it("a call's use is written within seconds", async () => {
    const { id, key } = await makeKey(tenant);
    await call(me, "/public-api/me", { key });
    await expect.poll(() => stored(id), { timeout: 5_000, interval: 100 }).not.toBeNull();
  });
});
