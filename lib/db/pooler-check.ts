import "server-only";

import { randomBytes } from "node:crypto";

import type { Client } from "pg";

import { connectClient, databaseClient } from "@/lib/config/database-connection";

/** How long the check may take, in milliseconds. Readiness is answered within 3 s, all together. */
const LIMIT_MS = 1_250;

/** A prepared statement that its connection does not have, or already has: it was made on another server connection. */
const FOREIGN_STATEMENT = /^(26000|42P05)$/;
/** What PgBouncer says to `begin` in its statement mode. */
const NO_TRANSACTIONS = /transaction blocks not allowed/i;

/** Why the application cannot work through the pooler that DATABASE_URL leads to. */
export type PoolerFault = "prepared_statements" | "transactions";

/** What is wrong, and which settings of the pooler mend it: for operators. */
export const POOLER_FAULTS: Readonly<Record<PoolerFault, string>> = {
  prepared_statements:
    "DATABASE_URL leads to a connection pooler that loses prepared statements (PgBouncer with pool_mode = transaction). " +
    "Set pool_mode = session, or use PgBouncer 1.21 or newer with max_prepared_statements = 200, or connect to PostgreSQL itself.",
  transactions:
    "DATABASE_URL leads to a connection pooler that allows no transactions (PgBouncer with pool_mode = statement). " +
    "Set pool_mode = session, or pool_mode = transaction with PgBouncer 1.21 or newer and max_prepared_statements = 200, or connect to PostgreSQL itself.",
};

/** Whether an error says that a connection lacks a statement that was prepared on it, as behind an unfit pooler. */
export function isForeignStatement(error: unknown): boolean {
  const { code } = (error ?? {}) as { code?: unknown };
  return typeof code === "string" && FOREIGN_STATEMENT.test(code);
}

async function rowOf<Row extends object>(client: Client, text: string, named: { name?: string; values?: unknown[] }) {
  const query: { text: string; query_timeout: number } = { text, query_timeout: LIMIT_MS, ...named };
  return (await client.query<Row>(query)).rows[0];
}

/**
 * Connects two clients, and says whether they share a server's session: a statement that one prepared is known to the other, or
 * lost to itself. A pooler that gives each client the same statements wherever it goes, or a session of its own, passes.
 */
async function findFault(first: Client, second: Client): Promise<PoolerFault | null> {
  const name = `neo_check_${randomBytes(6).toString("hex")}`;
  await connectClient(first);
  // On the embedded database all connections are one session on purpose: one is enough to see that.
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
 * Looks for a pooler that the application cannot work through, over two connections of its own: one cannot show it, as a pooler may
 * give a client that is alone the same session each time.
 * @param url PostgreSQL connection string
 * @returns the fault, or null; a busy pooler may hide it, which {@link isForeignStatement} then shows in use
 * @throws DatabaseUrlError for what of the URL the pooler refuses; the database's error when it cannot be asked
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

// One a process, however often a bundler loads this module.
const holder = globalThis as typeof globalThis & { neoPoolerIsFit?: boolean };

/**
 * As {@link poolerFault}, but asks no more once nothing was wrong, until {@link doubtPooler}.
 * @throws the database's error when it cannot be asked
 */
export async function currentPoolerFault(url: string): Promise<PoolerFault | null> {
  if (holder.neoPoolerIsFit) return null;
  const fault = await poolerFault(url);
  holder.neoPoolerIsFit = fault === null;
  return fault;
}

/** Has {@link currentPoolerFault} ask again. */
export function doubtPooler(): void {
  holder.neoPoolerIsFit = false;
}
