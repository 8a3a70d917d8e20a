import "server-only";

import { randomBytes } from "node:crypto";

import type { Pool, PoolClient, QueryResultRow } from "pg";

/**
 * A moment in whole milliseconds since 1970, rounded down, as float8, which pg parses far faster than a timestamp. By way of
 * whole microseconds, which are exact in a float8; extract() would be too, but its numeric costs twelve times as much.
 */
export const ms = (moment: string) => `((date_part('epoch', ${moment}) * 1000000)::int8 / 1000)::float8`;

const suffixes = new WeakMap<PoolClient, string>();

/** A prepared statement's name that no other connection has: on the embedded database all connections are one session. */
function statementName(client: PoolClient, kind: string): string {
  let suffix = suffixes.get(client);
  if (!suffix) {
    suffixes.set(client, (suffix = randomBytes(6).toString("hex")));
    // A connection that breaks fails its statement; without a listener it would end the process as well.
    client.on("error", () => undefined);
  }
  return `neo_${kind}_${suffix}`;
}

/**
 * Runs a statement that each connection parses and plans once: for those that are run all the time.
 * @param kind a name that no other text has, at most 40 characters
 * @returns the rows
 * @throws the database's error
 */
export async function preparedQuery<Row extends QueryResultRow>(
  pool: Pool,
  kind: string,
  text: string,
  values: unknown[],
): Promise<Row[]> {
  const client = await pool.connect();
  try {
    const { rows } = await client.query<Row>({ name: statementName(client, kind), text, values });
    client.release();
    return rows;
  } catch (error) {
    // A connection that failed once is not trusted again; the pool opens another.
    client.release(true);
    throw error;
  }
}
