import { beforeAll, describe, expect, it } from "vitest";

import type { MemberActor } from "@/lib/actor";
import { readKeyUsage } from "@/lib/api-keys/usage";
import { readRecentUse } from "@/lib/usage/recent-use";
import { databaseNow, prisma } from "@/lib/db/client";
import { newOrganisation } from "@/tests/support/people";
import { makeKey } from "@/tests/support/public-api";

const HOUR = 3_600_000;
const NONE = { served: 0, clientErrors: 0, rateLimited: 0, refused: 0, failed: 0 };
let tenant: MemberActor;
let now: Date;
beforeAll(async () => {
  tenant = await newOrganisation();
  now = await databaseNow();
});

/** Stores calls of an hour as a flush does, in the hour's row and its day's. */
async function count(keyId: string, hour: number, counts: Partial<typeof NONE>) {
  const key = { tenantId: tenant.tenantId, keyId };
  const row = { ...NONE, ...counts };
  await prisma().keyUsageHour.create({ data: { ...key, hour, ...row } });
  const day = Math.floor(hour / 24);
  const before = await prisma().keyUsageDay.findUnique({ where: { tenantId_keyId_day: { ...key, day } } });
  const sums = Object.fromEntries(
    Object.entries(row).map(([name, calls]) => [name, BigInt(calls) + (before?.[name as keyof typeof NONE] ?? 0n)]),
  ) as Record<keyof typeof NONE, bigint>;
  await prisma().keyUsageDay.upsert({
    where: { tenantId_keyId_day: { ...key, day } },
    create: { ...key, day, ...sums },
    update: sums,
  });
}
const sum = (days: readonly number[] = []) => days.reduce((total, calls) => total + calls, 0);

describe("the recent usage of the keys in a list", () => {
  it("has the calls of the last 7 × 24 hours at every hour of a day, as the key's own usage has them", async () => {
    const { id } = await makeKey(tenant);
    const last = Math.floor(now.getTime() / HOUR);
    const countOne = (hour: number) => count(id, hour, { served: 1, refused: hour % 2, failed: 1 });
    for (let hour = last - 200; hour < last; hour++) await countOne(hour);
    for (let later = 0; later < 25; later++) {
      await countOne(last + later);
      const at = new Date(now.getTime() + later * HOUR);
      const days = (await readRecentUse(tenant.tenantId, [id], at)).get(id)?.days ?? [];
      const { totals } = await readKeyUsage(tenant, id, "7d", at);
      expect(sum(days), at.toISOString()).toBe(sum(Object.values(totals)));
      expect(sum(days)).toBe(168 * 2 + 84);
      expect(days).toHaveLength(at.getUTCHours() === 23 ? 7 : 8);
      // The days between the two ends are whole ones.
      expect(days.slice(1, -1)).toEqual(days.slice(1, -1).map(() => 24 * 2 + 12));
    }
  });

  it("has where the latest call came from", async () => {
    const [used, unused] = [await makeKey(tenant), await makeKey(tenant)];
    const latest = { at: now, address: "203.0.113.9", client: "curl" };
    const key = { tenantId: tenant.tenantId, keyId: used.id };
    await prisma().keyUsageLatest.create({ data: { ...key, ...latest, endpoint: "GET /public-api/me" } });
    const found = await readRecentUse(tenant.tenantId, [used.id, unused.id], now);
    expect(found.get(used.id)?.latest).toEqual(latest);
    expect(found.get(unused.id)?.latest).toBeNull();
    expect(sum(found.get(unused.id)?.days)).toBe(0);
  });

  it("has nothing of another organisation's key", async () => {
    const { id } = await makeKey(tenant);
    await count(id, Math.floor(now.getTime() / HOUR), { served: 5 });
    const stranger = await newOrganisation();
    const found = await readRecentUse(stranger.tenantId, [id], now);
    expect(found.get(id)).toMatchObject({ latest: null });
    expect(sum(found.get(id)?.days)).toBe(0);
  });

  it("runs no query for an empty list", async () => {
    expect(await readRecentUse(tenant.tenantId, [], now)).toEqual(new Map());
  });
});
