import type { Instrumentation } from "next";

import { DatabaseUrlError } from "@/lib/config/database-url";
import { effectiveSettings } from "@/lib/config/effective-settings";
import { env, nearMisses } from "@/lib/config/env";
import { AppError, unavailableReason } from "@/lib/errors/app-error";
import { log } from "@/lib/logging/log";
import { logConsole } from "@/lib/logging/console";
import { LogSampler } from "@/lib/logging/sampler";
import { noteOutage } from "@/lib/http/outage-status";
import { currentPoolerFault, POOLER_FAULTS } from "@/lib/db/pooler-check";
import { REQUEST_ID_FIELD } from "@/lib/http/request-id";
import { counts } from "@/lib/telemetry/counts";
import { VERSION } from "@/lib/config/version";

/** Refuses to start with settings that are missing or wrong: names every one of them, in words, and exits with code 1. */
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

/** Sends what this process asks of others by `fetch` through the proxy, where the settings name one. */
export async function startProxying(): Promise<void> {
  const settings = env();
  if (settings.HTTPS_PROXY ?? settings.HTTP_PROXY) (await import("@/lib/http/proxied-fetch")).proxyFetch(settings);
}

/** Refuses to start behind a connection pooler that the application cannot work through: names its settings, and exits with code 1. */
export async function checkPooler(): Promise<void> {
  // A database that cannot be asked is no reason: it may be back soon, and readiness says so and asks again.
  const remedy = await currentPoolerFault(env().DATABASE_URL).then(
    (fault) => fault && POOLER_FAULTS[fault],
    (error: unknown) => (error instanceof DatabaseUrlError ? error.message : null),
  );
  if (!remedy) return;
  process.stderr.write(`${remedy}\n`);
  process.exit(1);
}

/** What operators see of this process: logs in one form, and numbers and traces where somebody wants them. */
export async function startTelemetry(): Promise<void> {
  if (process.env.NODE_ENV === "production") logConsole();
  const settings = env();
  log().info({ version: VERSION, node: process.versions.node, ...effectiveSettings(settings) }, "starting");
  const { METRICS_TOKEN, OTEL_EXPORTER_OTLP_ENDPOINT } = settings;
  // Each is loaded only where it is wanted.
  if (METRICS_TOKEN) {
    (await import("@/lib/telemetry/prometheus")).startMeasuring();
    (await import("@/lib/telemetry/page-times")).measurePages();
  }
  if (OTEL_EXPORTER_OTLP_ENDPOINT) (await import("@/lib/telemetry/tracing")).startTracing(OTEL_EXPORTER_OTLP_ENDPOINT);
}

/** Of an outage, one line in each second for all pages. */
const outages = new LogSampler<AppError["reason"]>((reason, suppressed) => {
  log().info({ reason, suppressed }, "more requests of the dashboard failed within one second");
});

/**
 * Counts a page, route or action that failed, and says in the log which. Next prints the error itself, which is logged under the
 * same digest; that of an outage is in this line.
 */
export const noteRequestError: Instrumentation.onRequestError = (error, request, context) => {
  counts.pageErrors[context.routeType]++;
  noteOutage(error, request.headers);
  const reason = unavailableReason(error);
  if (reason && !outages.admits(reason, 1, performance.now())) return;
  const { digest } = error as { digest?: unknown };
  const requestId = request.headers[REQUEST_ID_FIELD];
  // The pattern, never the address: that may have a token in it.
  const { routePath: route, routeType: kind } = context;
  const outage = reason && { reason, err: error };
  log().error(
    { requestId, method: request.method, route, kind, digest, ...outage },
    "a request of the dashboard failed",
  );
};
