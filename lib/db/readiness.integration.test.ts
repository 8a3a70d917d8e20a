import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";

import type { GET } from "@/app/api/ready/route";
import type { lookupPool, probePool } from "@/lib/db/client";
import { DatabaseWire } from "@/tests/support/database-wire";

let wire: DatabaseWire;
let ready: typeof GET;
let pools: { lookupPool: typeof lookupPool; probePool: typeof probePool };

beforeAll(async () => {
  wire = new DatabaseWire(process.env.DATABASE_URL ?? "");
  await wire.mend();
  process.env.DATABASE_URL = wire.url;
  ready = (await import("@/app/api/ready/route")).GET;
  pools = await import("@/lib/db/client");
});

afterAll(() => wire.cut());

// A result is cached for one second.
beforeEach(() => new Promise((resolve) => setTimeout(resolve, 1_100)));
const aSecond = () => new Promise((resolve) => setTimeout(resolve, 1_100));

async function ask() {
  const started = performance.now();
  const response = await ready();
  return {
    status: response.status,
    body: (await response.json()) as unknown,
    retryAfter: response.headers.get("retry-after"),
    cache: response.headers.get("cache-control"),
    took: performance.now() - started,
  };
}

const OK = { status: "ok", checks: { database: "ok", migrations: "ok" } };
const AWAY = { status: "unavailable", checks: { database: "unreachable", migrations: "unknown" } };
const BEHIND = { status: "unavailable", checks: { database: "ok", migrations: "behind" } };

describe("readiness", () => {
  it("succeeds while the database is available and has every migration of this build", async () => {
    expect(await ask()).toMatchObject({ status: 200, body: OK, retryAfter: null, cache: "no-store" });
  });

  it("fails in bounded time while the database is unavailable, and recovers on its own", async () => {
    await wire.cut();
    expect(await ask()).toMatchObject({
      status: 503,
      body: AWAY,
      retryAfter: expect.stringMatching(/^[1-9]\d*$/) as string,
    });
    await wire.mend();
    await aSecond();
    expect(await ask()).toMatchObject({ status: 200, body: OK });

    wire.blocked = true;
    await aSecond();
    const hung = await ask();
    expect(hung).toMatchObject({ status: 503, body: AWAY });
    expect(hung.took).toBeLessThan(4_000);
    wire.blocked = false;
    await wire.cut();
    await wire.mend();
    await aSecond();
    expect(await ask()).toMatchObject({ status: 200, body: OK });
  });

  it("fails before the last migration is applied, and succeeds in a newer database", async () => {
    const { rows } = await pools
      .lookupPool()
      .query<{ id: string }>(
        "update _prisma_migrations set finished_at = null where id = (select id from _prisma_migrations order by migration_name desc limit 1) returning id",
      );
    try {
      const answer = await ask();
      expect(answer).toMatchObject({ status: 503, body: BEHIND, retryAfter: expect.stringMatching(/^\d+$/) as string });
    } finally {
      await pools.lookupPool().query("update _prisma_migrations set finished_at = now() where id = $1", [rows[0]?.id]);
    }
    await pools.lookupPool().query(
      `insert into _prisma_migrations (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
       values ('ahead', '', '99990101000000_of_a_newer_build', now(), now(), 1)`,
    );
    try {
      await aSecond();
      expect(await ask()).toMatchObject({ status: 200, body: OK });
    } finally {
      await pools.lookupPool().query("delete from _prisma_migrations where id = 'ahead'");
    }
  });

  it("queries the database once for concurrent requests", async () => {
    const asked = vi.spyOn(pools.probePool(), "query");
    const answers = await Promise.all(Array.from({ length: 200 }, ask));
    for (let again = 0; again < 20; again++) answers.push(await ask());
    expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([200]));
    // One query for the migrations, one for write access.
    expect(asked).toHaveBeenCalledTimes(2);
    expect(pools.probePool().totalCount).toBe(1);
    asked.mockRestore();
  });
});
