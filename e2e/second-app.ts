import { readFileSync } from "node:fs";
import path from "node:path";

import type { Env } from "@/lib/config/env";

import type { Child } from "../dev/child";
import { freePort } from "../dev/port";
import { launchApp } from "../dev/launch";
import { DEMO_CLIENT, DEMO_TENANTS } from "../dev/microsoft/directory";
import { startStandIn } from "../dev/microsoft/server";

import { setting } from "./fixtures";

/** Another instance of the same build, with the sessions and the database of the first. */
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
 * @param signIn whether people can sign in: then it has its own stand-in, which knows its address
 * @param dev the development server of the same source
 * @param settings overrides of the first one's settings
 * @param nodeFlags more flags for Node
 */
export async function startSecondApp({
  databaseUrl = setting("NEO_E2E_DATABASE_URL"),
  publicUrl,
  signIn = false,
  dev = false,
  settings = {},
  nodeFlags = [],
}: {
  databaseUrl?: string;
  publicUrl?: string;
  signIn?: boolean;
  dev?: boolean;
  settings?: Partial<Record<keyof Env, string>>;
  nodeFlags?: readonly string[];
} = {}): Promise<SecondApp> {
  const port = await freePort();
  const url = `http://localhost:${String(port)}`;
  const appUrl = publicUrl ?? url;
  const standIn = signIn
    ? await startStandIn({ port: 0, appUrl, clientId: DEMO_CLIENT.id, clientSecret: DEMO_CLIENT.secret })
    : null;
  const child = await launchApp(
    {
      port,
      dev,
      host: "127.0.0.1",
      nodeFlags,
      logFile: path.join(setting("NEO_E2E_LOG_DIR"), `second-app-${String(port)}.log`),
      ...(standIn ? { standInUrl: standIn.url } : {}),
      settings: {
        DATABASE_URL: databaseUrl,
        AZURE_AD_CLIENT_ID: DEMO_CLIENT.id,
        AZURE_AD_CLIENT_SECRET: DEMO_CLIENT.secret,
        AZURE_AD_TENANT_ID: "",
        TENANTS: DEMO_TENANTS.map((tenant) => tenant.id).join(","),
        TENANT_SIGN_UP: "listed",
        NEXTAUTH_URL: appUrl,
        NEXTAUTH_SECRET: readFileSync(path.join(setting("NEO_E2E_DATA_DIR"), "nextauth-secret"), "utf8").trim(),
        NEO_ENVIRONMENT: "prod",
        RATE_LIMIT_PER_MINUTE: "1200",
        UNAUTHENTICATED_LIMIT_PER_MINUTE: "300",
        KEYS_IN_USE_LIMIT: "1000",
        NEW_KEYS_PER_MINUTE: "60",
        TRUSTED_PROXY_HOPS: "0",
        SESSION_IDLE_HOURS: "8",
        SESSION_MAX_DAYS: "7",
        HTTPS_PROXY: "",
        HTTP_PROXY: "",
        NO_PROXY: "",
        SMTP_URL: "",
        MAIL_FROM: "",
        METRICS_TOKEN: "",
        OTEL_EXPORTER_OTLP_ENDPOINT: "",
        OTEL_EXPORTER_OTLP_HEADERS: "",
        OTEL_EXPORTER_OTLP_PROTOCOL: "",
        OTEL_TRACES_SAMPLER_ARG: "",
        OTEL_SERVICE_NAME: "",
        OTEL_RESOURCE_ATTRIBUTES: "",
        OTEL_PROPAGATORS: "",
        KEEP_ALIVE_TIMEOUT: "",
        DATABASE_WAIT_SECONDS: "",
        LOG_REQUESTS: "",
        LOG_LEVEL: "info",
        // Sets each one: Next would take a missing one from a developer's .env.local.
        ...settings,
      } satisfies Record<keyof Env, string>,
    },
    () => undefined,
  );
  return {
    url,
    child,
    standInUrl: standIn?.url,
    stop: async () => {
      await child.stop();
      await standIn?.stop();
    },
  };
}
