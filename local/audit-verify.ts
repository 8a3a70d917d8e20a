// `npm run audit:verify`: goes along every organisation's audit log and names the first row that was altered, removed or
// inserted past the application. Reads only; the application may be at work. Exit code 1 when anything is wrong.
import { existsSync } from "node:fs";
import path from "node:path";

import { Client } from "pg";

import { type Query, reportLine, verifyAuditChains } from "@/lib/audit/verify";

import { startEmbedded } from "./database/embedded";
import { loadEnvFiles } from "./env-files";
import { ROOT } from "./root";

/** The socket of an embedded database that runs beside its data (local/database/embedded-server.mjs). */
const embeddedUrl = (folder: string) =>
  `postgresql://postgres@localhost:5432/postgres?host=${encodeURIComponent(`${folder}.socket`)}&sslmode=disable`;

async function connect(url: string): Promise<Client> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  await client.connect();
  return client;
}

/** Verifies a database, and says of each organisation what came of it. @returns whether nothing is wrong */
async function verify(client: Client): Promise<boolean> {
  const query: Query = async <Row>(sql: string, values: readonly unknown[]) =>
    (await client.query(sql, [...values])).rows as Row[];
  let sound = true;
  for await (const report of verifyAuditChains(query)) {
    console.log(reportLine(report));
    sound &&= report.fault === null;
  }
  await client.end();
  return sound;
}

/** The embedded database: the one that runs, else its data, opened for as long as this takes. */
async function verifyEmbedded(dataDir: string): Promise<boolean> {
  const folder = path.join(dataDir, "database");
  if (!existsSync(folder)) throw new Error("DATABASE_URL is not set, and there is no embedded database to verify.");
  try {
    return await verify(await connect(embeddedUrl(folder)));
  } catch (error) {
    if (!["ENOENT", "ECONNREFUSED"].includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
  }
  const database = await startEmbedded({ dataDir: folder });
  try {
    return await verify(await connect(database.url));
  } finally {
    await database.stop();
  }
}

loadEnvFiles(false);
try {
  const url = process.env.DATABASE_URL?.trim();
  const sound = url
    ? await verify(await connect(url))
    : await verifyEmbedded(path.resolve(ROOT, process.env.NEO_DATA_DIR ?? ".data"));
  process.exitCode = sound ? 0 : 1;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
