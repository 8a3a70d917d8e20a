// `npm run audit:verify`: verifies every organisation's audit log and names the first row that was altered, removed or
// inserted outside the application. Read-only; the application may be running. `-- --file export.ndjson` verifies a saved
// feed instead, without a database. Exit code 1 when anything is wrong with the logs, 2 when they could not be checked.
import { existsSync } from "node:fs";
import path from "node:path";

import { startEmbedded } from "../dev/database/embedded";
import { savedFeedOf, verifyFile } from "./verify-audit-file";
import { verifyAudit } from "./verify-audit-logs";
import { loadEnvFiles, takeSecretFiles } from "../dev/env-files";
import { ROOT } from "../dev/root";

/** The socket of an embedded database that runs beside its data (dev/database/embedded-server.mjs). */
const embeddedUrl = (folder: string) =>
  `postgresql://postgres@localhost:5432/postgres?host=${encodeURIComponent(`${folder}.socket`)}&sslmode=disable`;

/** The running embedded database, else its data, opened for the duration of the check. */
async function verifyEmbedded(dataDir: string): Promise<boolean> {
  const folder = path.join(dataDir, "database");
  if (!existsSync(folder)) throw new Error("DATABASE_URL is not set, and there is no embedded database to verify.");
  try {
    return await verifyAudit(embeddedUrl(folder), console.log);
  } catch (error) {
    if (!["ENOENT", "ECONNREFUSED"].includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
  }
  const database = await startEmbedded({ dataDir: folder });
  try {
    return await verifyAudit(database.url, console.log);
  } finally {
    await database.stop();
  }
}

/** The database that the settings name, else the embedded one. */
async function verifyDatabase(): Promise<boolean> {
  loadEnvFiles(false);
  takeSecretFiles();
  const url = process.env.DATABASE_URL?.trim();
  return url ? verifyAudit(url, console.log) : verifyEmbedded(path.resolve(ROOT, process.env.NEO_DATA_DIR ?? ".data"));
}

try {
  // npm runs commands in the folder of package.json, and says here where it was called.
  const feed = savedFeedOf(process.argv.slice(2), process.env.INIT_CWD ?? process.cwd());
  const sound = await (feed ? verifyFile(feed, console.log) : verifyDatabase());
  process.exitCode = sound ? 0 : 1;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  // 1 means that a log was altered.
  process.exitCode = 2;
}
