import "server-only";

import { randomUUID } from "node:crypto";

import type { z } from "zod";

import { isDatabaseUnavailable } from "@/lib/db";
import { AppError, STATUS } from "@/lib/errors";
import { log } from "@/lib/log";
import { authenticate } from "@/lib/public-api/authenticate";
import type { Credential } from "@/lib/public-api/credential";
import { failureResponse, type Pagination, successResponse } from "@/lib/public-api/envelope";
import { noQuery, parseQuery, type QuerySchema } from "@/lib/public-api/query";

const METHODS = ["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"] as const;
type Method = (typeof METHODS)[number];

/** What Next calls for one method of one path. */
export type RouteHandler = (
  request: Request,
  context: { params: Promise<Record<string, string | string[] | undefined>> },
) => Promise<Response>;

/** A handler's input: everything in it is checked. */
interface Input<Caller, Query> {
  readonly caller: Caller;
  readonly query: Query;
  /** The path's own parts, not yet checked. */
  readonly params: Readonly<Record<string, string | string[] | undefined>>;
}

/** What a handler returns: the envelope's `data`, and where a list continues. */
interface Output {
  readonly data: unknown;
  readonly pagination?: Pagination;
}

/** One method of one path. */
export interface Operation {
  readonly auth: "key" | "none";
  readonly query: QuerySchema;
  /** Takes what `auth` and `query` promise it; {@link operation} has checked that. */
  readonly handler: (input: never) => Output | Promise<Output>;
}

/**
 * Describes one method of a path; the types of the handler's input follow from it.
 * @param auth `key`: an API key is required; `none`: anyone may call, a credential is not even looked at
 * @param query the schema its query is checked with; without one, every parameter is refused
 * @param handler throws AppError for every refusal; anything else it throws is our fault and answers 500
 */
export function operation<A extends "key" | "none", S extends QuerySchema = typeof noQuery>(definition: {
  auth: A;
  query?: S;
  handler: (input: Input<A extends "none" ? null : Credential, z.infer<S>>) => Output | Promise<Output>;
}): Operation {
  return { query: noQuery, ...definition };
}

const noParams = {};

function failure(
  path: string,
  method: string,
  error: unknown,
  requestId: string,
  headers?: Record<string, string>,
): Response {
  const refusal =
    error instanceof AppError
      ? error
      : isDatabaseUnavailable(error)
        ? new AppError("UNAVAILABLE", "The database cannot be reached just now. Try again shortly.", { cause: error })
        : new AppError("INTERNAL", "Something went wrong on our side. Quote the request id when you report it.", {
            cause: error,
          });
  if (STATUS[refusal.code] >= 500) {
    log().error(
      { requestId, method, path, code: refusal.code, err: refusal.cause ?? refusal },
      "public API request failed",
    );
  }
  return failureResponse(refusal, requestId, headers);
}

function runs(path: string, method: string, { auth, query, handler }: Operation): RouteHandler {
  return async (request, context) => {
    const started = performance.now();
    const requestId = randomUUID();
    try {
      const caller = auth === "none" ? null : await authenticate(request.headers);
      const params = path.includes("{") ? await context.params : noParams;
      const output = await handler({ caller, query: parseQuery(query, request.url), params } as never);
      return successResponse(output.data, requestId, performance.now() - started, output.pagination);
    } catch (error) {
      return failure(path, method, error, requestId);
    }
  };
}

/**
 * Makes all methods of one path. Those without an operation answer 405 with `Allow`; HEAD is GET, of which the server
 * sends no body; OPTIONS lists what there is.
 * @param path as the contract writes it, e.g. `/public-api/agents/{agent_id}`: what the log calls the request, so never the raw address
 */
export function publicRoute(
  path: string,
  operations: Partial<Record<Exclude<Method, "HEAD" | "OPTIONS">, Operation>>,
): Record<Method, RouteHandler> {
  const offered: Partial<Record<Method, Operation>> = { ...operations };
  if (operations.GET) offered.HEAD = operations.GET;
  const allow = METHODS.filter((method) => method === "OPTIONS" || offered[method]).join(", ");

  const route = (method: Method): RouteHandler => {
    const found = offered[method];
    if (found) return runs(path, method, found);
    if (method === "OPTIONS") {
      return () =>
        Promise.resolve(
          new Response(null, {
            status: 204,
            headers: { Allow: allow, "X-Request-Id": randomUUID(), "Cache-Control": "no-store" },
          }),
        );
    }
    const error = new AppError("METHOD_NOT_ALLOWED", `${path} answers ${allow}.`);
    return () => Promise.resolve(failure(path, method, error, randomUUID(), { Allow: allow }));
  };
  return Object.fromEntries(METHODS.map((method) => [method, route(method)])) as Record<Method, RouteHandler>;
}

/** Makes the answer of every path that there is not, for every method. */
export function unknownPath(): Record<Method, RouteHandler> {
  const error = new AppError("NOT_FOUND", "There is nothing at this address. The endpoints are under /public-api.");
  const handler: RouteHandler = (request) =>
    Promise.resolve(failure("/public-api/*", request.method, error, randomUUID()));
  return Object.fromEntries(METHODS.map((method) => [method, handler])) as Record<Method, RouteHandler>;
}
