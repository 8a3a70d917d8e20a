// `prepare.ts <data folder> <steps>` creates, migrates and fills the embedded database. It is a process of its own because a
// running one would keep most of the memory that this takes.
import path from "node:path";
import { fileURLToPath } from "node:url";

import { PrismaPg } from "@prisma/adapter-pg";

import { databaseConfig } from "@/lib/config/database-connection";
import { PrismaClient } from "@/lib/generated/prisma/client";

import { migrate } from "../../scripts/migrate";
import { logWhenSlow } from "../log-when-slow";
import { ProcessGroup } from "../process-group";
import { startEmbedded } from "./embedded";
import { markDone, type Step } from "./stamps";

type Log = (line: string) => void;

/** Applies the missing migrations and logs their names. @param waitS how long to wait for the database, in seconds */
export async function applyMigrations(url: string, log: Log, waitS = 0): Promise<void> {
  const names = await logWhenSlow("Applying migrations ...", log, migrate(url, { log, waitS }));
  if (names.length > 0) log(`Applied ${names.length === 1 ? "the migration" : "the migrations"} ${names.join(", ")}.`);
}

async function seed(url: string, log: Log): Promise<void> {
  const { seedDemo } = await import("../../prisma/seed");
  const prisma = new PrismaClient({
    adapter: new PrismaPg({ ...databaseConfig(url, { connectionTimeoutMillis: 10_000 }), max: 2 }),
  });
  try {
    await logWhenSlow("Filling the demo ...", log, seedDemo(prisma));
  } finally {
    await prisma.$disconnect();
  }
}

const WORK = { migrated: applyMigrations, seeded: seed } as const;

/** Takes the steps on a database that is open. @param onDone called after each */
export async function prepareDatabase(
  url: string,
  steps: readonly Step[],
  log: Log,
  onDone: (step: Step) => void = () => undefined,
): Promise<void> {
  for (const step of steps) {
    await WORK[step](url, log);
    onDone(step);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [dataDir = "", ...steps] = process.argv.slice(2);
  const processes = new ProcessGroup();
  const end = (code: number) => void processes.stop().finally(() => process.exit(code));
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP", "disconnect"]) process.on(signal, () => end(1));
  try {
    const opening = startEmbedded({ dataDir: path.join(dataDir, "database") }, processes.addChild);
    const { url } = await logWhenSlow("Opening the embedded database ...", console.log, opening);
    await prepareDatabase(url, steps as Step[], console.log, (step) => markDone(step, dataDir));
    end(0);
  } catch (error) {
    // Failures while stopping are expected.
    if (!processes.stopping) console.error(error instanceof Error ? error.message : String(error));
    end(1);
  }
}
