import "server-only";

import { AsyncLocalStorage } from "node:async_hooks";
import { randomUUID } from "node:crypto";
import { subscribe } from "node:diagnostics_channel";
import type { IncomingMessage, ServerResponse } from "node:http";

/** The field in which a request of the dashboard carries its id to pages and actions; what a client sends under that name is replaced. */
export const REQUEST_ID_FIELD = "x-neo-request-id";

/** Whether a request's target is the API's; `/public-apis` is a page that there is not. */
export const isApiTarget = (target: string): boolean => /^\/public-api(?:[/?#]|$)/.test(target);

/**
 * Gives every request an id, which its log lines, its rows in the audit log and its answer (`X-Request-Id`) have. Called once
 * at boot. The API's handler makes its own.
 */
export function nameRequests(): void {
  subscribe("http.server.request.start", (message) => {
    const { request, response } = message as { request: IncomingMessage; response: ServerResponse };
    const { url = "" } = request;
    if (isApiTarget(url)) return;
    const id = randomUUID();
    request.headers[REQUEST_ID_FIELD] = id;
    // A file is the same for everybody, and is kept.
    if (!url.startsWith("/_next/")) response.setHeader("X-Request-Id", id);
  });
}

const holder = globalThis as typeof globalThis & { neoRequestScope?: AsyncLocalStorage<string> };
const scope = (holder.neoRequestScope ??= new AsyncLocalStorage<string>());

/**
 * Does the work of a request of the dashboard: what it logs has the request's id.
 * @param headers the request's own
 */
export function onBehalfOf<T>(headers: Pick<Headers, "get">, work: () => T): T {
  return scope.run(headers.get(REQUEST_ID_FIELD) ?? randomUUID(), work);
}

/** The id of the request that this code works for, where it is known. */
export function currentRequestId(): string | undefined {
  return scope.getStore();
}
