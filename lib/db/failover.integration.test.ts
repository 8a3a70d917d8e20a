import { Client } from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";

import type * as Ready from "@/app/api/ready/route";
import type * as Db from "@/lib/db/client";
import type { RouteHandler } from "@/lib/public-api/create-route";
import { type PostgresServer, findPostgres, startPostgres } from "@/tests/support/postgres-server";
import { migrate } from "@/scripts/migrate";
import { DatabaseWire } from "@/tests/support/database-wire";
import type * as People from "@/tests/support/people";
import type * as Testing from "@/tests/support/public-api";

const skip = findPostgres() ? false : "PostgreSQL is not installed";
if (skip) process.stdout.write(`skipped: the database's failovers: ${skip}\n`);

const LOCK = "begin; lock table tenants, api_keys, agents in access exclusive mode";

const aSecond = () => new Promise((resolve) => setTimeout(resolve, 1_100));

describe.skipIf(skip)("a database that fails over", () => {
  let cluster: PostgresServer;
  let wire: DatabaseWire;
  let superuser: Client;
  let db: typeof Db;
  let testing: typeof Testing;
  let people: typeof People;
  let ready: typeof Ready;
  let key: string;
  let handlers: Record<"me" | "list" | "create", RouteHandler>;
  let silentMs = 0;
  /** Advances the pools' clock, so that every connection is silent for longer than the check threshold. */
  const fallSilent = () => (silentMs += 6_000);

  beforeAll(async () => {
    const now = performance.now.bind(performance);
    vi.spyOn(performance, "now").mockImplementation(() => now() + silentMs);
    cluster = await startPostgres();
    await migrate(cluster.url);
    wire = new DatabaseWire(cluster.url);
    await wire.mend();
    process.env.DATABASE_URL = wire.url;
    superuser = new Client({ connectionString: cluster.url });
    await superuser.connect();
    await superuser.query("set default_transaction_read_only = off");
    db = await import("@/lib/db/client");
    testing = await import("@/tests/support/public-api");
    ready = await import("@/app/api/ready/route");
    const me = await import("@/app/public-api/me/route");
    const agents = await import("@/app/public-api/agents/route");
    handlers = { me: me.GET, list: agents.GET, create: agents.POST };
    people = await import("@/tests/support/people");
    ({ key } = await testing.makeKey(await people.newOrganisation()));
  });
  afterAll(async () => {
    vi.restoreAllMocks();
    await superuser.end();
    await wire.cut();
    await cluster.stop();
  });
  beforeEach(aSecond);

  const me = () => testing.call(handlers.me, "/public-api/me", { key });
  const list = () => testing.call(handlers.list, "/public-api/agents", { key });
  const create = () =>
    testing.call(handlers.create, "/public-api/agents", {
      method: "POST",
      key,
      body: { name: "Made", autonomy_type: "CONVERSATIONAL", trigger_type: "NONE" },
    });
  const page = () => db.prisma().tenant.count();
  const write = () => db.prisma().$transaction((tx) => tx.tenant.updateMany({ data: { name: "T" } }));
  const isReady = async () => {
    const answer = await ready.GET();
    return { status: answer.status, body: (await answer.json()) as unknown };
  };
  /** Opens several connections in every pool and returns their server processes. */
  async function warm(): Promise<Set<number>> {
    const ask = "select pg_backend_pid() as pid, pg_sleep(0.05)";
    const pids = async (pool: ReturnType<typeof db.lookupPool>) =>
      (await Promise.all([1, 2, 3].map(() => pool.query<{ pid: number }>(ask)))).map(({ rows }) => rows[0]?.pid ?? 0);
    const pages = await Promise.all(
      [1, 2, 3].map(
        () => db.prisma().$queryRaw<{ pid: number }[]>`select pg_backend_pid() as pid, pg_sleep(0.05)::text`,
      ),
    );
    return new Set([
      ...(await pids(db.lookupPool())),
      ...(await pids(db.listPool())),
      ...(await pids(db.probePool())),
      ...pages.map((rows) => rows[0]?.pid ?? 0),
    ]);
  }
  const readOnly = async (value: "on" | "off") => {
    await superuser.query(`alter system set default_transaction_read_only = ${value}`);
    await superuser.query("select pg_reload_conf()");
    await new Promise((resolve) => setTimeout(resolve, 300));
  };
  const endConnections = () =>
    superuser.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and backend_type = 'client backend'",
    );
  /** Simulates a failover: existing connections become read-only, new ones don't. */
  async function failOver(): Promise<void> {
    await superuser.query("alter role postgres set default_transaction_read_only = off");
    await readOnly("on");
  }
  async function failBack(): Promise<void> {
    await superuser.query("alter role postgres reset default_transaction_read_only");
    await readOnly("off");
    // Connections opened meanwhile would keep the role's setting.
    await endConnections();
  }
  const common = (one: ReadonlySet<number>, other: ReadonlySet<number>) => [...one].filter((pid) => other.has(pid));

  it("when the server turns read-only, no call fails and every pool reconnects", async () => {
    const before = await warm();
    await failOver();
    try {
      expect((await me()).status).toBe(200);
      expect((await create()).status).toBe(201);
      expect((await list()).status).toBe(200);
      expect(await page()).toBeGreaterThan(0);
      expect(await isReady()).toMatchObject({ status: 200 });
      expect(common(before, await warm())).toEqual([]);
    } finally {
      await failBack();
    }
  });

  it("a page's transaction that detects the failover fails once, and every pool reconnects", async () => {
    const before = await warm();
    await failOver();
    try {
      await expect(write()).rejects.toSatisfy(db.isDatabaseUnavailable);
      expect((await write()).count).toBeGreaterThan(0);
      expect(common(before, await warm())).toEqual([]);
    } finally {
      await failBack();
    }
  });

  it("a change on a silent connection detects the failover before it begins", async () => {
    await warm();
    await failOver();
    fallSilent();
    try {
      expect((await write()).count).toBeGreaterThan(0);
    } finally {
      await failBack();
    }
  });

  it("readiness detects the failover without traffic", async () => {
    const before = await warm();
    await failOver();
    try {
      expect((await isReady()).body).toMatchObject({ checks: { database: "read_only" } });
      await aSecond();
      expect(await isReady()).toMatchObject({ status: 200 });
      expect(common(before, await warm())).toEqual([]);
    } finally {
      await failBack();
    }
  });

  it("while no server is writable, calls get 503 and readiness reports why", async () => {
    await readOnly("on");
    try {
      expect((await me()).status).toBe(503);
      expect(await isReady()).toEqual({
        status: 503,
        body: { status: "unavailable", checks: { database: "read_only", migrations: "ok" } },
      });
    } finally {
      await readOnly("off");
    }
    await aSecond();
    expect((await me()).status).toBe(200);
    expect(await isReady()).toMatchObject({ status: 200 });
  });

  it("readiness fails for a role that can't write a required table", async () => {
    await superuser.query("create role poor login password 'poor'");
    await superuser.query("grant select, insert, update, delete on all tables in schema public to poor");
    await superuser.query("revoke update on api_keys from poor");
    const { RIGHTS, writability } = await import("@/lib/db/readiness");
    const poor = new Client({ connectionString: cluster.url.replace(/postgres:[^@]+@/, "poor:poor@") });
    await poor.connect();
    expect(await writability(poor)).toEqual({ readOnly: false, missing: ["UPDATE api_keys"] });
    const { rows } = await superuser.query<{ tablename: string }>(
      "select tablename from pg_tables where schemaname = 'public' and tablename <> '_prisma_migrations'",
    );
    for (const { tablename } of rows) expect(RIGHTS).toContain(`INSERT ${tablename}`);
    await poor.end();
  });

  it("no call fails when the server ends connections (57P01)", async () => {
    await warm();
    await endConnections();
    for (const ask of [me, list, create]) expect((await ask()).status).toBeLessThan(300);
    expect(await page()).toBeGreaterThan(0);
  });

  it("silently dead connections delay one call and fail none", async () => {
    await warm();
    fallSilent();
    wire.strand();
    const took: number[] = [];
    for (const ask of [me, list, create, me, list]) {
      const began = performance.now();
      expect((await ask()).status).toBeLessThan(300);
      took.push(performance.now() - began);
    }
    expect(took[0]).toBeLessThan(3_000);
    expect(took.filter((each) => each > 800)).toHaveLength(1);
    expect(await page()).toBeGreaterThan(0);
    expect(await isReady()).toMatchObject({ status: 200 });
  });

  it("the first change after that succeeds, in a transaction or not, also concurrently", async () => {
    const changes = [write, () => db.prisma().tenant.updateMany({ data: { name: "T" } })];
    for (const change of changes) {
      await warm();
      fallSilent();
      wire.strand();
      const began = performance.now();
      expect(await Promise.all(Array.from({ length: 5 }, change))).toHaveLength(5);
      expect(performance.now() - began).toBeLessThan(3_000);
    }
  });

  it("on a slow database a read runs once and counts once, even on a silent connection", async () => {
    const remaining = async () => {
      const answer = await me();
      expect(answer.status).toBe(200);
      return Number(answer.headers.get("x-ratelimit-remaining"));
    };
    // Due by the clock that fallSilent advances, or every few seconds; their statements must not be counted.
    const { lastUsed } = await import("@/lib/api-keys/last-used");
    const { usage } = await import("@/lib/usage/recorder");
    const writing = [lastUsed, usage].map((one) => vi.spyOn(one, "flush").mockResolvedValue());
    for (const settle of [() => undefined, fallSilent]) {
      await warm();
      const before = await remaining();
      settle();
      await superuser.query("begin; lock table api_keys in access exclusive mode");
      const { opened, statements } = wire;
      const slow = Promise.all([remaining(), db.listPool().query("select 'slow', pg_sleep(2.5)")]);
      await new Promise((resolve) => setTimeout(resolve, 1_700));
      await superuser.query("commit");
      expect((await slow)[0]).toBe(before - 1);
      expect(wire.opened).toBe(opened);
      // The two statements, and the liveness check of the silent connection.
      expect(wire.statements - statements).toBe(settle === fallSilent ? 4 : 2);
    }
    for (const held of writing) held.mockRestore();
  });

  it("lists of several organisations that fill their connections are refused with their own reason and delay no lookup", async () => {
    const keys = await Promise.all(
      [1, 2, 3].map(async () => (await testing.makeKey(await people.newOrganisation())).key),
    );
    await warm();
    await superuser.query("begin; lock table agents in access exclusive mode");
    const lists = keys.flatMap((each) =>
      [1, 2, 3, 4].map((size) => testing.call(handlers.list, `/public-api/agents?page_size=${size}`, { key: each })),
    );
    for (let n = 0; n < 7; n++) {
      const began = performance.now();
      expect((await me()).status).toBe(200);
      expect(performance.now() - began).toBeLessThan(400);
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
    await superuser.query("commit");
    const answers = await Promise.all(lists);
    const refused = answers.filter(({ status }) => status !== 200);
    // Four connections in total, two per organisation: the third read waits.
    expect(refused.map(({ body }) => body.error.details.reason)).toEqual(Array(8).fill("lists_busy"));
    for (let n = 0; n < keys.length; n++) {
      const served = answers.slice(4 * n, 4 * n + 4).filter(({ status }) => status === 200);
      expect(served.length).toBeLessThanOrEqual(2);
    }
    expect((await list()).status).toBe(200);
  });

  it("pages detect dead connections too, also concurrently, and readiness does within its timeout", async () => {
    await warm();
    fallSilent();
    wire.strand();
    const began = performance.now();
    expect(await Promise.all(Array.from({ length: 8 }, page))).toHaveLength(8);
    expect(performance.now() - began).toBeLessThan(4_000);
    await warm();
    fallSilent();
    wire.strand();
    const asked = performance.now();
    expect(await isReady()).toMatchObject({ status: 200 });
    expect(performance.now() - asked).toBeLessThan(3_000);
  });

  it("a slow statement closes only its own connection, not responsive ones", async () => {
    await warm();
    const { opened } = wire;
    const slow = db.listPool().query("select pg_sleep(2.5)");
    for (let n = 0; n < 10; n++) {
      expect((await me()).status).toBe(200);
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
    await slow;
    expect(wire.opened - opened).toBeLessThanOrEqual(2);
  });

  // Ways in which a running database refuses the application: each with its setup and its cleanup.
  const refusals: [what: string, begin: string[], end: string[]][] = [
    ["28P01 password changed", ["alter role postgres password 'another'"], []],
    [
      "55000 no connections allowed",
      ["update pg_database set datallowconn = false where datname = current_database()"],
      ["update pg_database set datallowconn = true where datname = current_database()"],
    ],
    [
      "42501 rights taken away",
      ["create role powerless", "alter role postgres set role = powerless"],
      ["alter role postgres reset role"],
    ],
    [
      "42501 its schema taken away",
      ["create role outsider", "revoke usage on schema public from public", "alter role postgres set role = outsider"],
      ["alter role postgres reset role", "grant usage on schema public to public"],
    ],
    [
      "57014 statement_timeout",
      ["alter role postgres set statement_timeout = '200ms'", LOCK],
      ["rollback", "alter role postgres reset statement_timeout"],
    ],
    [
      "55P03 lock_timeout",
      ["alter role postgres set lock_timeout = '200ms'", LOCK],
      ["rollback", "alter role postgres reset lock_timeout"],
    ],
  ];
  it.each(refusals)(
    "every endpoint answers 503 when the database refuses the application: %s",
    async (_, begin, end) => {
      const { password } = new URL(cluster.url);
      for (const sql of begin) await superuser.query(sql);
      await endConnections();
      try {
        for (const ask of [me, list, create]) expect((await ask()).status).toBe(503);
        await expect(page()).rejects.toSatisfy(db.isDatabaseUnavailable);
        await expect(write()).rejects.toSatisfy(db.isDatabaseUnavailable);
      } finally {
        for (const sql of end) await superuser.query(sql);
        await superuser.query(`alter role postgres password '${password}'`);
        await endConnections();
      }
      for (const ask of [me, list, create]) expect((await ask()).status).toBeLessThan(300);
    },
  );
});
