import "server-only";

import { subscribe } from "node:diagnostics_channel";
import type { IncomingMessage, ServerResponse } from "node:http";

import { isDatabaseUnavailable } from "@/lib/db";
import type { AppError } from "@/lib/errors";
import { RETRY_AFTER_UNAVAILABLE_S } from "@/lib/public-api/envelope";
import { REQUEST_ID_FIELD } from "@/lib/request-id";

// One a process, however often a bundler loads this module.
const holder = globalThis as typeof globalThis & { neoUnderWay?: Map<string, { failed: boolean }> };
/** The requests under way by their ids, and whether they failed for want of the database. */
const underWay = (holder.neoUnderWay ??= new Map<string, { failed: boolean }>());

/**
 * Gives every answer of the dashboard for want of the database status 503 and `Retry-After`: a page that fails is 500 by
 * Next's own word, which tells whoever watches that the fault is ours. Called once at boot, after {@link REQUEST_ID_FIELD} is set.
 */
export function nameOutages(): void {
  subscribe("http.server.request.start", (message) => {
    const { request, response } = message as { request: IncomingMessage; response: ServerResponse };
    const id = request.headers[REQUEST_ID_FIELD];
    if (typeof id !== "string") return;
    const state = { failed: false };
    underWay.set(id, state);
    response.once("close", () => underWay.delete(id));
    const writeHead = response.writeHead.bind(response) as (...args: unknown[]) => ServerResponse;
    response.writeHead = (given: number, ...rest: unknown[]) => {
      const status = given === 500 && state.failed ? 503 : given;
      response.statusCode = status;
      if (status === 503 && !response.hasHeader("Retry-After"))
        response.setHeader("Retry-After", String(RETRY_AFTER_UNAVAILABLE_S));
      return writeHead(status, ...rest);
    };
  });
}

/** Hears of each error that a page or route failed with. @param headers the request's own */
export function noteOutage(error: unknown, headers: Readonly<Record<string, string | string[] | undefined>>): void {
  const id = headers[REQUEST_ID_FIELD];
  const state = typeof id === "string" ? underWay.get(id) : undefined;
  if (!state) return;
  // By its code: a bundle of its own may have made it, whose AppError is another class.
  state.failed ||= isDatabaseUnavailable(error) || (error as Partial<AppError> | null)?.code === "UNAVAILABLE";
}
