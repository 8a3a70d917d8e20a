import { readFileSync } from "node:fs";
import path from "node:path";

import type { Env } from "@/lib/config/env";

import type { Child } from "../dev/child";
import { freePort } from "../dev/port";
import { launchApp } from "../dev/launch";
import { DEMO_CLIENT, DEMO_TENANTS } from "../dev/microsoft/directory";
import { startStandIn } from "../dev/microsoft/server";
import { DatabaseWire } from "../tests/support/database-wire";
import { testEnvironment } from "../tests/support/test-environment";

import { setting } from "./fixtures";

/** Another instance of the same build, with the first one's sessions and database. */
export interface SecondApp {
  readonly url: string;
  readonly child: Child;
  /** Where people sign in, if they can. */
  readonly standInUrl: string | undefined;
  stop(): Promise<void>;
}

/**
 * Starts a second instance.
 * @param databaseUrl the first one's database by default
 * @param publicUrl the public address behind a reverse proxy; its own address by default
 * @param signIn whether people can sign in, through its own stand-in that knows its address
 * @param standInUrl another instance's stand-in, whose access tokens it accepts
 * @param dev the development server of the same source
 * @param settings overrides of the first one's settings
 * @param nodeFlags extra flags for Node
 * @param program a program to run instead of the server
 */
export async function startSecondApp({
  databaseUrl = setting("NEO_E2E_DATABASE_URL"),
  publicUrl,
  signIn = false,
  standInUrl,
  dev = false,
  settings = {},
  nodeFlags = [],
  program,
}: {
  databaseUrl?: string;
  publicUrl?: string;
  signIn?: boolean;
  standInUrl?: string;
  dev?: boolean;
  settings?: Partial<Record<keyof Env, string>>;
  nodeFlags?: readonly string[];
  program?: readonly string[];
} = {}): Promise<SecondApp> {
  const port = await freePort();
  const url = `http://localhost:${String(port)}`;
  const appUrl = publicUrl ?? url;
  const standIn = signIn
    ? await startStandIn({ port: 0, appUrl, clientId: DEMO_CLIENT.id, clientSecret: DEMO_CLIENT.secret })
    : null;
  const asked = standIn?.url ?? standInUrl;
  const child = await launchApp(
    {
      port,
      dev,
      host: "127.0.0.1",
      nodeFlags,
      ...(program ? { program } : {}),
      logFile: path.join(setting("NEO_E2E_LOG_DIR"), `second-app-${String(port)}.log`),
      ...(asked ? { standInUrl: asked } : {}),
      settings: {
        // Sets every one: Next would take a missing one from a developer's .env.local.
        ...testEnvironment(databaseUrl),
        AZURE_AD_CLIENT_ID: DEMO_CLIENT.id,
        AZURE_AD_CLIENT_SECRET: DEMO_CLIENT.secret,
        TENANTS: DEMO_TENANTS.map((tenant) => tenant.id).join(","),
        NEXTAUTH_URL: appUrl,
        NEXTAUTH_SECRET: readFileSync(path.join(setting("NEO_E2E_DATA_DIR"), "nextauth-secret"), "utf8").trim(),
        NEO_ENVIRONMENT: "prod",
        KEYS_IN_USE_LIMIT: "1000",
        NEW_KEYS_PER_MINUTE: "60",
        LOG_LEVEL: "info",
        ...settings,
      } satisfies Record<keyof Env, string>,
    },
    () => undefined,
  );
  return {
    url,
    child,
    standInUrl: asked,
    stop: async () => {
      await child.stop();
      await standIn?.stop();
    },
  };
}

/** A second instance whose connections to the database go through a wire that a test can cut. */
export interface AppOverWire extends SecondApp {
  readonly wire: DatabaseWire;
}

/** Starts a second instance over a wire to its database. @param options as for {@link startSecondApp} */
export async function startAppOverWire({
  databaseUrl = setting("NEO_E2E_DATABASE_URL"),
  ...options
}: Parameters<typeof startSecondApp>[0] = {}): Promise<AppOverWire> {
  const wire = new DatabaseWire(databaseUrl);
  await wire.mend();
  const app = await startSecondApp({ ...options, databaseUrl: wire.url });
  const stop = async () => {
    await app.stop();
    await wire.cut();
  };
  return { ...app, wire, stop };
}
