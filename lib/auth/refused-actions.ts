import "server-only";

import type { IncomingMessage } from "node:http";

/** The route that answers refused server action calls in place of Next. */
export const REFUSED_ACTION_PATH = "/api/refused-action";

/** Why a server action call is refused before it reaches Next. */
export type ActionProblem = "foreign-origin" | "no-action";

/** The format of Next's action ids: a byte that describes the arguments, then a hash. */
const ACTION_ID = /^[0-9a-f]{42}$/;
const FORM = /^(?:multipart\/form-data|application\/x-www-form-urlencoded)\b/i;

/**
 * Why a server action call, or a form post that Next would treat as one, must be refused. Next itself would compare `Origin`
 * with the forwarded `Host`, throw for one that it can't parse, and report every refusal as a server error.
 * @param request the method, target and headers as received
 * @param origin the dashboard's public origin, e.g. `https://keys.example.com`
 * @returns null for same-origin calls and for requests that call no action
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
  // The dashboard's forms are never submitted without JavaScript.
  return typeof action === "string" && ACTION_ID.test(action) ? null : "no-action";
}

/** Maximum size of an action's arguments, in bytes: Next's own limit, which Next answers with 500. */
const MAX_ACTION_BYTES = 1024 * 1024;

/** Maximum number and nesting depth of an action's arguments; the dashboard's actions take one shallow object. */
const MAX_ARGUMENTS = 8;
const MAX_DEPTH = 64;

/** Strings as React's encodeReply writes them: one that begins with `$` is escaped or stands for a non-JSON value. */
const REPLY_TEXT = /^(?!\$)|^\$(?:\$|undefined$|NaN$|-0$|-?Infinity$)/;

/** Whether the arguments are plain JSON without references, as the dashboard sends them; React's other encodings are refused. */
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
 * Checks the arguments of a server action call before Next does: Next answers unreadable arguments with 500.
 * @param request the copy in proxy.ts, so its body may be consumed
 * @returns the status to refuse it with (400, 413 above 1 MiB, 415 for a form), or null if it may proceed
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

/** Whether the target is a route handler: those parse forms themselves. */
function isRoute(target: string): boolean {
  if (!URL.canParse(target, "http://n")) return false;
  return /^\/(?:api|public-api)(?:\/|$)/.test(new URL(target, "http://n").pathname);
}
