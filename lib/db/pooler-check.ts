import "server-only";

import { randomBytes } from "node:crypto";

import type { Client } from "pg";

import { connectClient, databaseClient } from "@/lib/config/database-connection";
import { processWide } from "@/lib/config/process-wide";

/** The time limit of the check, in milliseconds. Readiness as a whole responds within 3 s. */
const LIMIT_MS = 1_250;

/** A prepared statement is missing or already exists: it was prepared on another server connection. */
const FOREIGN_STATEMENT = /^(26000|42P05)$/;
/** PgBouncer's response to `begin` in statement mode. */
const NO_TRANSACTIONS = /transaction blocks not allowed/i;

/** Why the application cannot use the connection pooler in DATABASE_URL. */
export type PoolerFault = "prepared_statements" | "transactions";

/** For operators: what is wrong, and which pooler settings fix it. */
export const POOLER_FAULTS: Readonly<Record<PoolerFault, string>> = {
  prepared_statements:
    "DATABASE_URL leads to a connection pooler that loses prepared statements (PgBouncer with pool_mode = transaction). " +
    "Set pool_mode = session, or use PgBouncer 1.21 or newer with max_prepared_statements = 200, or connect to PostgreSQL itself.",
  transactions:
    "DATABASE_URL leads to a connection pooler that allows no transactions (PgBouncer with pool_mode = statement). " +
    "Set pool_mode = session, or pool_mode = transaction with PgBouncer 1.21 or newer and max_prepared_statements = 200, or connect to PostgreSQL itself.",
};

/** Whether an error means that a connection lost its prepared statement, as behind an unsuitable pooler. */
export function isForeignStatement(error: unknown): boolean {
  const { code } = (error ?? {}) as { code?: unknown };
  return typeof code === "string" && FOREIGN_STATEMENT.test(code);
}

async function rowOf<Row extends object>(client: Client, text: string, named: { name?: string; values?: unknown[] }) {
  const query: { text: string; query_timeout: number } = { text, query_timeout: LIMIT_MS, ...named };
  return (await client.query<Row>(query)).rows[0];
}

/**
 * Connects two clients and checks whether they share a server session, that is, whether one sees the other's prepared statement
 * or loses its own. A pooler that tracks prepared statements, or gives each client its own session, passes.
 */
async function findFault(first: Client, second: Client): Promise<PoolerFault | null> {
  const name = `neo_check_${randomBytes(6).toString("hex")}`;
  await connectClient(first);
  // The embedded database deliberately has one session for all connections.
  const version = await rowOf<{ embedded: boolean }>(first, "select version() like '%PGlite%' as embedded", {});
  if (version?.embedded) return null;
  await connectClient(second);
  const ask = () => rowOf(first, "select $1::int", { name, values: [1] });
  await ask();
  await rowOf(second, "begin", {});
  const seen = await rowOf(second, "select 1 from pg_prepared_statements where name = $1", { values: [name] });
  await rowOf(second, "rollback", {});
  if (seen) return "prepared_statements";
  await ask();
  return null;
}

/**
 * Looks for an unsuitable pooler over two connections: a single client may get the same session every time.
 * @param url PostgreSQL connection string
 * @returns the fault, or null; under load it may stay hidden until {@link isForeignStatement} detects it in use
 * @throws DatabaseUrlError for URL parameters that the pooler refuses; the database's error when it is unreachable
 */
export async function poolerFault(url: string): Promise<PoolerFault | null> {
  const clients = [databaseClient(url, LIMIT_MS), databaseClient(url, LIMIT_MS)] as const;
  for (const client of clients) client.on("error", () => undefined);
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("timeout exceeded when trying to connect")), LIMIT_MS);
  });
  try {
    return await Promise.race([findFault(...clients), limit]);
  } catch (error) {
    if (isForeignStatement(error)) return "prepared_statements";
    if (error instanceof Error && NO_TRANSACTIONS.test(error.message)) return "transactions";
    throw error;
  } finally {
    clearTimeout(timer);
    for (const client of clients) void client.end().catch(() => undefined);
  }
}

const checked = processWide("pooler check", () => ({ isFit: false }));

/**
 * As {@link poolerFault}, but a good result is cached until {@link doubtPooler}.
 * @throws the database's error when it is unreachable
 */
export async function currentPoolerFault(url: string): Promise<PoolerFault | null> {
  if (checked.isFit) return null;
  const fault = await poolerFault(url);
  checked.isFit = fault === null;
  return fault;
}

/** Makes {@link currentPoolerFault} check again. */
export function doubtPooler(): void {
  checked.isFit = false;
}
