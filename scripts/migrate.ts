import { fileURLToPath } from "node:url";

import { withSecretFiles } from "@/lib/config/secret-files";

import { NO_FILTERS, readMigrations, withEngine } from "./schema-engine";
import { assertSecondConnection, LOCK_WAIT_MS, takeMigrationLock } from "./migration-lock";
import { connectWithin, databaseWaitSeconds } from "./wait-for-database";

interface MigrateOptions {
  log?: (line: string) => void;
  folder?: string;
  waitS?: number;
  lockWaitMs?: number;
}

/**
 * Applies the missing migrations of prisma/migrations, each in one transaction, and records them in
 * `_prisma_migrations` as Prisma's own tools do. Concurrent migrations wait for each other.
 * @param url PostgreSQL connection string; may lead to a pooler in any mode but `statement`
 * @param options.log receives a line when the wait for the database or for another migration begins
 * @param options.waitS how long to wait for a database that does not respond yet, in seconds; none by default
 * @param options.lockWaitMs how long to wait for another migration, in milliseconds
 * @param options.folder migrations to apply; prisma/migrations by default
 * @returns names of the migrations applied now, oldest first; empty when there was nothing to do
 * @throws Error that names the migrations that were edited after they were applied, before anything is applied; that names
 *   who has held the lock for too long; or with the engine's message when a migration fails or failed earlier
 */
export async function migrate(
  url: string,
  { log = () => undefined, folder, waitS = 0, lockWaitMs = LOCK_WAIT_MS }: MigrateOptions = {},
): Promise<string[]> {
  const client = await connectWithin(url, waitS * 1_000, log);
  try {
    const lock = await takeMigrationLock(client, lockWaitMs, log);
    if (lock.needsSecondConnection) await assertSecondConnection(url);
    const migrationsList = readMigrations(folder);
    return await withEngine({ url, beforeMigration: lock.assertHeld }, async (engine) => {
      // The engine applies what is missing but does not report edits.
      const { editedMigrationNames } = await engine.diagnoseMigrationHistory({
        migrationsList,
        filters: NO_FILTERS,
        optInToShadowDatabase: false,
      });
      if (editedMigrationNames.length > 0) throw new Error(editedMessage(editedMigrationNames));
      return (await engine.applyMigrations({ migrationsList, filters: NO_FILTERS })).appliedMigrationNames;
    });
  } finally {
    // The lock ends with its transaction, which ends with its connection.
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

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { settings, problems } = withSecretFiles(process.env);
  const url = settings.DATABASE_URL?.trim();
  if (!url || problems.DATABASE_URL) {
    console.error(
      problems.DATABASE_URL ??
        "DATABASE_URL is missing: the PostgreSQL database to migrate. (`npm start` migrates the embedded database on its own.)",
    );
    process.exit(1);
  }
  try {
    const waitS = databaseWaitSeconds(settings.DATABASE_WAIT_SECONDS);
    const applied = await migrate(url, { log: console.log, waitS });
    console.log(applied.length > 0 ? `Applied ${applied.join(", ")}` : "Nothing to apply: the database is up to date.");
  } catch (error) {
    // An address that resolves to several has an error for each, and no message of its own.
    const { message, code } = error as NodeJS.ErrnoException;
    console.error(message || code);
    process.exitCode = 1;
  }
}
