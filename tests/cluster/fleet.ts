import { randomBytes } from "node:crypto";
import { appendFileSync, mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";

import { PrismaPg } from "@prisma/adapter-pg";

import type { Env } from "@/lib/config/env";
import { PrismaClient } from "@/lib/generated/prisma/client";

import type { Child } from "../../dev/child";
import { startPostgres } from "../support/postgres-server";
import { migrate } from "../../scripts/migrate";
import { launchApp } from "../../dev/launch";
import { DEMO_CLIENT, DEMO_TENANTS } from "../../dev/microsoft/directory";
import { startStandIn } from "../../dev/microsoft/server";
import { freePort } from "../../dev/port";
import type { ProcessGroup } from "../../dev/process-group";
import { testEnvironment } from "../support/test-environment";

const HOST = "127.0.0.1";

/** One instance of the application, which can be killed and started again at the same address. */
export class Instance {
  readonly url: string;
  readonly #launch: (onChild: (child: Child) => void) => Promise<Child>;
  #child: Child | undefined;

  constructor(url: string, launch: (onChild: (child: Child) => void) => Promise<Child>) {
    this.url = url;
    this.#launch = launch;
  }

  async start(): Promise<void> {
    await this.#launch((child) => (this.#child = child));
  }

  /** SIGKILL: it answers nobody, flushes nothing. */
  async kill(): Promise<void> {
    this.#child?.process.kill("SIGKILL");
    await this.#child?.ended;
  }

  /** SIGTERM: it drains. */
  async stop(): Promise<void> {
    await this.#child?.stop();
  }

  /** Resolves with the exit code once it has ended. */
  get ended(): Promise<number> {
    return this.#child?.ended ?? Promise.resolve(0);
  }

  /** The process; another one after each start. */
  get pid(): number | undefined {
    return this.#child?.process.pid;
  }
}

/** Several instances on one PostgreSQL, with the demo's people and the stand-in. */
export interface Fleet {
  /** The address by which people open it: the first instance's. */
  readonly url: string;
  readonly instances: readonly Instance[];
  readonly databaseUrl: string;
  readonly standInUrl: string;
  /** Where the instances log, `app-0.log` and so on. */
  readonly logFolder: string;
  /** The settings that all of them share. */
  readonly settings: Record<keyof Env, string>;
}

/**
 * Starts PostgreSQL, the stand-in and the instances.
 * @param plans by how many milliseconds each instance's clock is wrong, and what it serves
 * @param changes settings that differ from the usual ones; a DATABASE_URL is for the instances only
 * @param at the address of an empty database of the caller's; a PostgreSQL is started when left out
 */
export async function startFleet(
  plans: readonly { readonly skewMs?: number; readonly serve?: Env["SERVE"] }[],
  changes: Partial<Record<keyof Env, string>>,
  processes: ProcessGroup,
  at?: string,
): Promise<Fleet> {
  const folder = mkdtempSync(path.join(os.tmpdir(), "neo-cluster-"));
  processes.add(() => {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    return Promise.resolve();
  });
  let databaseUrl = at ?? "";
  if (at === undefined) {
    const database = await startPostgres();
    processes.add(() => database.stop());
    databaseUrl = database.url;
  }
  await migrate(databaseUrl);
  const { seedDemo } = await import("../../prisma/seed");
  const prisma = new PrismaClient({ adapter: new PrismaPg({ connectionString: databaseUrl, max: 2 }) });
  await seedDemo(prisma);
  await prisma.$disconnect();

  const ports: number[] = [];
  for (const _ of plans) ports.push(await freePort());
  const urls = ports.map((port) => `http://${HOST}:${String(port)}`);
  const url = urls[0] ?? "";
  const standIn = await startStandIn({
    port: 0,
    appUrl: url,
    clientId: DEMO_CLIENT.id,
    clientSecret: DEMO_CLIENT.secret,
  });
  processes.add(() => standIn.stop());
  const settings: Record<keyof Env, string> = {
    ...testEnvironment(databaseUrl),
    AZURE_AD_CLIENT_ID: DEMO_CLIENT.id,
    AZURE_AD_CLIENT_SECRET: DEMO_CLIENT.secret,
    TENANTS: DEMO_TENANTS.map((tenant) => tenant.id).join(","),
    NEXTAUTH_URL: url,
    NEXTAUTH_SECRET: randomBytes(32).toString("base64"),
    NEO_ENVIRONMENT: "prod",
    UNAUTHENTICATED_LIMIT_PER_MINUTE: "1000000",
    LOG_LEVEL: "info",
    ...changes,
  };
  const instances = plans.map(({ skewMs = 0, serve = "both" }, n) => {
    const port = ports[n] ?? 0;
    return new Instance(urls[n] ?? "", (onChild) => {
      const logFile = path.join(folder, `app-${String(n)}.log`);
      appendFileSync(logFile, "");
      return launchApp(
        {
          port,
          host: HOST,
          logFile,
          standInUrl: standIn.url,
          settings: { ...settings, SERVE: serve, NEO_CLOCK_SKEW_MS: String(skewMs) },
          preload: ["tests/cluster/skewed-clock.mjs"],
        },
        onChild,
      );
    });
  });
  for (const instance of instances) {
    processes.add(() => instance.stop());
    await instance.start();
  }
  return { url, instances, databaseUrl, standInUrl: standIn.url, logFolder: folder, settings };
}
