import "server-only";

import type { IncomingMessage } from "node:http";
import { Readable } from "node:stream";

import { AppError } from "@/lib/errors/app-error";
import { CLIENT_ADDRESS_FIELD, clientAddress } from "@/lib/http/client-address";

/** What every path starts with; by itself it is one of those that there are not. */
const PREFIX = "/public-api";

const UNDER_PREFIX = /^\/public-api(?:\/|$)/;

/** Paths as the contract has them: names and ids with one slash between them, and none at the end. */
const PLAIN = /^\/public-api(?:\/[\w-]+(?:\.[\w-]+)*)*$/;

/** The methods that a Next route can have; for any other, Next answers by itself and without the envelope. */
const ROUTABLE = new Set(["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"]);

/** No endpoint of the contract has this method, so a route answers it with 405 and `Allow`. */
const NEVER_OFFERED = "PATCH";

/** The field that says which method was sent, where {@link NEVER_OFFERED} stands for it. */
export const METHOD_FIELD = "x-neo-method";

/** Fields by which Next's browser code, proxy and cache talk to its server, and ours: from a program they only change who answers. */
const NEXT_INTERNAL =
  /^(?:rsc$|next-|x-neo-(?:method|body)$|x-(?:middleware|nextjs|next|invoke|matched|now|prerender)-)/;

/** The scheme and the host of a request target in absolute form (RFC 9112 §3.2.2). */
const ORIGIN = /^https?:\/\/[^/\\?#]*/i;

function decoded(path: string): string {
  try {
    // A slash that is encoded separates nothing (RFC 3986 §2.2): it stays as it is, in a path that there is not.
    return decodeURIComponent(path.replaceAll(/%2f/gi, "%252F"));
  } catch {
    // Percent signs that do not spell UTF-8: the path stays what it is, and no path of ours.
    return path;
  }
}

/** Whether a path is under the prefix for anyone who reads it with less care than {@link PLAIN}, as Next does. */
function isNearPrefix(path: string): boolean {
  const single = path.replaceAll(/[\\/]+/g, "/");
  return (
    UNDER_PREFIX.test(single) || (single.includes("/.") && UNDER_PREFIX.test(new URL(single, "http://n").pathname))
  );
}

/**
 * The address of a request for /public-api as Next is to see it: a path that Next would redirect, resolve or take for its
 * own becomes one that there is not. Null for every other request.
 */
function ourTarget(target: string): string | null {
  const url = target.startsWith("/") ? target : target.replace(ORIGIN, "");
  const end = url.search(/[?#]/);
  const path = end < 0 ? url : url.slice(0, end);
  if (PLAIN.test(path)) return url;
  const plain = decoded(path);
  if (!isNearPrefix(plain)) return null;
  return PLAIN.test(plain) ? plain + url.slice(path.length) : PREFIX;
}

/** The field by which this server marks a request that it refuses, or answers itself, before any route sees its address. */
export const MARK_FIELD = "x-neo-mark";

/** The mark of `OPTIONS *`, which asks about the server as a whole (RFC 9110 §9.3.7). */
export const SERVER_OPTIONS = "options";

/** The field that leads a route to the body of a GET or HEAD, of which Next passes nothing on. */
const BODY_FIELD = "x-neo-body";

// One a process, however often a bundler loads this module.
const holder = globalThis as typeof globalThis & { neoBodies?: Map<string, IncomingMessage> };
const bodies = (holder.neoBodies ??= new Map<string, IncomingMessage>());

/** The body of a request as its route has it; null without one. */
export function bodyOf({ body, headers }: Request): ReadableStream<Uint8Array> | null {
  const id = body ? null : headers.get(BODY_FIELD);
  const message = id === null ? undefined : bodies.get(id);
  return message ? (Readable.toWeb(message) as ReadableStream<Uint8Array>) : body;
}

/** Keeps the body of a GET or HEAD for its route. */
function keepBody(request: IncomingMessage): void {
  const { method, headers } = request;
  if (method !== "GET" && method !== "HEAD") return;
  if (headers["transfer-encoding"] === undefined && Number(headers["content-length"] ?? 0) === 0) return;
  const id = crypto.randomUUID();
  headers[BODY_FIELD] = id;
  bodies.set(id, request);
  request.once("close", () => bodies.delete(id));
}

/** Header fields of a request; Node by itself would drop those beyond without a word. */
export const MAX_FIELDS = 1_000;

/** Fields of which a request has one: Node by itself would keep the first, a proxy before it perhaps the last. */
const SINGLE = new Set(["host", "content-type"]);

/** Names of parameters that Next takes for its own, or that its objects lose, before a route sees them. */
const LOST_PARAMETER = /^(?:__proto__$|nxt[PI])/;

/** All Authorization fields in one, of which Node by itself would keep the first without a word; and what is sent twice. */
function scanFields({ rawHeaders, headers }: IncomingMessage): string | null {
  const authorization: string[] = [];
  const seen = new Set<string>();
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] ?? "";
    // Only names of these lengths are looked at: this runs for every request.
    if (name.length !== 4 && name.length !== 12 && name.length !== 13) continue;
    const lower = name.toLowerCase();
    if (lower === "authorization") authorization.push(rawHeaders[i + 1] ?? "");
    else if (SINGLE.has(lower)) {
      if (seen.has(lower)) return "malformed_request";
      seen.add(lower);
    }
  }
  if (authorization.length > 1) headers.authorization = authorization.join(", ");
  return null;
}

/** What is wrong with the query of an address of ours, as Next would hide it: a mark, or null. */
function queryProblem(target: string): string | null {
  const start = target.indexOf("?");
  if (start < 0) return null;
  try {
    const pairs = target.slice(start + 1).split("&");
    for (const pair of pairs) {
      const [name = ""] = decodeURIComponent(pair).split("=", 1);
      if (LOST_PARAMETER.test(name)) return `invalid_parameter ${encodeURIComponent(name.slice(0, 64))}`;
    }
    return null;
  } catch {
    return "malformed_query";
  }
}

/** Why a request is refused whatever it asks for, as the value of {@link MARK_FIELD}; null for the others. */
function markOf(request: IncomingMessage, target: string | null): string | null {
  const { url = "", method, rawHeaders } = request;
  if (rawHeaders.length > 2 * MAX_FIELDS) return "too_many_headers";
  const twice = scanFields(request);
  if (twice) return twice;
  if (url === "*" && method === "OPTIONS") return SERVER_OPTIONS;
  if (!url.startsWith("/") && !ORIGIN.test(url)) return "malformed_request";
  return target === null ? null : queryProblem(target);
}

/**
 * What a mark means to the caller.
 * @param mark the value of {@link MARK_FIELD}
 */
export function markedRefusal(mark: string): AppError {
  const [reason, name = ""] = mark.split(" ");
  switch (reason) {
    case "too_many_headers":
      return new AppError("HEADERS_TOO_LARGE", `The request has more than ${MAX_FIELDS} header fields.`, { reason });
    case "malformed_query":
      return new AppError("BAD_REQUEST", "The query has a % that does not begin a UTF-8 character. Write a % as %25.", {
        reason,
      });
    case "invalid_parameter": {
      const parameter = decodeURIComponent(name);
      return new AppError("BAD_REQUEST", `Unknown or malformed parameter: ${JSON.stringify(parameter)}.`, {
        reason,
        details: { parameters: Object.fromEntries([[parameter, "is not a parameter of this endpoint"]]) },
      });
    }
    default:
      return new AppError(
        "BAD_REQUEST",
        "The request is malformed: its target is no address, or Host or Content-Type was sent twice.",
      );
  }
}

/**
 * Makes a request for /public-api one that our routes get to see, so that the answer is theirs: keeps repeated
 * Authorization headers, which are to be refused, turns methods and addresses that Next would answer by itself (a redirect, a
 * bare 400 or 500, a page) into ones that answer 405 and 404, and drops the header fields that are Next's own. Every other
 * request is left alone, but that each gets the field that says where it came from.
 * @param trustedProxyHops see {@link clientAddress}
 */
export function prepareIncoming(request: IncomingMessage, trustedProxyHops = 0): void {
  const { url = "", method = "", headers } = request;
  const forwarded = headers["x-forwarded-for"];
  headers[CLIENT_ADDRESS_FIELD] = clientAddress(
    request.socket.remoteAddress ?? "",
    Array.isArray(forwarded) ? forwarded.join(",") : forwarded,
    trustedProxyHops,
  );
  // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- a field that is undefined is still there for Next
  delete headers[MARK_FIELD];
  const target = ourTarget(url);
  const mark = markOf(request, target);
  if (mark !== null) headers[MARK_FIELD] = mark;
  else if (target === null) return;
  request.url = mark === null ? (target ?? url) : PREFIX;
  // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- as above
  for (const name in headers) if (NEXT_INTERNAL.test(name)) delete headers[name];
  if (!ROUTABLE.has(method)) {
    headers[METHOD_FIELD] = method;
    request.method = NEVER_OFFERED;
  }
  keepBody(request);
  // An expectation that Node does not know, which it would refuse with an empty 417.
  if (headers.expect && !/^100-continue$/i.test(headers.expect)) delete headers.expect;
}
