import "server-only";

import { subscribe } from "node:diagnostics_channel";
import type { IncomingMessage } from "node:http";

import { env } from "@/lib/env";

/** Answers a call of a server action that Next does not get to see. */
export const REFUSED_ACTION_PATH = "/api/refused-action";

/** Why a call of a server action is refused before Next reads it. */
export type ActionProblem = "foreign-origin" | "no-action";

/** The form of Next's action ids: a byte of information about the arguments, then a hash. */
const ACTION_ID = /^[0-9a-f]{42}$/;
const FORM = /^(?:multipart\/form-data|application\/x-www-form-urlencoded)\b/i;

/**
 * Whether a request calls a server action, or is a form that Next would take for a call, and may not. Next compares `Origin`
 * with the `Host` that the proxy passes on, throws for one that it cannot parse, and counts every refusal as a fault.
 * @param request its method, target and headers as they came in
 * @param origin the one address people open, e.g. `https://keys.example.com`
 * @returns null for what may go on: our own pages' calls, and requests that are no calls of actions
 */
export function actionProblem(
  { method, url = "", headers }: Pick<IncomingMessage, "method" | "url" | "headers">,
  origin: string,
): ActionProblem | null {
  if (method !== "POST" || isRoute(url)) return null;
  const action = headers["next-action"];
  const isForm = FORM.test(headers["content-type"] ?? "");
  if (action === undefined && !isForm) return null;
  if (headers.origin !== origin) return "foreign-origin";
  // None of our forms is sent without scripts.
  return typeof action === "string" && ACTION_ID.test(action) ? null : "no-action";
}

/** Whether the target is a route handler's: those read forms themselves, and are no pages. */
function isRoute(target: string): boolean {
  if (!URL.canParse(target, "http://n")) return false;
  return /^\/(?:api|public-api)(?:\/|$)/.test(new URL(target, "http://n").pathname);
}

/**
 * Makes NEXTAUTH_URL alone decide where the dashboard is: Next takes its own address from the `Host` of the request, which
 * proxies change or leave out. Calls of actions from elsewhere lead to {@link REFUSED_ACTION_PATH}.
 * @param address NEXTAUTH_URL
 */
export function prepareRequest(request: Pick<IncomingMessage, "method" | "url" | "headers">, address: URL): void {
  const { headers } = request;
  headers.host = headers["x-forwarded-host"] = address.host;
  headers["x-forwarded-proto"] = address.protocol.slice(0, -1);
  delete headers["x-forwarded-port"];
  const problem = actionProblem(request, address.origin);
  if (problem === null) return;
  request.url = `${REFUSED_ACTION_PATH}?problem=${problem}`;
  delete headers["next-action"];
}

/** Prepares the dashboard's requests as they come in, before Next has them. Called once at boot. */
export function prepareRequests(): void {
  const address = new URL(env().NEXTAUTH_URL);
  subscribe("http.server.request.start", (message) => {
    const { request } = message as { request: IncomingMessage };
    if (!request.url?.startsWith("/public-api")) prepareRequest(request, address);
    // HTTP/1.0 knows requests without a Host; Next does not.
    else request.headers.host ??= address.host;
  });
}
