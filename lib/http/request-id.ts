import "server-only";

import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";

import { runWithId } from "@/lib/logging/request-scope";

/** The field that carries the request's id to pages and actions; a client's value is replaced. */
export const REQUEST_ID_FIELD = "x-neo-request-id";

/**
 * Gives a dashboard request an id for its log lines, its audit events and its `X-Request-Id`. The API's routes make their own.
 */
export function assignRequestId({ url = "", headers }: IncomingMessage, response: ServerResponse): void {
  const id = randomUUID();
  headers[REQUEST_ID_FIELD] = id;
  // Files are cached and the same for everyone.
  if (!url.startsWith("/_next/")) response.setHeader("X-Request-Id", id);
}

/**
 * Does the work of a dashboard request: what it logs carries the request's id.
 * @param headers the request's
 */
export function runWithRequestId<T>(headers: Pick<Headers, "get">, work: () => T): T {
  return runWithId(headers.get(REQUEST_ID_FIELD) ?? randomUUID(), work);
}
