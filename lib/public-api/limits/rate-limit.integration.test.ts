import { beforeAll, describe, expect, it, vi } from "vitest";

import type { RouteHandler } from "@/lib/public-api/create-route";
import type * as People from "@/tests/support/people";
import type * as Fixtures from "@/tests/support/public-api";
import { SLOT_MS, SLOTS } from "@/lib/public-api/limits/rate-limit";

const LIMIT = 1_200;

/** Another instance of the application: fresh modules with separate connections. */
interface Instance {
  readonly me: RouteHandler;
  readonly fixtures: typeof Fixtures;
  readonly people: typeof People;
  query<Row>(sql: string, values?: unknown[]): Promise<Row[]>;
}

async function startInstance(): Promise<Instance> {
  (globalThis as { neoProcessWide?: Map<string, object> }).neoProcessWide?.delete("database clients");
  vi.resetModules();
  const { lookupPool } = await import("@/lib/db/client");
  return {
    me: (await import("@/app/public-api/me/route")).GET,
    fixtures: await import("@/tests/support/public-api"),
    people: await import("@/tests/support/people"),
    query: async <Row>(sql: string, values?: unknown[]) => (await lookupPool().query(sql, values)).rows as Row[],
  };
}

let first: Instance;
let second: Instance;

beforeAll(async () => {
  first = await startInstance();
  second = await startInstance();
});

const ask = ({ fixtures, me }: Instance, key: string) => fixtures.call(me, "/public-api/me", { key });

/** Ages the tenant's calls by this many milliseconds. */
const age = (tenantId: string, byMs: number) =>
  first.query(
    `update rate_limits r set head = head - $2, oldest = oldest - $2,
       ring = (select array_agg(ring[(i + $2) % $3 + 1] order by i) from generate_series(0, $3 - 1) i)
     where tenant_id = $1 returning head`,
    [tenantId, byMs / SLOT_MS, SLOTS],
  );

describe("1,300 concurrent requests", () => {
  it("over two keys and two instances: 1,200 are served and 100 refused with Retry-After", async () => {
    const tenant = await first.people.newOrganisation();
    const keys = [(await first.fixtures.makeKey(tenant)).key, (await first.fixtures.makeKey(tenant)).key];
    const started = Date.now();
    const answers = await Promise.all(
      Array.from({ length: 1_300 }, (_, n) => ask(n % 2 ? first : second, keys[n % 3 ? 0 : 1]!)),
    );
    const served = answers.filter((answer) => answer.status === 200);
    const refused = answers.filter((answer) => answer.status === 429);
    expect([served.length, refused.length]).toEqual([LIMIT, 100]);
    const remaining = served.map((answer) => Number(answer.headers.get("x-ratelimit-remaining")));
    expect(remaining.sort((a, b) => a - b)).toEqual(Array.from({ length: LIMIT }, (_, n) => n));
    for (const { headers, body } of refused) {
      expect(body.error.code).toBe("RATE_LIMITED");
      expect(headers.get("x-ratelimit-limit")).toBe("1200");
      expect(headers.get("x-ratelimit-remaining")).toBe("0");
      expect(headers.get("ratelimit-policy")).toBe('"default";q=1200;w=60');
      const wait = Number(headers.get("retry-after"));
      expect(headers.get("ratelimit")).toBe(`"default";r=0;t=${Math.min(wait, 60)}`);
      expect(wait).toBeGreaterThan(0);
      expect(wait).toBeLessThanOrEqual(61);
      const reset = Number(headers.get("x-ratelimit-reset")) * 1000;
      expect(reset).toBeGreaterThanOrEqual(started + 60_000);
      expect(reset).toBeLessThanOrEqual(Date.now() + 62_000);
    }
  });
});

describe("the window", () => {
  it("slides: calls are forgotten after a minute, and not sooner", async () => {
    const tenant = await first.people.newOrganisation();
    const { key } = await first.fixtures.makeKey(tenant);
    const many = async (amount: number) => {
      const answers = await Promise.all(Array.from({ length: amount }, () => ask(first, key)));
      return answers.filter((answer) => answer.status === 200).length;
    };
    expect([await many(1), await many(699)]).toEqual([1, 699]);
    await age(tenant.tenantId, 30_000);
    expect(await many(600)).toBe(500);
    // The last of the 700 may be some seconds younger than the first.
    await age(tenant.tenantId, 30_250);
    expect(await many(800)).toBe(700);
    await age(tenant.tenantId, 120_000);
    expect(await many(1_201)).toBe(1_200);
  });

  it("restarts when the clock goes back: after a failover to a server an hour behind, calls are served", async () => {
    const tenant = await first.people.newOrganisation();
    const { key } = await first.fixtures.makeKey(tenant);
    await Promise.all(Array.from({ length: LIMIT }, () => ask(first, key)));
    expect((await ask(first, key)).status).toBe(429);
    await first.query("update rate_limits set head = head + $2, oldest = oldest + $2 where tenant_id = $1", [
      tenant.tenantId,
      SLOTS * 60,
    ]);
    const answer = await ask(first, key);
    expect([answer.status, answer.headers.get("x-ratelimit-remaining")]).toEqual([200, String(LIMIT - 1)]);
    const reset = Number(answer.headers.get("x-ratelimit-reset")) * 1000;
    expect(Math.abs(reset - Date.now() - 60_000)).toBeLessThan(5_000);
  });

  it("doesn't count refused calls, so a caller that keeps calling is served again", async () => {
    const tenant = await first.people.newOrganisation();
    const { key } = await first.fixtures.makeKey(tenant);
    await Promise.all(Array.from({ length: 1_500 }, () => ask(first, key)));
    const [row] = await first.query<{ used: number }>("select used from rate_limits where tenant_id = $1", [
      tenant.tenantId,
    ]);
    expect(row?.used).toBe(LIMIT);
  });

  it("is separate for each tenant", async () => {
    const [busy, quiet] = [await first.people.newOrganisation(), await first.people.newOrganisation()];
    const [loud, calm] = [await first.fixtures.makeKey(busy), await first.fixtures.makeKey(quiet)];
    const calls = Array.from({ length: 1_300 }, (_, n) => ask(first, n % 130 === 0 ? calm.key : loud.key));
    const answers = await Promise.all(calls);
    expect(answers.filter((_, n) => n % 130 === 0).map((answer) => answer.status)).toEqual(Array(10).fill(200));
    expect(answers.filter((answer) => answer.status === 429)).toHaveLength(90);
  });
});

describe("an invalid key", () => {
  it.each([
    ["revoked", { revokedAt: new Date() }],
    ["expired", { expiresAt: new Date(Date.now() - 1_000) }],
    ["rotated out", { rotatedAt: new Date(Date.now() - 80_000_000), graceEndsAt: new Date(Date.now() - 1_000) }],
  ])("doesn't count towards the limit: %s", async (_, moments) => {
    const tenant = await first.people.newOrganisation();
    const { key } = await first.fixtures.makeKey(tenant, moments);
    const answers = await Promise.all(Array.from({ length: 50 }, () => ask(first, key)));
    expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([401]));
    expect(await first.query("select 1 from rate_limits where tenant_id = $1", [tenant.tenantId])).toEqual([]);
  });

  it("doesn't use up the limit of a valid key in the same lookup", async () => {
    const tenant = await first.people.newOrganisation();
    const good = await first.fixtures.makeKey(tenant);
    const bad = await first.fixtures.makeKey(tenant, { revokedAt: new Date() });
    const answers = await Promise.all(Array.from({ length: 100 }, (_, n) => ask(first, (n % 2 ? good : bad).key)));
    expect(answers.map((answer) => answer.status)).toEqual(Array.from({ length: 100 }, (_, n) => (n % 2 ? 200 : 401)));
  });

  it("of a disabled tenant doesn't count either", async () => {
    const tenant = await first.people.newOrganisation("Admin", "Ada", { name: "Closed", enabled: false });
    const { key } = await first.fixtures.makeKey(tenant);
    expect((await ask(first, key)).status).toBe(403);
    expect(await first.query("select 1 from rate_limits where tenant_id = $1", [tenant.tenantId])).toEqual([]);
  });
});

describe("rate_limit_take", () => {
  it("agrees with a plain list of calls for any order of events", async () => {
    const limit = 5;
    const slots = 7;
    let calls: number[] = [];
    let at = 1_000;
    let seed = 42;
    const random = (below: number) => (seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648) % below;
    let state: Record<string, unknown> = { ring: [], head: at, oldest: at, used: 0 };
    for (let step = 0; step < 300; step++) {
      at += [0, 0, 1, 1, 2, 3, 9][random(7)]!;
      const asked = random(4);
      calls = calls.filter((call) => call > at - slots);
      const granted = Math.min(asked, limit - calls.length);
      calls.push(...Array<number>(granted).fill(at));
      const [row] = await first.query<Record<string, unknown>>(
        "select * from rate_limit_take($1, $2, $3, $4, $5, $6, $7, $8)",
        [state.ring, state.head, state.oldest, state.used, at, asked, limit, slots],
      );
      state = row!;
      const expected = [granted, calls.length, String(calls[0] ?? at)];
      expect([state.granted, state.used, state.oldest], `step ${step}`).toEqual(expected);
    }
  });
});
