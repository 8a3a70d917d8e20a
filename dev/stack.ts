import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";

import { type Child, startNode } from "./child";
import { keepEmbedded } from "./database/embedded";
import { isDone, type Step } from "./database/stamps";
import { databaseWaitSeconds } from "../scripts/wait-for-database";
import { launchApp } from "./launch";
import { logWhenSlow } from "./log-when-slow";
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

/** What each mode needs of its database; only the demo has data of its own. */
const STEPS = { demo: ["migrated", "seeded"], embedded: ["migrated"] } as const;

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
    const { applyMigrations } = await import("./database/prepare");
    await applyMigrations(DATABASE_URL, log, waitS);
  } else {
    ensurePrivateFolder(dataDir);
    if (options.databaseUrl) {
      const { prepareDatabase } = await import("./database/prepare");
      await prepareDatabase(options.databaseUrl, STEPS[mode], log);
    } else {
      const steps = STEPS[mode].filter((step) => !isDone(step, dataDir));
      if (steps.length > 0) await prepareEmbedded(options, steps, processes);
    }
    settings.DATABASE_URL = options.databaseUrl ?? (await openDatabase(options, processes));
    // The demo's address and secret are its own; with a real Microsoft app they may be set.
    const given: Partial<NodeJS.ProcessEnv> = mode === "embedded" ? process.env : {};
    settings.NEXTAUTH_URL = given.NEXTAUTH_URL?.trim() ? given.NEXTAUTH_URL : url;
    settings.NEXTAUTH_SECRET = given.NEXTAUTH_SECRET?.trim() ? given.NEXTAUTH_SECRET : secretOf(dataDir);
  }

  if (mode === "demo") {
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
  await logWhenSlow(
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

/** Takes the steps in a process that ends with them, so that their memory is not kept. */
async function prepareEmbedded({ dataDir, log }: StackOptions, steps: readonly Step[], processes: ProcessGroup) {
  const child = startNode({
    name: "the preparation of the database",
    args: [...process.execArgv, path.join(ROOT, "dev", "database", "prepare.ts"), dataDir, ...steps],
    output: "pipe",
  });
  processes.add(() => child.stop());
  const { stdout, stderr } = child.process;
  stderr?.pipe(process.stderr, { end: false });
  if (stdout) for await (const line of createInterface({ input: stdout })) log(line);
  const code = await child.ended;
  if (code !== 0) throw new Error(`${child.name} ended with code ${code}`);
}

async function openDatabase({ dataDir, log }: StackOptions, processes: ProcessGroup): Promise<string> {
  let opening: Child | undefined;
  processes.add(() => opening?.stop() ?? Promise.resolve());
  const database = await logWhenSlow(
    "Opening the embedded database ...",
    log,
    keepEmbedded({ dataDir: path.join(dataDir, "database"), log }, (child) => (opening = child)),
  );
  processes.add(() => database.stop());
  return database.url;
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
