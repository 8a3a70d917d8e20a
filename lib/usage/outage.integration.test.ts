import { Client } from "pg";
import { afterAll, afterEach, beforeAll, describe, expect, it, type MockInstance, vi } from "vitest";

import type { MemberActor } from "@/lib/actor";
import type * as Reading from "@/lib/api-keys/usage";
import type * as Recording from "@/lib/usage/recorder";
import type * as Database from "@/lib/db/client";
import type { RouteHandler } from "@/lib/public-api/create-route";
import { DatabaseWire } from "@/tests/support/database-wire";
import type * as Testing from "@/tests/support/public-api";

const DIRECT = process.env.DATABASE_URL ?? "";
let wire: DatabaseWire;
let testing: typeof Testing;
let me: RouteHandler;
let tenant: MemberActor;
let usage: (typeof Recording)["usage"];
let readKeyUsage: (typeof Reading)["readKeyUsage"];
let databaseNow: (typeof Database)["databaseNow"];
let error: MockInstance;

beforeAll(async () => {
  wire = new DatabaseWire(DIRECT);
  await wire.mend();
  process.env.DATABASE_URL = wire.url;
  testing = await import("@/tests/support/public-api");
  const { newOrganisation } = await import("@/tests/support/people");
  me = (await import("@/app/public-api/me/route")).GET;
  ({ usage } = await import("@/lib/usage/recorder"));
  ({ readKeyUsage } = await import("@/lib/api-keys/usage"));
  ({ databaseNow } = await import("@/lib/db/client"));
  const { log } = await import("@/lib/logging/log");
  error = vi.spyOn(log(), "error").mockReturnValue(undefined);
  tenant = await newOrganisation();
});
afterEach(() => error.mockClear());
afterAll(() => wire.cut());

const ask = async (key: string, times: number) => {
  for (let n = 0; n < times; n++) expect((await testing.call(me, "/public-api/me", { key })).status).toBe(200);
};
const served = async (id: string) => (await readKeyUsage(tenant, id, "24h", await databaseNow())).totals.served;
const failures = () =>
  error.mock.calls.filter(([, message]) => String(message).includes("usage of keys was not written"));

describe("with the database unavailable", () => {
  it("counts wait in memory, and are written once it is back", async () => {
    const { id, key } = await testing.makeKey(tenant);
    await ask(key, 3);
    await wire.cut();
    for (let n = 0; n < 3; n++) await usage.flush();
    await wire.mend();
    await ask(key, 2);
    await usage.flush();
    expect([await served(id), failures().length]).toEqual([5, 3]);
    await usage.flush();
    expect(await served(id)).toBe(5);
  });

  it("an ending process tries twice, then says how many calls are missing", async () => {
    const { id, key } = await testing.makeKey(tenant);
    await ask(key, 3);
    await wire.cut();
    await usage.stop();
    expect(failures().map(([fields]) => (fields as { calls: number }).calls)).toEqual([3, 3]);
    await wire.mend();
    await usage.stop();
    expect(await served(id)).toBe(3);
  });
});

describe("a flush whose answer is lost", () => {
  it("is repeated, and counts once", async ({ skip }) => {
    if (!["postgres", "url"].includes(process.env.NEO_TEST_DATABASE ?? "")) {
      skip("the embedded database is one session, so no statement waits for another's lock");
    }
    const { id, key } = await testing.makeKey(tenant);
    const admin = new Client({ connectionString: DIRECT });
    await admin.connect();
    await ask(key, 4);
    await admin.query("begin");
    await admin.query("lock table key_usage_latest in exclusive mode");
    const flushed = usage.flush();
    const waiting = "select count(*)::int as n from pg_locks where not granted";
    await expect.poll(async () => (await admin.query<{ n: number }>(waiting)).rows[0]?.n).toBe(1);
    await wire.cut();
    await flushed;
    expect(failures()).toHaveLength(1);
    // The server learns only from its answer that nobody is there any more.
    await admin.query("commit");
    const stored = "select sum(served)::int as n from key_usage_hours where key_id = $1";
    await expect.poll(async () => (await admin.query<{ n: number }>(stored, [id])).rows[0]?.n).toBe(4);
    await admin.end();
    await wire.mend();
    await ask(key, 1);
    await usage.flush();
    expect(await served(id)).toBe(5);
  });
});
