import type { Instrumentation } from "next";

import { DatabaseUrlError } from "@/lib/config/database-url";
import { effectiveSettings } from "@/lib/config/effective-settings";
import { env, nearMisses } from "@/lib/config/env";
import { AppError, unavailableReason } from "@/lib/errors/app-error";
import { log } from "@/lib/logging/log";
import { logConsole } from "@/lib/logging/console";
import { LogSampler } from "@/lib/logging/sampler";
import { recordOutage } from "@/lib/http/outage-status";
import { currentPoolerFault, POOLER_FAULTS } from "@/lib/db/pooler-check";
import { REQUEST_ID_FIELD } from "@/lib/http/request-id";
import { counts } from "@/lib/telemetry/counts";
import { VERSION } from "@/lib/config/version";

/** Refuses to start with missing or invalid settings: lists all of them and exits with code 1. */
export function checkSettings(): void {
  for (const line of nearMisses()) process.stderr.write(`${line}\n`);
  try {
    env();
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  }
}

/** Sends outgoing `fetch` requests through the proxy that the settings name. */
export async function startProxying(): Promise<void> {
  const settings = env();
  if (settings.HTTPS_PROXY ?? settings.HTTP_PROXY) (await import("@/lib/http/proxied-fetch")).proxyFetch(settings);
}

/** Refuses to start behind an incompatible connection pooler: names the settings to change and exits with code 1. */
export async function checkPooler(): Promise<void> {
  // An unavailable database doesn't stop the start: readiness reports it and checks again.
  const remedy = await currentPoolerFault(env().DATABASE_URL).then(
    (fault) => fault && POOLER_FAULTS[fault],
    (error: unknown) => (error instanceof DatabaseUrlError ? error.message : null),
  );
  if (!remedy) return;
  process.stderr.write(`${remedy}\n`);
  process.exit(1);
}

/** Starts what operators see: logs as JSON, and metrics and traces where they are configured. */
export async function startTelemetry(): Promise<void> {
  if (process.env.NODE_ENV === "production") logConsole();
  const settings = env();
  log().info({ version: VERSION, node: process.versions.node, ...effectiveSettings(settings) }, "starting");
  const { METRICS_TOKEN, OTEL_EXPORTER_OTLP_ENDPOINT } = settings;
  // Loaded only where configured.
  if (METRICS_TOKEN) {
    (await import("@/lib/telemetry/prometheus")).startMeasuring();
    (await import("@/lib/http/page-times")).measurePages();
  }
  if (OTEL_EXPORTER_OTLP_ENDPOINT) {
    const { proxiedAgent } = await import("@/lib/http/proxied-agent");
    const agent = proxiedAgent(OTEL_EXPORTER_OTLP_ENDPOINT, settings, { keepAlive: true });
    (await import("@/lib/telemetry/tracing")).startTracing(OTEL_EXPORTER_OTLP_ENDPOINT, agent);
  }
}

/** An outage writes one line a second for all pages together. */
const outages = new LogSampler<AppError["reason"]>((reason, suppressed) => {
  log().info({ reason, suppressed }, "more requests of the dashboard failed within one second");
});

/** Counts and logs a failed page, route or action. Next prints the error itself, under the same digest; an outage's is in this line. */
export const recordRequestError: Instrumentation.onRequestError = (error, request, context) => {
  counts.pageErrors[context.routeType]++;
  recordOutage(error, request.headers);
  const reason = unavailableReason(error);
  if (reason && !outages.admits(reason, 1, performance.now())) return;
  const { digest } = error as { digest?: unknown };
  const requestId = request.headers[REQUEST_ID_FIELD];
  // The pattern, never the address, which may contain a token.
  const { routePath: route, routeType: kind } = context;
  const outage = reason && { reason, err: error };
  log().error(
    { requestId, method: request.method, route, kind, digest, ...outage },
    "a request of the dashboard failed",
  );
};
