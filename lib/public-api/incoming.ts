import type { IncomingMessage } from "node:http";

import { CLIENT_ADDRESS_FIELD, clientAddress } from "@/lib/public-api/client-address";

/** What every path starts with; by itself it is one of those that there are not. */
const PREFIX = "/public-api";

const UNDER_PREFIX = /^\/public-api(?:\/|$)/;

/** Paths as the contract has them: names and ids with one slash between them, and none at the end. */
const PLAIN = /^\/public-api(?:\/[\w-]+(?:\.[\w-]+)*)*$/;

/** The methods that a Next route can have; for any other, Next answers by itself and without the envelope. */
const ROUTABLE = new Set(["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"]);

/** No endpoint of the contract has this method, so a route answers it with 405 and `Allow`. */
const NEVER_OFFERED = "PATCH";

/** Fields by which Next's browser code, proxy and cache talk to its server: from a program they only change who answers. */
const NEXT_INTERNAL = /^(?:rsc$|next-|x-(?:middleware|nextjs|next|invoke|matched|now|prerender)-)/;

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

/** All Authorization fields in one, of which Node by itself would keep the first without a word. */
function joinAuthorization({ rawHeaders, headers }: IncomingMessage): void {
  const values: string[] = [];
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] ?? "";
    if (name.length === 13 && name.toLowerCase() === "authorization") values.push(rawHeaders[i + 1] ?? "");
  }
  if (values.length > 1) headers.authorization = values.join(", ");
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
  const target = ourTarget(url);
  if (target === null) return;
  request.url = target;
  joinAuthorization(request);
  // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- a field that is undefined is still there for Next
  for (const name in headers) if (NEXT_INTERNAL.test(name)) delete headers[name];
  if (!ROUTABLE.has(method)) request.method = NEVER_OFFERED;
  // An expectation that Node does not know, which it would refuse with an empty 417.
  if (headers.expect && !/^100-continue$/i.test(headers.expect)) delete headers.expect;
}
