import "server-only";

import { subscribe } from "node:diagnostics_channel";
import type { IncomingMessage } from "node:http";

import { env } from "@/lib/config/env";
import { isPercentEncoded } from "@/lib/text/percent-encoding";
import { isApiTarget } from "@/lib/http/request-id";

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

/** Bytes that the arguments of an action may have: Next's own limit, which it answers with 500. */
const MAX_ACTION_BYTES = 1024 * 1024;

/** Arguments of an action, and levels of objects and arrays within each other: ours take one, of a few. */
const MAX_ARGUMENTS = 8;
const MAX_DEPTH = 64;

/** Texts as React's encodeReply writes them: those that begin with `$` are escaped, or stand for what JSON has no word for. */
const REPLY_TEXT = /^(?!\$)|^\$(?:\$|undefined$|NaN$|-0$|-?Infinity$)/;

/** Whether these are arguments as our pages send them: JSON that refers to nothing. What else React can read, it reads for nobody. */
function areArguments(text: string): boolean {
  let root: unknown;
  try {
    root = JSON.parse(text);
  } catch {
    return false;
  }
  if (!Array.isArray(root) || root.length > MAX_ARGUMENTS) return false;
  const open: [value: unknown, depth: number][] = [[root, 0]];
  for (let next = open.pop(); next; next = open.pop()) {
    const [value, depth] = next;
    if (typeof value === "string" && !REPLY_TEXT.test(value)) return false;
    if (typeof value !== "object" || value === null) continue;
    if (depth === MAX_DEPTH || Object.hasOwn(value, "__proto__")) return false;
    for (const inner of Object.values(value)) open.push([inner, depth + 1]);
  }
  return true;
}

/**
 * Looks at the arguments of a server action's call before Next does, which counts what it cannot read as our fault: 500.
 * @param request as the proxy has it: its body is a copy
 * @returns the status to refuse it with: 400, 413 above 1 MiB, 415 for a form; null for what may go on, calls or not
 */
export async function unreadableCall(request: Request): Promise<400 | 413 | 415 | null> {
  const { method, headers } = request;
  if (method !== "POST" || !headers.has("next-action")) return null;
  if (FORM.test(headers.get("content-type") ?? "")) return 415;
  if (Number(headers.get("content-length") ?? 0) > MAX_ACTION_BYTES) return 413;
  // A client that hangs up sends no arguments.
  const text = await request.text().catch(() => "");
  if (Buffer.byteLength(text) > MAX_ACTION_BYTES) return 413;
  return areArguments(text) ? null : 400;
}

/** Whether the target is a route handler's: those read forms themselves, and are no pages. */
function isRoute(target: string): boolean {
  if (!URL.canParse(target, "http://n")) return false;
  return /^\/(?:api|public-api)(?:\/|$)/.test(new URL(target, "http://n").pathname);
}

/** An address of which every percent sign begins a UTF-8 character: for any other, Next fails before a page can say that nothing is there. */
function readableTarget(target: string): string {
  const [path = ""] = target.split(/[?#]/, 1);
  const readable = path.split("/").map((part) => (isPercentEncoded(part) ? part : part.replaceAll("%", "%25")));
  return readable.join("/") + target.slice(path.length);
}

/**
 * Makes NEXTAUTH_URL alone decide where the dashboard is: Next takes its own address from the `Host` of the request, which
 * proxies change or leave out. Calls of actions from elsewhere, and TRACE, lead to {@link REFUSED_ACTION_PATH}. The API's requests
 * get a `Host` where they have none.
 * @param address NEXTAUTH_URL
 */
export function prepareRequest(request: Pick<IncomingMessage, "method" | "url" | "headers">, address: URL): void {
  const { headers } = request;
  if (isApiTarget(request.url ?? "")) {
    // HTTP/1.0 knows requests without a Host; Next does not.
    headers.host ??= address.host;
    return;
  }
  headers.host = headers["x-forwarded-host"] = address.host;
  headers["x-forwarded-proto"] = address.protocol.slice(0, -1);
  delete headers["x-forwarded-port"];
  request.url = readableTarget(request.url ?? "");
  // Node's own Request, and so Next, throws for this method: a route that has no such one answers 405.
  if (request.method === "TRACE") {
    request.method = "PATCH";
    request.url = REFUSED_ACTION_PATH;
  }
  const problem = actionProblem(request, address.origin);
  if (problem === null) return;
  request.url = `${REFUSED_ACTION_PATH}?problem=${problem}`;
  delete headers["next-action"];
}

/** Prepares requests as they come in, before Next has them. Called once at boot. */
export function prepareRequests(): void {
  const address = new URL(env().NEXTAUTH_URL);
  subscribe("http.server.request.start", (message) => {
    const { request } = message as { request: IncomingMessage };
    prepareRequest(request, address);
  });
}
