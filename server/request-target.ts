import "server-only";

import type { IncomingMessage } from "node:http";

import { AppError } from "@/lib/errors/app-error";
import { isPercentEncoded } from "@/lib/text/percent-encoding";

const UNDER_PREFIX = /^\/public-api(?:\/|$)/;

/** Paths as the contract writes them: names and ids separated by one slash, none at the end. */
const PLAIN = /^\/public-api(?:\/[\w-]+(?:\.[\w-]+)*)*$/;

/** The scheme and the host of a request target in absolute form (RFC 9112 §3.2.2). */
const ORIGIN = /^https?:\/\/[^/\\?#]*/i;

/** A target as a path: in absolute form (RFC 9112 §3.2.2) its origin says nothing. */
export const withoutOrigin = (target: string): string =>
  ORIGIN.test(target) ? target.replace(ORIGIN, "") || "/" : target;

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

/** Where a request for the API goes. */
export interface ApiTarget {
  /** As the contract writes paths; `/public-api`, which is no endpoint, for every path that the contract doesn't write so. */
  readonly path: string;
  /** From the question mark on; empty without one. */
  readonly query: string;
}

/**
 * Where a request for the API goes (docs/decisions/008).
 * @param target the request's, in any form
 * @returns null when it is the dashboard's
 */
export function apiTarget(target: string): ApiTarget | null {
  const url = withoutOrigin(target);
  // `requestProblem` refuses what is no address.
  if (!/^[/\\]/.test(url)) return null;
  const end = url.search(/[?#]/);
  const path = end < 0 ? url : url.slice(0, end);
  const query = end < 0 ? "" : (url.slice(end).split("#", 1)[0] ?? "");
  if (PLAIN.test(path)) return { path, query };
  const plain = decoded(path);
  if (!isNearPrefix(plain)) return null;
  return PLAIN.test(plain) ? { path: plain, query } : { path: "/public-api", query: "" };
}

/** Header fields that a request may have. */
export const MAX_FIELDS = 1_000;

/** Fields that may be sent once: Node would keep the first, a proxy in front of it perhaps the last. */
const SINGLE = new Set(["host", "content-type"]);

/** Joins repeated Authorization fields, of which Node would keep only the first. @returns whether another single field is repeated */
function scanFields({ rawHeaders, headers }: Pick<IncomingMessage, "rawHeaders" | "headers">): boolean {
  const authorization: string[] = [];
  const seen = new Set<string>();
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] ?? "";
    // Only names of these lengths matter, and this runs for every request.
    if (name.length !== 4 && name.length !== 12 && name.length !== 13) continue;
    const lower = name.toLowerCase();
    if (lower === "authorization") authorization.push(rawHeaders[i + 1] ?? "");
    else if (SINGLE.has(lower)) {
      if (seen.has(lower)) return true;
      seen.add(lower);
    }
  }
  if (authorization.length > 1) headers.authorization = authorization.join(", ");
  return false;
}

/**
 * The refusal of a request that is wrong whatever it asks for; null for any other. Repeated Authorization fields are joined, so that
 * they are refused where one is read.
 * @param target what {@link apiTarget} says of it
 */
export function requestProblem(
  request: Pick<IncomingMessage, "url" | "rawHeaders" | "headers">,
  target: ApiTarget | null,
): AppError | null {
  const { url = "", rawHeaders } = request;
  if (rawHeaders.length > 2 * MAX_FIELDS) {
    return new AppError("HEADERS_TOO_LARGE", `The request has more than ${MAX_FIELDS} header fields.`, {
      reason: "too_many_headers",
    });
  }
  if (scanFields(request) || (!url.startsWith("/") && !ORIGIN.test(url))) {
    return new AppError(
      "BAD_REQUEST",
      "The request is malformed: its target is no address, or Host or Content-Type was sent twice.",
    );
  }
  if (target === null || isPercentEncoded(target.query)) return null;
  return new AppError("BAD_REQUEST", "The query has a % that does not begin a UTF-8 character. Write a % as %25.", {
    reason: "malformed_query",
  });
}
