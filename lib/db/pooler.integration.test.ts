// Uses the real PgBouncer and PostgreSQL. PgBouncer before 1.21 has no prepared statements in transaction mode.
import { spawn } from "node:child_process";
import { once } from "node:events";

import { Client } from "pg";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";

import { isDatabaseUnavailable } from "@/lib/db/errors";
import { poolerFault } from "@/lib/db/pooler-check";
import { startPgBouncer, type Pooler } from "@/tests/support/pgbouncer";

import { ROOT } from "../../dev/root";
import { findProgram } from "../../tests/support/find-program";
import { type PostgresServer, findPostgres, startPostgres } from "../../tests/support/postgres-server";
import { readMigrations } from "../../scripts/schema-engine";
import { migrate } from "../../scripts/migrate";
import { PRISMA_MIGRATE_LOCK } from "../../scripts/migration-lock";

const missing = findPostgres() ? (findProgram("pgbouncer") ? null : "PgBouncer") : "PostgreSQL";
if (missing) process.stdout.write(`skipped: the database behind a pooler: ${missing} is not installed\n`);

const names = readMigrations().migrationDirectories.map((migration) => migration.path);
const LOCK = `select pg_advisory_lock(${PRISMA_MIGRATE_LOCK})`;

describe.skipIf(missing !== null)("a database behind PgBouncer", () => {
  let cluster: PostgresServer;
  let superuser: Client;
  const opened: (() => Promise<unknown>)[] = [];

  beforeAll(async () => {
    cluster = await startPostgres();
    superuser = new Client({ connectionString: cluster.url });
    await superuser.connect();
  });
  afterAll(async () => {
    await superuser.end();
    await cluster.stop();
  });
  afterEach(async () => {
    for (const close of opened.splice(0).reverse()) await close();
    vi.unstubAllEnvs();
  });

  /** A separate database, reached directly and through its own pooler. */
  async function pooled(settings: Record<string, string>): Promise<Pooler & { direct: string }> {
    const name = `pooled_${String(Date.now())}_${String(opened.length)}`;
    await superuser.query(`create database ${name}`);
    const direct = new URL(cluster.url);
    direct.pathname = `/${name}`;
    const pooler = await startPgBouncer(direct.href, settings);
    opened.push(() => pooler.stop());
    return { ...pooler, direct: direct.href };
  }
  async function client(url: string): Promise<Client> {
    const made = new Client({ connectionString: url });
    // PgBouncer closes some connections when it refuses them.
    made.on("error", () => undefined);
    await made.connect();
    opened.push(() => made.end());
    return made;
  }
  async function locks(url: string): Promise<unknown[]> {
    const asking = await client(url);
    const here = "database = (select oid from pg_database where datname = current_database())";
    const { rows } = await asking.query<object>(`select 1 from pg_locks where locktype = 'advisory' and ${here}`);
    return rows;
  }

  test.each(["transaction", "session"])(
    "three concurrent migration runs with pool_mode = %s apply each migration once and leave no lock",
    async (pool_mode) => {
      const { url, direct } = await pooled({ pool_mode });
      const applied = await Promise.all([1, 2, 3].map(() => migrate(url)));
      expect(applied.map((list) => list.length).sort()).toEqual([0, 0, names.length]);
      expect(applied.flat()).toEqual(names);
      expect(await migrate(url)).toEqual([]);
      expect(await locks(direct)).toEqual([]);
    },
  );

  test("waiting for an abandoned lock times out with the process that holds it and the remedy", async () => {
    const { url, direct } = await pooled({ pool_mode: "transaction" });
    const stuck = await client(url);
    await stuck.query(LOCK);
    const { rows } = await stuck.query<{ pid: number }>("select pg_backend_pid() as pid");
    // Its client is gone; the pooled connection still holds the lock.
    await stuck.end();
    // Another client uses that connection: its own lock wouldn't block it.
    await (await client(url)).query("begin; select 1");
    const started = performance.now();
    const refused = expect(migrate(url, { lockWaitMs: 1_000 })).rejects;
    await refused.toThrow(
      new RegExp(`held for 1 seconds by server process ${String(rows[0]?.pid)}[^]*pg_terminate_backend`),
    );
    expect(performance.now() - started).toBeLessThan(5_000);
    expect(await (await client(direct)).query("select to_regclass('tenants') as found")).toMatchObject({
      rows: [{ found: null }],
    });
    await superuser.query("select pg_terminate_backend($1)", [rows[0]?.pid]);
    expect(await migrate(url)).toEqual(names);
  });

  test("Prisma's tools and this migration exclude each other", async () => {
    const { direct } = await pooled({ pool_mode: "transaction" });
    const prisma = await client(direct);
    await prisma.query(LOCK);
    const lines: string[] = [];
    const migrating = migrate(direct, { log: (line) => lines.push(line) });
    await vi.waitFor(() => expect(lines).toEqual([expect.stringContaining("Another process is migrating")]));
    await prisma.query("select pg_advisory_unlock_all()");
    expect(await migrating).toEqual(names);
  });

  test(
    "a pooler with one server connection is refused promptly, with the setting to change",
    { timeout: 40_000 },
    async () => {
      const { url } = await pooled({ pool_mode: "transaction", default_pool_size: "1" });
      await expect(migrate(url)).rejects.toThrow(/second did not get through within 10 seconds[^]*default_pool_size/);
    },
  );

  test("a role with an idle transaction timeout can migrate", async () => {
    const { url, direct } = await pooled({ pool_mode: "transaction" });
    const database = new URL(direct).pathname.slice(1);
    await superuser.query(`alter database ${database} set idle_in_transaction_session_timeout = '5ms'`);
    expect(await migrate(url)).toEqual(names);
  });

  test("losing the lock stops the migration before its next step", async () => {
    const { url, direct } = await pooled({ pool_mode: "transaction" });
    const { takeMigrationLock } = await import("../../scripts/migration-lock");
    const holder = await client(url);
    const lock = await takeMigrationLock(holder, 1_000, () => undefined);
    await expect(lock.assertHeld()).resolves.toBeUndefined();
    const killed = await client(direct);
    await killed.query(
      "select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and pid <> pg_backend_pid()",
    );
    await expect(lock.assertHeld()).rejects.toThrow("migration lock was lost: start the migration again");
  });

  test.each([
    ["nothing", null, {}],
    ["pool_mode = session", null, { pool_mode: "session" }],
    ["pool_mode = transaction", "prepared_statements", { pool_mode: "transaction" }],
    ["one connection for all", "prepared_statements", { pool_mode: "transaction", default_pool_size: "1" }],
    ["connections in turn", "prepared_statements", { pool_mode: "transaction", server_round_robin: "1" }],
    ["pool_mode = statement", "transactions", { pool_mode: "statement" }],
  ])("the pooler check reports for %s: %s", async (_, fault, settings) => {
    const { url, direct } = await pooled(settings);
    expect(await poolerFault(Object.keys(settings).length > 0 ? url : direct)).toBe(fault);
  });

  test.each(["options=-c%20search_path%3Dpublic", "statement_timeout=5000", "lock_timeout=5000"])(
    "a pooler that refuses %s is reported with the parameter, by a migration and by the startup check",
    async (query) => {
      const { url } = await pooled({ pool_mode: "session" });
      const given = `${url}${url.includes("?") ? "&" : "?"}${query}`;
      const words = `DATABASE_URL has ${query.split("=")[0] ?? ""}, which the connection pooler refuses`;
      const begin = performance.now();
      await expect(migrate(given, { waitS: 30 })).rejects.toThrow(words);
      await expect(poolerFault(given)).rejects.toThrow(words);
      expect(performance.now() - begin).toBeLessThan(10_000);
    },
  );

  test("a pooler's refusal of a password or a database fails immediately", async () => {
    const { url } = await pooled({ pool_mode: "session" });
    const begin = performance.now();
    for (const [part, value] of [
      ["password", "wrong"],
      ["pathname", "/nosuch"],
    ] as const) {
      const wrong = new URL(url);
      wrong[part] = value;
      await expect(migrate(wrong.href, { waitS: 30 })).rejects.toThrow(
        /authentication failed|no such database|does not exist/,
      );
    }
    expect(performance.now() - begin).toBeLessThan(10_000);
  });

  test("a lookup whose statement is lost is reported as unavailable, not as an internal error", async () => {
    const { url } = await pooled({ pool_mode: "transaction" });
    const [one, other] = [await client(url), await client(url)];
    const ask = () => one.query({ name: "neo_lookup", text: "select 1", values: [] });
    await ask();
    await other.query("begin");
    await expect(ask()).rejects.toSatisfy(isDatabaseUnavailable);
  });

  test("readiness through such a pooler is 503 and names it, and the log has the remedy", async () => {
    const { url } = await pooled({ pool_mode: "transaction" });
    await migrate(url);
    vi.stubEnv("DATABASE_URL", url);
    vi.resetModules();
    const { log } = await import("@/lib/logging/log");
    const logged = vi.spyOn(log(), "error");
    const { GET } = await import("@/app/api/ready/route");
    const answer = await GET();
    expect(answer.status).toBe(503);
    expect(await answer.json()).toEqual({ status: "unavailable", checks: { database: "pooler", migrations: "ok" } });
    expect(logged).toHaveBeenCalledWith(
      expect.objectContaining({ remedy: expect.stringContaining("max_prepared_statements") as string }),
      "not ready",
    );
  });

  test("startup through such a pooler exits with code 1 and the settings to change", { timeout: 60_000 }, async () => {
    const { url } = await pooled({ pool_mode: "transaction" });
    const script = 'import("./server/boot.ts").then((m) => (m.default ?? m).boot()).then(() => console.log("started"))';
    const start = async (databaseUrl: string) => {
      const child = spawn(process.execPath, ["--conditions=react-server", "--import=tsx", "--eval", script], {
        cwd: ROOT,
        env: { ...process.env, DATABASE_URL: databaseUrl },
      });
      let output = "";
      for (const stream of [child.stdout, child.stderr])
        stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
      const [code] = (await once(child, "close")) as [number];
      return { code, output };
    };
    const refused = await start(url);
    expect(refused.output).toMatch(/pool_mode = session, or use PgBouncer 1\.21/);
    expect(refused.code).toBe(1);
    expect(refused.output).not.toContain(new URL(url).password);
    expect(await start(cluster.url)).toEqual({ code: 0, output: "started\n" });
    // An unavailable database isn't refused: it may recover.
    expect(await start("postgresql://a@127.0.0.1:1/a")).toEqual({ code: 0, output: "started\n" });
  });
});
