import { fileURLToPath } from "node:url";

import type { Client } from "pg";

import { withSecretFiles } from "@/lib/secret-files";

import { NO_FILTERS, readMigrations, withEngine } from "./engine";
import { connectWithin, databaseWaitSeconds } from "./wait";

/** Our advisory lock. The engine takes its own as well (72707369), but gives up after 10 seconds of waiting. */
const MIGRATE_LOCK = 72_707_370;
const LOCK_TIMEOUT_MS = 120_000;
const LOCK_RETRY_MS = 250;

/**
 * Applies the migrations of prisma/migrations that the database lacks, each in one transaction, and records them in
 * `_prisma_migrations` as Prisma's own tools do. Starters that migrate at once wait for each other.
 * @param url PostgreSQL connection string
 * @param options.log receives a line when the wait for the database or for another migration begins
 * @param options.waitS how long to wait for a database that does not answer yet, in seconds; none unless given
 * @param options.folder migrations to apply; prisma/migrations unless told
 * @returns names of the migrations applied now, oldest first; empty when there was nothing to do
 * @throws Error that names the migrations that were edited after they were applied, before anything is applied; or with
 *   the engine's message when a migration fails or failed earlier
 */
export async function migrate(
  url: string,
  { log = () => undefined, folder, waitS = 0 }: { log?: (line: string) => void; folder?: string; waitS?: number } = {},
): Promise<string[]> {
  const client = await connectWithin(url, waitS * 1_000, log);
  try {
    await takeLock(client, log);
    const migrationsList = readMigrations(folder);
    return await withEngine({ url }, async (engine) => {
      // The engine applies what is missing and says nothing about what was changed.
      const { editedMigrationNames } = await engine.diagnoseMigrationHistory({
        migrationsList,
        filters: NO_FILTERS,
        optInToShadowDatabase: false,
      });
      if (editedMigrationNames.length > 0) throw new Error(editedMessage(editedMigrationNames));
      return (await engine.applyMigrations({ migrationsList, filters: NO_FILTERS })).appliedMigrationNames;
    });
  } finally {
    // PGlite has one session for all connections, so the lock would outlive this one.
    await client.query("select pg_advisory_unlock($1)", [MIGRATE_LOCK]);
    await client.end();
  }
}

function editedMessage(names: readonly string[]): string {
  return [
    `This database has had an earlier text of ${names.join(", ")}, so its tables may differ from what the application expects.`,
    "The demo: stop it, delete the folder .data and start again. Any other database: put the earlier text back and make the",
    "change a new migration, npm run db:diff -- <name>.",
  ].join("\n");
}

async function takeLock(client: Client, log: (line: string) => void): Promise<void> {
  const deadline = Date.now() + LOCK_TIMEOUT_MS;
  for (let attempt = 0; ; attempt++) {
    const { rows } = await client.query<{ taken: boolean }>("select pg_try_advisory_lock($1) as taken", [MIGRATE_LOCK]);
    if (rows[0]?.taken) return;
    if (attempt === 0) log("Another process is migrating this database: waiting for it ...");
    if (Date.now() > deadline)
      throw new Error(`Another process has held the migration lock for ${LOCK_TIMEOUT_MS / 1000} seconds`);
    await new Promise((resolve) => setTimeout(resolve, LOCK_RETRY_MS));
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { settings, problems } = withSecretFiles(process.env);
  const url = settings.DATABASE_URL?.trim();
  if (!url || problems.DATABASE_URL) {
    console.error(
      problems.DATABASE_URL ??
        "DATABASE_URL is missing: the PostgreSQL database to migrate. (`npm start` migrates the embedded one by itself.)",
    );
    process.exit(1);
  }
  try {
    const waitS = databaseWaitSeconds(settings.DATABASE_WAIT_SECONDS);
    const applied = await migrate(url, { log: console.log, waitS });
    console.log(applied.length > 0 ? `Applied ${applied.join(", ")}` : "Nothing to apply: the database is up to date.");
  } catch (error) {
    // An address that stands for several has an error for each, and no message of its own.
    const { message, code } = error as NodeJS.ErrnoException;
    console.error(message || code);
    process.exitCode = 1;
  }
}
