import { randomBytes } from "node:crypto";

import { Client } from "pg";

import { startPostgres } from "./postgres-server";
import { startEmbedded } from "../../dev/database/embedded";

/** An empty database that `stop()` removes. */
export interface TestDatabase {
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * Opens an empty database for tests.
 * @param kind `embedded` (PGlite in memory), `postgres` (a throw-away server) or `url` (a database created for this run
 *   on the server that TEST_DATABASE_URL names, then dropped)
 * @throws Error for any other kind, or when it is unavailable
 */
export async function openTestDatabase(kind: string): Promise<TestDatabase> {
  switch (kind) {
    case "embedded":
      return startEmbedded({ dataDir: "memory://" });
    case "postgres":
      return startPostgres();
    case "url":
      return createDatabase(process.env.TEST_DATABASE_URL ?? "");
    default:
      throw new Error(`NEO_TEST_DATABASE is "${kind}", but must be embedded, postgres or url`);
  }
}

/** Creates a separate database beside the named one, whose contents are never touched. */
async function createDatabase(serverUrl: string): Promise<TestDatabase> {
  if (!serverUrl) throw new Error("TEST_DATABASE_URL is missing");
  const name = `neo_test_${randomBytes(8).toString("hex")}`;
  await execute(serverUrl, `create database ${name}`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return { url: url.href, stop: () => execute(serverUrl, `drop database ${name} with (force)`) };
}

async function execute(url: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
