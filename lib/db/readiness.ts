import "server-only";

import { readdirSync } from "node:fs";
import path from "node:path";

import type { Pool } from "pg";

import { probePool } from "@/lib/db/client";
import { env } from "@/lib/config/env";
import { log } from "@/lib/logging/log";
import { currentPoolerFault, POOLER_FAULTS } from "@/lib/db/pooler-check";

/** What must hold before requests are sent here. */
export interface Readiness {
  /**
   * `read_only`: it accepts no writes, such as a replica. `forbidden`: the role lacks privileges on tables the application writes.
   * `pooler`: the connection pooler in between does not support what the application needs.
   */
  readonly database: "ok" | "unreachable" | "read_only" | "forbidden" | "pooler";
  /** `behind`: the database lacks a migration of this build. `unknown` when the database could not be asked. */
  readonly migrations: "ok" | "behind" | "unknown";
}

/** How long a result is reused, in milliseconds: polling in a loop does not reach the database. */
const FRESH_MS = 1_000;

/** PostgreSQL's "undefined_table". */
const NO_SUCH_TABLE = "42P01";

let expected: readonly string[] | undefined;

/** The migrations of this build, read once. */
function expectedMigrations(): readonly string[] {
  return (expected ??= readdirSync(path.join(process.cwd(), "prisma", "migrations"), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort());
}

/** The applied migrations: finished and not rolled back. None without Prisma's table. */
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
  "application_usage_callers",
  "application_usage_days",
  "application_usage_hours",
  "application_usage_latest",
  "application_usage_refusals",
  "applications",
  "audit_chains",
  "audit_events",
  "idempotency_keys",
  "invitations",
  "key_usage_callers",
  "key_usage_days",
  "key_usage_flushes",
  "key_usage_hours",
  "key_usage_latest",
  "key_usage_refusals",
  "key_warning_dismissals",
  "members",
  "rate_limits",
  "refusal_hours",
  "sessions",
  "tenants",
];

/** The privileges the application needs, as `<privilege> <table>`: audit events are never updated, and few rows are deleted. */
export const RIGHTS = [
  ...TABLES.flatMap((table) => [`SELECT ${table}`, `INSERT ${table}`, `UPDATE ${table}`]),
  ...TABLES.filter((table) => table.includes("_usage_")).map((table) => `DELETE ${table}`),
  ...["agents", "idempotency_keys", "key_warning_dismissals", "refusal_hours", "sessions"].map(
    (table) => `DELETE ${table}`,
  ),
].filter((right) => right !== "UPDATE audit_events");

/**
 * Whether the server accepts writes, and which privileges its role lacks. Missing tables are up to the migrations.
 * @returns the missing privileges as `<privilege> <table>`
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

let lastLogged = "";

/** Logs changes only: a probe comes every few seconds. */
function report(state: Readiness, details: object): Readiness {
  const now = JSON.stringify(state);
  const ready = isReady(state);
  // Being ready at the start is not logged.
  if (now !== lastLogged && !(ready && lastLogged === ""))
    log()[ready ? "info" : "error"]({ ...state, ...details }, ready ? "ready again" : "not ready");
  lastLogged = now;
  return state;
}

/**
 * Asks whether the database is reachable and writable and has all migrations of this build. More migrations are fine: an upgrade
 * migrates first, while the old instances keep running.
 * @returns within three seconds; never rejects for a database error
 */
async function check(): Promise<Readiness> {
  const wanted = expectedMigrations();
  try {
    const applied = await appliedMigrations();
    const access = await writability(probePool());
    const fault = await currentPoolerFault(env().DATABASE_URL);
    // After a failover: new connections may reach the new primary.
    if (access.readOnly) probePool().endAll();
    const missing = wanted.filter((name) => !applied.has(name));
    const database = fault ? "pooler" : access.readOnly ? "read_only" : access.missing.length > 0 ? "forbidden" : "ok";
    return report(
      { database, migrations: missing.length > 0 ? "behind" : "ok" },
      {
        ...(fault && { remedy: POOLER_FAULTS[fault] }),
        ...(missing.length > 0 && { missing }),
        ...(database === "forbidden" && { missingRights: access.missing }),
      },
    );
  } catch (err) {
    return report({ database: "unreachable", migrations: "unknown" }, { err });
  }
}

/** Whether requests may be sent here. */
export function isReady({ database, migrations }: Readiness): boolean {
  return database === "ok" && migrations === "ok";
}

let latest: { readonly answer: Promise<Readiness>; answeredAt: number } | undefined;

/**
 * Whether this instance is ready, as of at most a second ago.
 * @throws when the migrations folder, a part of the build, is missing
 */
export function readiness(): Promise<Readiness> {
  if (latest && performance.now() - latest.answeredAt < FRESH_MS) return latest.answer;
  const asked = { answer: check(), answeredAt: Infinity };
  // While the check is pending, everyone gets the same promise.
  const ended = () => void (asked.answeredAt = performance.now());
  asked.answer.then(ended, ended);
  latest = asked;
  return asked.answer;
}
