import "server-only";

import { DatabaseUrlError } from "@/lib/config/database-url";
import { effectiveSettings } from "@/lib/config/effective-settings";
import { env, nearMisses } from "@/lib/config/env";
import { VERSION } from "@/lib/config/version";
import { currentPoolerFault, POOLER_FAULTS } from "@/lib/db/pooler-check";
import { AppError } from "@/lib/errors/app-error";
import { logConsole } from "@/lib/logging/console";
import { log } from "@/lib/logging/log";

/** Prints why the process can't start, for the operator, and ends it with code 1. */
function refuseToStart(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

/** Refuses to start with missing or invalid settings: lists all of them. */
export function checkSettings(): void {
  for (const line of nearMisses()) process.stderr.write(`${line}\n`);
  try {
    env();
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    refuseToStart(error.message);
  }
}

/** Sends outgoing `fetch` requests through the proxy that the settings name. */
export async function startProxying(): Promise<void> {
  const settings = env();
  if (settings.HTTPS_PROXY ?? settings.HTTP_PROXY) (await import("@/lib/http/proxied-fetch")).proxyFetch(settings);
}

/** Refuses to start behind an incompatible connection pooler: names the settings to change. */
async function checkPooler(): Promise<void> {
  // An unavailable database doesn't stop the start: readiness reports it and checks again.
  const remedy = await currentPoolerFault(env().DATABASE_URL).then(
    (fault) => fault && POOLER_FAULTS[fault],
    (error: unknown) => (error instanceof DatabaseUrlError ? error.message : null),
  );
  if (remedy) refuseToStart(remedy);
}

/** Starts what operators see: logs as JSON, and metrics and traces where they are configured. */
export async function startTelemetry(): Promise<void> {
  if (process.env.NODE_ENV === "production") logConsole();
  const settings = env();
  log().info({ version: VERSION, node: process.versions.node, ...effectiveSettings(settings) }, "starting");
  const { METRICS_TOKEN, OTEL_EXPORTER_OTLP_ENDPOINT } = settings;
  // Loaded only where configured.
  if (METRICS_TOKEN) (await import("@/lib/telemetry/prometheus")).startMeasuring();
  if (OTEL_EXPORTER_OTLP_ENDPOINT) {
    const { proxiedAgent } = await import("@/lib/http/proxied-agent");
    const agent = proxiedAgent(OTEL_EXPORTER_OTLP_ENDPOINT, settings, { keepAlive: true });
    (await import("@/lib/telemetry/tracing")).startTracing(OTEL_EXPORTER_OTLP_ENDPOINT, agent);
  }
}

/** Everything before the first request. Ends the process where it can't serve any. */
export async function boot(): Promise<void> {
  checkSettings();
  await startProxying();
  await startTelemetry();
  await checkPooler();
}
