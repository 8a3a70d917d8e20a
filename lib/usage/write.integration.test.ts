import { randomUUID } from "node:crypto";

import { beforeAll, describe, expect, it } from "vitest";

import type { MemberActor } from "@/lib/actor";
import { type UsageCall, UsageCounter } from "@/lib/usage/counter";
import { HOUR_MS } from "@/lib/text/time-units";
import { USAGE_RANGES, type UsageRange } from "@/lib/usage/range";
import { type KeyUsage, readKeyUsage } from "@/lib/api-keys/usage";
import { KEY_USAGE } from "@/lib/usage/tables";
import { writeUsage } from "@/lib/usage/write";
import { databaseNow, prisma } from "@/lib/db/client";
import { purge } from "@/lib/db/purge";
import { newOrganisation } from "@/tests/support/people";
import { NOT_FOUND, usageCall } from "@/tests/support/usage-call";
import { makeKey } from "@/tests/support/public-api";

const DAY_MS = 24 * HOUR_MS;
let tenant: MemberActor;
let now: number;

beforeAll(async () => {
  tenant = await newOrganisation();
  now = (await databaseNow()).getTime();
});

const callOf = (credentialId: string, changes: Partial<UsageCall> = {}) =>
  usageCall({ tenantId: tenant.tenantId, credentialId, atMs: now }, changes);
const refusalOf = (keyId: string, atMs: number) => callOf(keyId, { atMs, ...NOT_FOUND });

function batchOf(calls: readonly UsageCall[]) {
  const counter = new UsageCounter(() => expect.unreachable());
  for (const call of calls) counter.add(call);
  return counter.take() ?? expect.unreachable();
}
const write = (calls: readonly UsageCall[], id: string = randomUUID()) => writeUsage(KEY_USAGE, id, batchOf(calls));
const read = (keyId: string, range: UsageRange = "24h", of = tenant) => readKeyUsage(of, keyId, range, new Date(now));
const callsOf = ({ callers }: KeyUsage, kind: keyof KeyUsage["callers"]) =>
  Object.fromEntries(callers[kind].map(({ value, calls }) => [value, calls]));
const served = async (keyId: string, range?: UsageRange) => (await read(keyId, range)).totals.served;

describe("a batch", () => {
  it("is added once, however often it is written with the same id", async () => {
    const { id } = await makeKey(tenant);
    const calls = [callOf(id), refusalOf(id, now)];
    const flush = randomUUID();
    for (let n = 0; n < 3; n++) await write(calls, flush);
    await Promise.all([write(calls, flush), write(calls, flush)]);
    const found = await read(id);
    expect([found.totals.served, found.totals.client_errors, found.refusals.length]).toEqual([1, 1, 1]);
    expect(callsOf(found, "client")).toEqual({ curl: 2 });
    await write(calls);
    expect(await served(id)).toBe(2);
  });

  it("is added to what other instances write at the same time", async () => {
    const ids = await Promise.all(Array.from({ length: 8 }, async () => (await makeKey(tenant)).id));
    const instance = async (order: readonly string[]) => {
      for (let n = 0; n < 10; n++) await write(order.flatMap((id) => [callOf(id), callOf(id, { client: "node" })]));
    };
    await Promise.all([instance(ids), instance(ids.toReversed()), instance(ids)]);
    for (const id of ids) {
      const found = await read(id);
      expect([found.totals.served, callsOf(found, "client")]).toEqual([60, { curl: 30, node: 30 }]);
    }
  });

  it("with a key that is gone, or of another organisation, adds the rest", async () => {
    const { id } = await makeKey(tenant);
    await write([
      callOf(randomUUID()),
      callOf(id),
      { ...callOf(id), credentialId: (await makeKey(await newOrganisation())).id },
    ]);
    expect(await served(id)).toBe(1);
  });

  it("of several hours of a key adds to each, and to the days", async () => {
    const { id } = await makeKey(tenant);
    const old = now - 2 * DAY_MS;
    await write([callOf(id), callOf(id, { atMs: old, client: "old" }), callOf(id, { atMs: old - HOUR_MS })]);
    const { points, latest } = await read(id, "7d");
    expect(points.filter((point) => point.served > 0).map(({ start }) => start.getTime())).toEqual(
      [old - HOUR_MS, old, now].map((at) => Math.floor(at / HOUR_MS) * HOUR_MS),
    );
    expect(await served(id, "30d")).toBe(3);
    expect(latest).toMatchObject({ at: new Date(now), client: "curl" });
    await write([callOf(id, { atMs: old, client: "late" })]);
    expect((await read(id)).latest?.client).toBe("curl");
  });
});

describe("what is stored of a key is bounded", () => {
  it("to 50 values of a kind per day, and other", async () => {
    const { id } = await makeKey(tenant);
    const from = (first: number, count: number) =>
      write(Array.from({ length: count }, (_, n) => callOf(id, { address: `192.0.2.${first + n}` })));
    await from(0, 45);
    await from(40, 45);
    await from(100, 45);
    await from(0, 45);
    const rows = await prisma().keyUsageCaller.findMany({ where: { keyId: id, kind: "address" } });
    expect(rows).toHaveLength(51);
    const calls = new Map(rows.map((row) => [row.value, Number(row.calls)]));
    expect([calls.get("192.0.2.0"), calls.get("192.0.2.40"), calls.get("other")]).toEqual([2, 3, 80]);
    expect([...calls.values()].reduce((sum, one) => sum + one)).toBe(180);
  });

  it("to 50 values of a kind and other, when one batch has both", async () => {
    const { id } = await makeKey(tenant);
    await write(Array.from({ length: 70 }, (_, n) => callOf(id, { address: `192.0.2.${n}` })));
    const rows = await prisma().keyUsageCaller.findMany({ where: { keyId: id, kind: "address" } });
    expect([rows.length, rows.find(({ value }) => value === "other")?.calls]).toEqual([51, 20n]);
  });

  it("to the last 20 refusals", async () => {
    const { id } = await makeKey(tenant);
    const refusals = Array.from({ length: 43 }, (_, n) => refusalOf(id, now - 1_000 + n));
    for (let n = 0; n < refusals.length; n += 7) await write(refusals.slice(n, n + 7));
    await write([callOf(id)]);
    const expected = refusals
      .map(({ requestId }) => requestId)
      .toReversed()
      .slice(0, 20);
    expect((await read(id)).refusals.map(({ requestId }) => requestId)).toEqual(expected);
    expect(await prisma().keyUsageRefusal.count({ where: { keyId: id } })).toBe(20);
  });
});

describe("reading", () => {
  it.each(Object.keys(USAGE_RANGES) as UsageRange[])("%s has no gaps and at most 400 points", async (range) => {
    const { id } = await makeKey(tenant);
    const { points } = await read(id, range);
    const { interval, points: count } = USAGE_RANGES[range];
    const step = interval === "hour" ? HOUR_MS : DAY_MS;
    const last = Math.floor(now / step) * step;
    expect(points.map(({ start }) => start.getTime())).toEqual(
      Array.from({ length: count }, (_, n) => last - (count - 1 - n) * step),
    );
    expect(count).toBeLessThanOrEqual(400);
  });

  it("lists the ten that called most, over 30 days", async () => {
    const { id } = await makeKey(tenant);
    const calls = Array.from({ length: 15 }, (_, n) =>
      Array.from({ length: n + 1 }, (_, day) => callOf(id, { client: `c${n}`, atMs: now - day * DAY_MS })),
    ).flat();
    await write(calls);
    const { client } = (await read(id)).callers;
    expect(client.map(({ value, calls }) => [value, calls])).toEqual(
      Array.from({ length: 10 }, (_, n) => [`c${14 - n}`, 15 - n]),
    );
    expect(client[0]?.lastSeen).toEqual(new Date(now));
  });

  it("takes the key's own last use where its details are forgotten", async () => {
    const at = new Date(now - 40 * DAY_MS);
    const { id } = await makeKey(tenant, { lastUsedAt: at });
    expect((await read(id)).latest).toEqual({ at, address: null, client: null, endpoint: null });
  });
});

describe("retention", () => {
  it("leaves days of what is older than 30 days, and nothing after 13 months", async () => {
    const { id } = await makeKey(tenant);
    const ages = [0, 29, 31, 300, 394, 397];
    for (const days of ages)
      await write([callOf(id, { atMs: now - days * DAY_MS }), refusalOf(id, now - days * DAY_MS)]);
    const stored = async () => ({
      hours: (await prisma().keyUsageHour.findMany({ where: { keyId: id } })).map(({ served }) => served),
      days: (await prisma().keyUsageDay.findMany({ where: { keyId: id } })).map((row) => Number(row.served)),
      callers: new Set((await prisma().keyUsageCaller.findMany({ where: { keyId: id } })).map(({ day }) => day)).size,
      refusals: await prisma().keyUsageRefusal.count({ where: { keyId: id } }),
    });
    expect(await stored()).toEqual({ hours: Array(6).fill(1), days: Array(6).fill(1), callers: 6, refusals: 6 });
    const year = await served(id, "13mo");
    await Promise.all([purge(), purge()]);
    await purge();
    expect(await stored()).toEqual({ hours: [1, 1], days: Array(5).fill(1), callers: 2, refusals: 2 });
    expect([year, await served(id, "13mo")]).toEqual([5, 5]);
    expect((await read(id)).latest).not.toBeNull();
  });

  it("forgets by whom a key was last used after 30 days, and flushes after a day", async () => {
    const { id } = await makeKey(tenant);
    const flush = randomUUID();
    await write([callOf(id, { atMs: now - 31 * DAY_MS })], flush);
    await prisma().keyUsageFlush.update({ where: { id: flush }, data: { at: new Date(now - DAY_MS - 60_000) } });
    const young = randomUUID();
    await write([callOf(id, { atMs: now - 31 * DAY_MS })], young);
    await purge();
    expect((await read(id)).latest).toBeNull();
    const found = await prisma().keyUsageFlush.findMany({ where: { id: { in: [flush, young] } } });
    expect(found.map((row) => row.id)).toEqual([young]);
  });
});
