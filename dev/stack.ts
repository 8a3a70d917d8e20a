import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import path from "node:path";

import { PrismaPg } from "@prisma/adapter-pg";

import { databaseConfig } from "@/lib/config/database-connection";
import { PrismaClient } from "@/lib/generated/prisma/client";

import type { Child } from "./child";
import { keepEmbedded } from "./database/embedded";
import { readMigrations } from "../scripts/schema-engine";
import { migrate } from "../scripts/migrate";
import { databaseWaitSeconds } from "../scripts/wait-for-database";
import { fingerprint } from "./fingerprint";
import { launchApp } from "./launch";
import { announceStandIn } from "./microsoft/announcement";
import { DEMO_CLIENT, DEMO_TENANTS } from "./microsoft/directory";
import { startStandIn } from "./microsoft/server";
import type { Mode } from "./mode";
import { ensurePrivateFolder } from "./private-folder";
import type { ProcessGroup } from "./process-group";
import { readIfPresent } from "./read-if-present";
import { ROOT } from "./root";

/** A demo is open to this machine only. */
const LOOPBACK = "127.0.0.1";

export interface StackOptions {
  mode: Exclude<Mode["kind"], "refused">;
  port: number;
  /** Folder of the embedded database, the secret and the stamps; private to the user. */
  dataDir: string;
  dev?: boolean;
  log: (line: string) => void;
  /** File for the app's output; the terminal by default. */
  logFile?: string;
  /** An empty database to migrate and seed, instead of the embedded one. */
  databaseUrl?: string;
  /** Extra settings for the app. */
  settings?: Record<string, string>;
}

/** Everything that runs for one `npm start`. */
export interface Stack {
  /** URL to open in a browser. */
  readonly url: string;
  readonly databaseUrl: string;
  /** The stand-in's address, in the demo. */
  readonly standInUrl: string | undefined;
}

/**
 * Starts what the mode needs: embedded database, migrations, demo data, stand-in, app.
 * @param processes collects what runs, even when this throws half-way
 */
export async function startStack(options: StackOptions, processes: ProcessGroup): Promise<Stack> {
  const { mode, port, dataDir, log } = options;
  const url = `http://localhost:${port}`;
  const settings: Record<string, string> = {};
  let standInUrl: string | undefined;

  if (mode === "real") {
    const { DATABASE_URL } = process.env;
    if (!DATABASE_URL) throw new Error("DATABASE_URL is missing");
    settings.DATABASE_URL = DATABASE_URL;
    const waitS = databaseWaitSeconds(process.env.DATABASE_WAIT_SECONDS);
    logMigrations(await slow("Applying migrations ...", log, migrate(DATABASE_URL, { log, waitS })), log);
  } else {
    ensurePrivateFolder(dataDir);
    settings.DATABASE_URL = options.databaseUrl ?? (await openDatabase(options, processes));
    if (options.databaseUrl) await migrate(options.databaseUrl);
    // The demo's address and secret are its own; with a real Microsoft app they may be set.
    const given: Partial<NodeJS.ProcessEnv> = mode === "embedded" ? process.env : {};
    settings.NEXTAUTH_URL = given.NEXTAUTH_URL?.trim() ? given.NEXTAUTH_URL : url;
    settings.NEXTAUTH_SECRET = given.NEXTAUTH_SECRET?.trim() ? given.NEXTAUTH_SECRET : secretOf(dataDir);
  }

  if (mode === "demo") {
    await seed(settings.DATABASE_URL, dataDir, log);
    const client = { clientId: DEMO_CLIENT.id, clientSecret: DEMO_CLIENT.secret };
    const standIn = await startStandIn({ port: 0, appUrl: url, ...client });
    processes.add(() => standIn.stop());
    standInUrl = standIn.url;
    // For `npm run token`, a separate process.
    processes.add(announceStandIn(dataDir, standIn.url));
    Object.assign(settings, {
      AZURE_AD_CLIENT_ID: client.clientId,
      AZURE_AD_CLIENT_SECRET: client.clientSecret,
      AZURE_AD_TENANT_ID: "",
      TENANTS: DEMO_TENANTS.map((tenant) => tenant.id).join(","),
      TENANT_SIGN_UP: "listed",
    });
  }

  const host = mode === "demo" ? LOOPBACK : undefined;
  await slow(
    "Starting the app ...",
    log,
    launchApp(
      {
        port,
        settings: { ...settings, ...options.settings },
        dev: options.dev ?? false,
        ...(host ? { host } : {}),
        ...(standInUrl ? { standInUrl } : {}),
        ...(options.logFile ? { logFile: options.logFile } : {}),
      },
      processes.addChild,
    ),
  );
  return {
    url: settings.NEXTAUTH_URL ?? process.env.NEXTAUTH_URL ?? url,
    databaseUrl: settings.DATABASE_URL,
    standInUrl,
  };
}

/** Opens the embedded database and migrates it; a stamp skips migrations that were all applied before. */
async function openDatabase({ dataDir, log }: StackOptions, processes: ProcessGroup): Promise<string> {
  let opening: Child | undefined;
  processes.add(() => opening?.stop() ?? Promise.resolve());
  const database = await slow(
    "Opening the embedded database ...",
    log,
    keepEmbedded({ dataDir: path.join(dataDir, "database"), log }, (child) => (opening = child)),
  );
  processes.add(() => database.stop());
  const newest = readMigrations().migrationDirectories.at(-1)?.path ?? "";
  await once(path.join(dataDir, "migrated"), fingerprint(ROOT, ["prisma/migrations"]) + newest, async () => {
    logMigrations(await slow("Applying migrations ...", log, migrate(database.url, { log })), log);
  });
  return database.url;
}

function logMigrations(names: string[], log: (line: string) => void): void {
  if (names.length > 0) log(`Applied ${names.length === 1 ? "the migration" : "the migrations"} ${names.join(", ")}.`);
}

async function seed(databaseUrl: string, dataDir: string, log: (line: string) => void): Promise<void> {
  const madeFrom = fingerprint(ROOT, ["prisma/seed.ts", "prisma/seed-agents.ts", "dev/microsoft/directory.ts"]);
  await once(path.join(dataDir, "seeded"), madeFrom, async () => {
    const { seedDemo } = await import("../prisma/seed");
    const prisma = new PrismaClient({
      adapter: new PrismaPg({ ...databaseConfig(databaseUrl, { connectionTimeoutMillis: 10_000 }), max: 2 }),
    });
    try {
      await slow("Filling the demo ...", log, seedDemo(prisma));
    } finally {
      await prisma.$disconnect();
    }
  });
}

/** Does the work unless the stamp shows that it was done from the same inputs. */
async function once(stamp: string, madeFrom: string, work: () => Promise<void>): Promise<void> {
  if (readIfPresent(stamp) === madeFrom) return;
  await work();
  writeFileSync(stamp, madeFrom);
}

/** The secret that signs this folder's sessions: generated once, readable only by its owner. */
function secretOf(dataDir: string): string {
  const file = path.join(dataDir, "nextauth-secret");
  const kept = readIfPresent(file);
  if (kept && kept.length >= 32) return kept;
  const made = randomBytes(32).toString("base64");
  writeFileSync(file, made, { mode: 0o600 });
  return made;
}

/** Logs the line when the work takes over a second and a half. */
async function slow<T>(line: string, log: (line: string) => void, work: Promise<T>): Promise<T> {
  const timer = setTimeout(() => {
    log(line);
  }, 1_500);
  try {
    return await work;
  } finally {
    clearTimeout(timer);
  }
}
