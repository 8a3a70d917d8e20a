import "server-only";

import type { Agent } from "node:http";

import { context, diag, DiagLogLevel, propagation, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { W3CTraceContextPropagator } from "@opentelemetry/core";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import {
  defaultResource,
  detectResources,
  envDetector,
  type Resource,
  resourceFromAttributes,
} from "@opentelemetry/resources";
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  type SpanExporter,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from "@opentelemetry/sdk-trace";

import { type Env, env } from "@/lib/config/env";
import { log } from "@/lib/logging/log";
import { headerList } from "@/lib/logging/redaction";
import { cleanSpan, type PublicAddress } from "@/lib/telemetry/clean-span";
import { setTracing } from "@/lib/telemetry/tracing-hook";
import { VERSION } from "@/lib/config/version";

/** While the collector is down every export fails: it is logged once a minute. */
const COMPLAINT_MS = 60_000;

function complain(): (message: string) => void {
  let next = 0;
  return (message) => {
    if (performance.now() < next) return;
    next = performance.now() + COMPLAINT_MS;
    log().warn({ reason: message.slice(0, 500) }, "traces could not be sent");
  };
}

/**
 * This service as traces describe it. OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES override the defaults.
 */
export function serviceResource({ NEO_ENVIRONMENT, OTEL_SERVICE_NAME }: Env): Resource {
  const known = {
    "service.name": OTEL_SERVICE_NAME,
    "service.version": VERSION,
    "deployment.environment.name": NEO_ENVIRONMENT,
  };
  return defaultResource()
    .merge(resourceFromAttributes(known))
    .merge(detectResources({ detectors: [envDetector] }));
}

/** An exporter that first removes what must not leave the process. */
function cleaning(exporter: SpanExporter, address: PublicAddress): SpanExporter {
  return {
    export: (spans, done) =>
      exporter.export(
        spans.map((span) => cleanSpan(span, address)),
        done,
      ),
    forceFlush: () => exporter.forceFlush?.() ?? Promise.resolve(),
    shutdown: () => exporter.shutdown(),
  };
}

/**
 * Starts tracing requests: Next's spans, those of the API, and one for each credential's lookup. Called once at boot, and only where a collector is
 * configured. A caller's `traceparent` is ignored unless OTEL_PROPAGATORS says that a gateway sets it.
 * @param endpoint the collector's address; `/v1/traces` is added
 * @param agent the way to it through a proxy; undefined without one
 */
export function startTracing(endpoint: string, agent: Agent | undefined): void {
  const complaint = complain();
  const silent = () => undefined;
  diag.setLogger(
    { error: complaint, warn: complaint, info: silent, debug: silent, verbose: silent },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  );
  const settings = env();
  const url = `${endpoint.replace(/\/+$/, "")}/v1/traces`;
  const headers = headerList(settings.OTEL_EXPORTER_OTLP_HEADERS ?? "");
  const exporter = new OTLPTraceExporter({ url, headers, ...(agent ? { httpAgentOptions: () => agent } : {}) });
  const { NEXTAUTH_URL, OTEL_PROPAGATORS, OTEL_TRACES_SAMPLER_ARG } = settings;
  const provider = new TracerProvider({
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(OTEL_TRACES_SAMPLER_ARG) }),
    resource: serviceResource(settings),
    spanProcessors: [
      new BatchSpanProcessor({ exporter: cleaning(exporter, new URL(NEXTAUTH_URL)), scheduledDelayMillis: 1_000 }),
    ],
  });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  trace.setGlobalTracerProvider(provider);
  if (OTEL_PROPAGATORS === "tracecontext") propagation.setGlobalPropagator(new W3CTraceContextPropagator());

  const tracer = trace.getTracer("neo");
  setTracing({
    async request({ method, route, headers }, answer) {
      const attributes = { "http.request.method": method, "http.route": route };
      const caller = propagation.extract(context.active(), headers);
      const span = tracer.startSpan(`${method} ${route}`, { kind: SpanKind.SERVER, attributes }, caller);
      try {
        const status = await context.with(trace.setSpan(caller, span), answer);
        span.setAttribute("http.response.status_code", status);
        if (status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
      } finally {
        span.end();
      }
    },
    async lookup(what, found) {
      const attributes = { "db.system.name": "postgresql", "db.operation.name": `look up ${what}` };
      const span = tracer.startSpan(`look up ${what}`, { kind: SpanKind.CLIENT, attributes });
      try {
        return await found;
      } catch (error) {
        span.setStatus({ code: SpanStatusCode.ERROR });
        span.setAttribute("error.type", error instanceof Error ? error.name : "unknown");
        throw error;
      } finally {
        span.end();
      }
    },
    named: (requestId) => trace.getActiveSpan()?.setAttribute("neo.request_id", requestId),
    traceId: () => trace.getActiveSpan()?.spanContext().traceId,
    flush: () => provider.forceFlush().catch((error: unknown) => complaint(String(error))),
  });
}
