import "server-only";

import { randomBytes } from "node:crypto";

import type { PoolClient, QueryResultRow } from "pg";

import type { GuardedPool } from "@/lib/db/pool";

/**
 * SQL for a timestamp in whole milliseconds since 1970, rounded down, as float8, which pg parses far faster than a timestamp.
 * Whole microseconds are exact in a float8; the numeric of extract() costs twelve times as much.
 */
export const epochMs = (moment: string) => `((date_part('epoch', ${moment}) * 1000000)::int8 / 1000)::float8`;

const suffixes = new WeakMap<PoolClient, string>();

/** A prepared statement's name that no other connection has: on the embedded database all connections are one session. */
function statementName(client: PoolClient, kind: string): string {
  let suffix = suffixes.get(client);
  if (!suffix) suffixes.set(client, (suffix = randomBytes(6).toString("hex")));
  return `neo_${kind}_${suffix}`;
}

/**
 * Runs a statement that each connection parses and plans once: for those that are run all the time. It may run twice, where
 * the first connection turns out to be dead.
 * @param kind a name that no other text has, at most 40 characters
 * @throws the database's error
 */
export async function preparedQuery<Row extends QueryResultRow>(
  pool: GuardedPool,
  kind: string,
  text: string,
  values: unknown[],
): Promise<Row[]> {
  const { rows } = await pool.run<Row>((client) => ({ name: statementName(client, kind), text, values }), true);
  return rows;
}
