import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";

import { ROOT } from "../dev/root";
import { startEmbedded } from "../dev/database/embedded";
import { MIGRATIONS_DIR, NO_FILTERS, readMigrations, readSchema, withEngine } from "./schema-engine";

/**
 * What schema.prisma has that the migrations lack, computed on an empty in-memory database.
 * @param script true: the SQL of the missing migration; false: a human-readable summary
 * @returns null when the two agree
 */
export async function difference({ script }: { script: boolean }): Promise<string | null> {
  const database = await startEmbedded({ dataDir: "memory://" });
  try {
    const content = readSchema();
    const result = await withEngine({ url: database.url, shadowUrl: database.url, schema: content }, (engine) =>
      engine.diff({
        from: { tag: "migrations", ...readMigrations() },
        to: { tag: "schemaDatamodel", files: [{ path: path.join(ROOT, "prisma", "schema.prisma"), content }] },
        script,
        exitCode: true,
        filters: NO_FILTERS,
      }),
    );
    return result.exitCode === 0 ? null : (result.stdout ?? "They differ.");
  } finally {
    await database.stop();
  }
}

async function main(argument: string | undefined): Promise<number> {
  if (argument === "--check") {
    const summary = await difference({ script: false });
    if (summary === null) {
      console.log("prisma/schema.prisma and prisma/migrations agree.");
      return 0;
    }
    console.error(
      `prisma/schema.prisma and prisma/migrations differ; \`npm run db:diff -- <name>\` writes the missing migration:\n${summary}`,
    );
    return 1;
  }
  if (!argument || !/^[a-z0-9][a-z0-9_]*$/.test(argument)) {
    console.error("Usage: npm run db:diff -- <name>, a name of a-z, 0-9 and _, such as add_audit_events");
    return 1;
  }
  const sql = await difference({ script: true });
  if (sql === null) {
    console.log("prisma/migrations already says what prisma/schema.prisma says: no migration written.");
    return 0;
  }
  const stamp = new Date().toISOString().replace(/\D/g, "").slice(0, 14);
  const folder = path.join(MIGRATIONS_DIR, `${stamp}_${argument}`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, "migration.sql"), sql);
  console.log(`Wrote ${path.relative(ROOT, path.join(folder, "migration.sql"))}: read it before you commit it.`);
  return 0;
}

process.exitCode = await main(process.argv[2]);
