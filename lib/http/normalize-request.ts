import "server-only";

import type { IncomingMessage } from "node:http";
import { Readable } from "node:stream";

import { processWide } from "@/lib/config/process-wide";
import { AppError } from "@/lib/errors/app-error";
import { CLIENT_ADDRESS_FIELD, clientAddress } from "@/lib/http/client-address";

/** What every path starts with; alone it is an unknown path. */
const PREFIX = "/public-api";

const UNDER_PREFIX = /^\/public-api(?:\/|$)/;

/** Paths as the contract writes them: names and ids separated by one slash, none at the end. */
const PLAIN = /^\/public-api(?:\/[\w-]+(?:\.[\w-]+)*)*$/;

/** The methods that a Next route can have; Next answers any other without the envelope. */
const ROUTABLE = new Set(["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"]);

/** No endpoint has this method, so a route answers it with 405 and `Allow`. */
const NEVER_OFFERED = "PATCH";

/** The field with the method that was sent, where {@link NEVER_OFFERED} replaces it. */
export const METHOD_FIELD = "x-neo-method";

/** Internal fields of Next's browser code, proxy and cache, and our own: sent by a program they only change which handler answers. */
const NEXT_INTERNAL =
  /^(?:rsc$|next-|x-neo-(?:method|body)$|x-(?:middleware|nextjs|next|invoke|matched|now|prerender)-)/;

/** The scheme and the host of a request target in absolute form (RFC 9112 §3.2.2). */
const ORIGIN = /^https?:\/\/[^/\\?#]*/i;

function decoded(path: string): string {
  try {
    // An encoded slash is no separator (RFC 3986 §2.2): it stays encoded, in an unknown path.
    return decodeURIComponent(path.replaceAll(/%2f/gi, "%252F"));
  } catch {
    // Invalid percent-encoding: the path stays as it is, and is unknown.
    return path;
  }
}

/** Whether Next, which reads paths less strictly than {@link PLAIN}, would take a path for one under the prefix. */
function isNearPrefix(path: string): boolean {
  const single = path.replaceAll(/[\\/]+/g, "/");
  return (
    UNDER_PREFIX.test(single) || (single.includes("/.") && UNDER_PREFIX.test(new URL(single, "http://n").pathname))
  );
}

/**
 * The target of a request for /public-api as Next is to see it: a path that Next would redirect, resolve or handle itself becomes an
 * unknown one. Null for every other request.
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

/** The field that marks a request as refused, or answered by this server, before any route sees its target. */
export const MARK_FIELD = "x-neo-mark";

/** The mark of `OPTIONS *`, which asks about the server as a whole (RFC 9110 §9.3.7). */
export const SERVER_OPTIONS = "options";

/** The field that leads a route to the body of a GET or HEAD, which Next does not pass on. */
const BODY_FIELD = "x-neo-body";

const bodies = processWide("request bodies", () => new Map<string, IncomingMessage>());

/** The body of a request as its route reads it; null without one. */
export function requestBody({ body, headers }: Request): ReadableStream<Uint8Array> | null {
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

/** Header fields that a request may have; Node would silently drop the rest. */
export const MAX_FIELDS = 1_000;

/** Fields that may be sent once: Node would keep the first, a proxy in front of it perhaps the last. */
const SINGLE = new Set(["host", "content-type"]);

/** Parameters that Next consumes, or that its objects lose, before a route sees them. */
const LOST_PARAMETER = /^(?:__proto__$|nxt[PI])/;

/** Joins repeated Authorization fields, of which Node would keep only the first. @returns the mark of a repeated single field, or null */
function scanFields({ rawHeaders, headers }: IncomingMessage): string | null {
  const authorization: string[] = [];
  const seen = new Set<string>();
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] ?? "";
    // Only names of these lengths matter, and this runs for every request.
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

/** The mark of a query whose problem Next would hide from the route, or null. */
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

/** Why a request is refused before its path is looked at, as the value of {@link MARK_FIELD}; null when it is not. */
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
 * The refusal that a mark stands for.
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
 * Makes sure that the API's routes answer every request for /public-api (docs/decisions/008). Repeated Authorization headers are kept, so
 * that they are refused; methods and targets that Next would answer with a redirect, a bare status or a page become ones that answer
 * 405 and 404; Next's internal header fields are dropped. Other requests only get {@link CLIENT_ADDRESS_FIELD}.
 * @param trustedProxyHops see {@link clientAddress}
 */
export function normalizeRequest(request: IncomingMessage, trustedProxyHops = 0): void {
  const { url = "", method = "", headers } = request;
  const forwarded = headers["x-forwarded-for"];
  headers[CLIENT_ADDRESS_FIELD] = clientAddress(
    request.socket.remoteAddress ?? "",
    Array.isArray(forwarded) ? forwarded.join(",") : forwarded,
    trustedProxyHops,
  );
  // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- Next sees a field that is undefined
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
  // Node would answer an unknown expectation with an empty 417.
  if (headers.expect && !/^100-continue$/i.test(headers.expect)) delete headers.expect;
}
