import "server-only";

import type { IncomingHttpHeaders } from "node:http";

import { processWide } from "@/lib/config/process-wide";

/** What the request path reports to traces (lib/telemetry/tracing.ts). */
export interface Tracing {
  /**
   * Makes a request of the API a span. Next makes those of the dashboard.
   * @param route the path as the contract writes it
   * @param answer answers it, and returns the status
   */
  request(
    request: { readonly method: string; readonly route: string; readonly headers: IncomingHttpHeaders },
    answer: () => Promise<number>,
  ): Promise<void>;
  /**
   * Makes the wait for a lookup a span of the current request.
   * @param what a fixed name of what is looked up
   * @returns what `found` settles with
   */
  lookup<T>(what: string, found: Promise<T>): Promise<T>;
  /** Puts the request's id on its span, so that a quoted id leads to the trace. */
  named(requestId: string): void;
  /** The trace of the current request. */
  traceId(): string | undefined;
  /** Sends what has not been sent yet; never rejects. */
  flush(): Promise<void>;
}

const started = processWide("tracing", (): { tracing?: Tracing } => ({}));

/** Undefined unless tracing is configured: then OpenTelemetry is not loaded, and this check is a request's only cost. */
export function tracing(): Tracing | undefined {
  return started.tracing;
}

/** Traces every request from now on. */
export function setTracing(tracing: Tracing): void {
  started.tracing = tracing;
}
