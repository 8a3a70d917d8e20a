import "server-only";

/** What the way of a request does for traces (lib/telemetry/tracing.ts). */
export interface Tracing {
  /**
   * Makes the wait for a lookup a span of the request that is under way.
   * @param what it looks for, a word of ours
   * @returns what `found` settles with
   */
  lookup<T>(what: string, found: Promise<T>): Promise<T>;
  /** Puts the request's id on its span, by which a person who quotes it is found. */
  named(requestId: string): void;
  /** The trace of the request that is under way. */
  traceId(): string | undefined;
}

// Next's bundles each have a copy of this module, and the one that starts the traces is not the one that a route has.
const holder = globalThis as typeof globalThis & { neoTracing?: Tracing };

/** Undefined unless traces are wanted: then nothing of OpenTelemetry is loaded, and this is all that a request costs. */
export function tracing(): Tracing | undefined {
  return holder.neoTracing;
}

/** From now on the way of each request is followed. */
export function setTracing(tracing: Tracing): void {
  holder.neoTracing = tracing;
}
