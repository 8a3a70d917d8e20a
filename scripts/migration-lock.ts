import type { Client, QueryResult } from "pg";

import { databaseClient } from "@/lib/config/database-connection";

/** The advisory lock that Prisma's own tools take to migrate. */
export const PRISMA_MIGRATE_LOCK = 72_707_369;

/** How long to wait for another migration, in milliseconds. */
export const LOCK_WAIT_MS = 120_000;
const RETRY_MS = 250;
/** Timeout of a statement that waits for nothing, in milliseconds. */
const ANSWER_MS = 10_000;

/** PGlite: one session for all connections, where no lock excludes anyone, and an open transaction stops all others. */
const IS_EMBEDDED = "select version() like '%PGlite%' as embedded";

/** Disables the timeouts that would end the transaction with its lock; the second exists since PostgreSQL 17. */
const TAKE = `begin;
  select set_config(name, '0', true) from pg_settings
    where name in ('idle_in_transaction_session_timeout', 'transaction_timeout');
  select pg_try_advisory_xact_lock(${PRISMA_MIGRATE_LOCK}) as taken`;

const HOLDER = `select pid, coalesce(application_name, '') as application, backend_start as since
  from pg_locks left join pg_stat_activity using (pid)
  where locktype = 'advisory' and classid = 0 and objid = ${PRISMA_MIGRATE_LOCK} and granted`;

/** The right to migrate, while its connection stays open. */
export interface MigrationLock {
  /** The lock occupies its connection. */
  readonly needsSecondConnection: boolean;
  /** @throws Error when the lock has been lost */
  readonly assertHeld: () => Promise<void>;
}

/** Runs statements without parameters, in one message. @throws the database's error, or a timeout */
async function run(client: Client, text: string, timeoutMs: number): Promise<QueryResult<Record<string, unknown>>[]> {
  const query: { text: string; query_timeout: number } = { text, query_timeout: timeoutMs };
  const result: unknown = await client.query(query);
  return (Array.isArray(result) ? result : [result]) as QueryResult<Record<string, unknown>>[];
}

/**
 * Takes the lock that excludes every other migration, including Prisma's own tools. It belongs to a transaction, so that it
 * works through a pooler in transaction mode, where a session's lock stays behind on a shared connection (decision 048).
 * The embedded database needs none: its data folder admits one starter only.
 * @param client a dedicated connection; when it ends, so does the lock
 * @param waitMs how long to wait for its holder, in milliseconds
 * @param log receives a line when the wait begins
 * @throws Error that names the lock's holder, once the wait is over
 */
export async function takeMigrationLock(
  client: Client,
  waitMs: number,
  log: (line: string) => void,
): Promise<MigrationLock> {
  const [version] = await run(client, IS_EMBEDDED, waitMs + ANSWER_MS);
  if (version?.rows[0]?.embedded === true) return { needsSecondConnection: false, assertHeld: () => Promise.resolve() };
  const deadline = performance.now() + waitMs;
  for (let attempt = 0; ; attempt++) {
    const taken = (await run(client, TAKE, ANSWER_MS)).at(-1)?.rows[0]?.taken === true;
    if (taken) return { needsSecondConnection: true, assertHeld: () => assertHeld(client) };
    // Not while waiting: an open transaction occupies one of a pooler's connections.
    await run(client, "rollback", ANSWER_MS);
    if (attempt === 0) log("Another process is migrating this database: waiting for it ...");
    if (performance.now() + RETRY_MS > deadline) throw new Error(await heldMessage(client, waitMs));
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
}

async function assertHeld(client: Client): Promise<void> {
  const held = `select 1 from pg_locks where pid = pg_backend_pid() and locktype = 'advisory' and classid = 0
    and objid = ${PRISMA_MIGRATE_LOCK} and granted`;
  const rows = await run(client, held, ANSWER_MS).then(
    ([result]) => result?.rows ?? [],
    (cause: unknown) => {
      throw new Error("The connection that held the migration lock was lost: start the migration again", { cause });
    },
  );
  if (rows.length === 0) throw new Error("The migration lock was lost: start the migration again");
}

async function heldMessage(client: Client, waitMs: number): Promise<string> {
  const holders = (await run(client, HOLDER, ANSWER_MS))[0]?.rows ?? [];
  const pids = holders.map(({ pid }) => Number(pid));
  const who = holders.map(({ pid, application, since }) => {
    const name = typeof application === "string" && application !== "" ? ` (${application})` : "";
    const started = since instanceof Date ? `, connected since ${since.toISOString()}` : "";
    return `server process ${String(pid)}${name}${started}`;
  });
  return [
    `The migration lock has been held for ${String(waitMs / 1_000)} seconds${who.length > 0 ? ` by ${who.join(" and ")}` : ""}.`,
    "Nothing was applied. If a migration is still running, wait for it and start again. If none is, a connection pooler in",
    `transaction mode has kept the lock of a session: end that process (select pg_terminate_backend(${String(pids[0] ?? "pid")})).`,
  ].join("\n");
}

/**
 * Checks that a second connection works while the first has a transaction open: a pooler with one server connection
 * would deadlock the migration.
 * @throws Error that names the pooler's setting
 */
export async function assertSecondConnection(url: string): Promise<void> {
  const client = databaseClient(url, ANSWER_MS);
  client.on("error", () => undefined);
  try {
    await client.connect();
    await run(client, "select 1", ANSWER_MS);
  } catch (cause) {
    const { message, code } = cause as NodeJS.ErrnoException;
    const why = message || (code ?? "no answer");
    throw new Error(
      `A migration needs two connections, and the second did not get through within ${String(ANSWER_MS / 1_000)} seconds (${why}). Raise the pooler's default_pool_size to 2 or more, or the role's connection limit, or connect to PostgreSQL itself.`,
      { cause },
    );
  } finally {
    await client.end().catch(() => undefined);
  }
}
