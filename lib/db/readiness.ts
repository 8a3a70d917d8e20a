import "server-only";

import { readdirSync } from "node:fs";
import path from "node:path";

import type { Pool } from "pg";

import { probePool } from "@/lib/db/client";
import { env } from "@/lib/config/env";
import { log } from "@/lib/logging/log";
import { currentPoolerFault, POOLER_FAULTS, type PoolerFault } from "@/lib/db/pooler-check";

/** What must be so before requests are sent here. */
export interface Readiness {
  /**
   * `read_only`: it accepts no writes, as a replica. `forbidden`: its role lacks rights on tables that the application writes.
   * `pooler`: it is reached through a pooler that the application cannot work through.
   */
  readonly database: "ok" | "unreachable" | "read_only" | "forbidden" | "pooler";
  /** `behind`: the database lacks a migration that this build was made for. `unknown` where the database did not say. */
  readonly migrations: "ok" | "behind" | "unknown";
}

/** How long an answer is given again, in milliseconds: whoever asks in a loop asks us, not the database. */
const FRESH_MS = 1_000;

/** PostgreSQL's "undefined_table". */
const NO_SUCH_TABLE = "42P01";

let expected: readonly string[] | undefined;

/** The migrations that this build was made for, as they were when it started. */
function expectedMigrations(): readonly string[] {
  return (expected ??= readdirSync(path.join(process.cwd(), "prisma", "migrations"), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort());
}

/** The migrations that are applied: ended, and not rolled back. A database without Prisma's table has none. */
async function appliedMigrations(): Promise<ReadonlySet<string>> {
  try {
    const { rows } = await probePool().query<{ migration_name: string }>(
      "select migration_name from _prisma_migrations where finished_at is not null and rolled_back_at is null",
    );
    return new Set(rows.map((row) => row.migration_name));
  } catch (error) {
    if ((error as { code?: unknown }).code === NO_SUCH_TABLE) return new Set();
    throw error;
  }
}

const TABLES = [
  "agents",
  "api_keys",
  "audit_chains",
  "audit_events",
  "idempotency_keys",
  "invitations",
  "members",
  "rate_limits",
  "sessions",
  "tenants",
];

/** What the application does with its tables, as `<right> <table>`: rows of the audit log are never changed, and few rows are deleted. */
export const RIGHTS = [
  ...TABLES.flatMap((table) => [`SELECT ${table}`, `INSERT ${table}`, `UPDATE ${table}`]),
  ...["agents", "idempotency_keys", "sessions"].map((table) => `DELETE ${table}`),
].filter((right) => right !== "UPDATE audit_events");

/**
 * Whether this connection's server accepts writes, and what its role may not do that the application does. A table that is
 * missing is a migration's matter.
 * @returns the missing rights as `<right> <table>`
 */
export async function writability(client: Pick<Pool, "query">): Promise<{ readOnly: boolean; missing: string[] }> {
  const { rows } = await client.query<{ read_only: boolean; missing: string[] }>(
    `select current_setting('transaction_read_only') = 'on' as read_only,
       array(select r from unnest($1::text[]) r
         where to_regclass(split_part(r, ' ', 2)) is not null
           and not has_table_privilege(to_regclass(split_part(r, ' ', 2)), split_part(r, ' ', 1))) as missing`,
    [RIGHTS],
  );
  return { readOnly: rows[0]?.read_only ?? false, missing: rows[0]?.missing ?? [] };
}

let told = "";

/** Says it in the log when it is not as it was: a probe comes every few seconds. */
function tell(state: Readiness, details: object): Readiness {
  const now = JSON.stringify(state);
  const ready = isReady(state);
  // That all is well at the start is no news.
  if (now !== told && !(ready && told === ""))
    log()[ready ? "info" : "error"]({ ...state, ...details }, ready ? "ready again" : "not ready");
  told = now;
  return state;
}

/**
 * Asks the database whether it is there, whether it lets the application write, and whether it has all migrations of this build. One with more of them is fine: an
 * upgrade migrates first, and the old instances go on until the new ones are there.
 * @returns within three seconds; never rejects for what the database does
 */
async function check(): Promise<Readiness> {
  const wanted = expectedMigrations();
  let applied: ReadonlySet<string>;
  let access: Awaited<ReturnType<typeof writability>>;
  let fault: PoolerFault | null;
  try {
    applied = await appliedMigrations();
    access = await writability(probePool());
    fault = await currentPoolerFault(env().DATABASE_URL);
  } catch (err) {
    return tell({ database: "unreachable", migrations: "unknown" }, { err });
  }
  // A server that others have replaced: new connections may reach the one that took over.
  if (access.readOnly) probePool().endAll();
  const missing = wanted.filter((name) => !applied.has(name));
  const database = fault ? "pooler" : access.readOnly ? "read_only" : access.missing.length > 0 ? "forbidden" : "ok";
  return tell(
    { database, migrations: missing.length > 0 ? "behind" : "ok" },
    {
      ...(fault && { remedy: POOLER_FAULTS[fault] }),
      ...(missing.length > 0 && { missing }),
      ...(database === "forbidden" && { missingRights: access.missing }),
    },
  );
}

/** Whether requests may be sent here. */
export function isReady({ database, migrations }: Readiness): boolean {
  return database === "ok" && migrations === "ok";
}

let latest: { readonly answer: Promise<Readiness>; answeredAt: number } | undefined;

/**
 * Whether this instance can do its work, as of at most a second ago.
 * @throws when the folder of the migrations is missing, which belongs to the build
 */
export function readiness(): Promise<Readiness> {
  if (latest && performance.now() - latest.answeredAt < FRESH_MS) return latest.answer;
  const asked = { answer: check(), answeredAt: Infinity };
  // While it is under way, whoever else asks gets the same.
  const ended = () => void (asked.answeredAt = performance.now());
  asked.answer.then(ended, ended);
  latest = asked;
  return asked.answer;
}
