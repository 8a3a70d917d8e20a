import "server-only";

import { readdirSync } from "node:fs";
import path from "node:path";

import { probePool } from "@/lib/db";
import { log } from "@/lib/log";

/** What must be so before requests are sent here. */
export interface Readiness {
  readonly database: "ok" | "unreachable";
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
 * Asks the database whether it is there, and whether it has all migrations of this build. One with more of them is fine: an
 * upgrade migrates first, and the old instances go on until the new ones are there.
 * @returns within three seconds; never rejects for what the database does
 */
async function check(): Promise<Readiness> {
  const wanted = expectedMigrations();
  let applied: ReadonlySet<string>;
  try {
    applied = await appliedMigrations();
  } catch (err) {
    return tell({ database: "unreachable", migrations: "unknown" }, { err });
  }
  const missing = wanted.filter((name) => !applied.has(name));
  return tell(
    { database: "ok", migrations: missing.length > 0 ? "behind" : "ok" },
    missing.length > 0 ? { missing } : {},
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
