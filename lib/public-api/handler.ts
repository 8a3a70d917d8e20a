import "server-only";

import { randomUUID } from "node:crypto";

import type { z } from "zod";

import { roleReaches } from "@/lib/actor";
import { isDatabaseUnavailable } from "@/lib/db";
import { AppError, STATUS } from "@/lib/errors";
import { log } from "@/lib/log";
import { authenticate } from "@/lib/public-api/authenticate";
import { readBody } from "@/lib/public-api/body";
import type { Credential } from "@/lib/public-api/credential";
import { failureResponse, successResponse } from "@/lib/public-api/envelope";
import type { Allow, Definition, Operation } from "@/lib/public-api/operation";
import { noQuery, parseQuery, type QuerySchema } from "@/lib/public-api/query";
import { limitHeaders } from "@/lib/public-api/rate-limit";
import { type PathOperations, register } from "@/lib/public-api/registry";

const METHODS = ["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"] as const;
type Method = (typeof METHODS)[number];

/** What Next calls for one method of one path. */
export type RouteHandler = (
  request: Request,
  context: { params: Promise<Record<string, string | string[] | undefined>> },
) => Promise<Response>;

/**
 * Describes one method of a path; the types of the handler's input follow from it, and so does the OpenAPI document.
 * @param definition its `handler` throws AppError for every refusal; anything else it throws is our fault and answers 500
 */
export function operation<
  const A extends Allow,
  P extends z.ZodObject | undefined = undefined,
  Q extends QuerySchema = typeof noQuery,
  B extends z.ZodType | undefined = undefined,
>(definition: Definition<A, P, Q, B>): Operation {
  return { params: undefined, query: noQuery, body: undefined, ...definition };
}

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

/** @throws AppError FORBIDDEN when this credential may not do what the operation does (public-api.md, "Endpoints") */
function assertAllowed({ kind, actor }: Credential, { allow, keyRefusal }: Operation): void {
  if (allow === "anyone") return;
  if (kind === "api_key") {
    if (!allow.key)
      throw new AppError("FORBIDDEN", keyRefusal ?? "An API key may not do this. It takes a person's access token.");
  } else if (!roleReaches(actor.role, allow.member)) {
    const message = `This needs the ${allow.member} role. You are ${actor.role}.`;
    throw new AppError("FORBIDDEN", allow.member === "Admin" && keyRefusal ? keyRefusal : message);
  }
}

async function parseParams(schema: z.ZodObject | undefined, params: Promise<unknown>): Promise<unknown> {
  if (!schema) return undefined;
  const result = schema.safeParse(await params);
  if (!result.success) throw new AppError("NOT_FOUND", result.error.issues[0]?.message ?? "There is nothing here.");
  return result.data;
}

function runs(path: string, method: string, found: Operation): RouteHandler {
  return async (request, context) => {
    const started = performance.now();
    const requestId = randomUUID();
    let limit: Record<string, string> | undefined;
    try {
      let caller: Credential | null = null;
      if (found.allow !== "anyone") {
        const known = await authenticate(request.headers);
        limit = limitHeaders(known.allowance);
        if (known.allowance.refused) {
          throw new AppError(
            "RATE_LIMITED",
            `Your organisation has made its ${known.allowance.limit} calls of this minute.`,
          );
        }
        caller = known.caller;
        assertAllowed(caller, found);
      }
      const query = parseQuery(found.query, request.url);
      const params = await parseParams(found.params, context.params);
      const body = found.body ? await readBody(request, found.body) : undefined;
      const output = await found.handler({
        caller,
        actor: caller?.actor ?? null,
        params,
        query,
        body,
        now: caller && new Date(caller.nowMs),
        request: {
          id: requestId,
          signal: request.signal,
          origin: { requestId, clientAddress: null, userAgent: request.headers.get("user-agent") },
        },
        remember: () => Promise.resolve(),
      } as never);
      return successResponse(output, requestId, performance.now() - started, found, limit);
    } catch (error) {
      return failure(path, method, error, requestId, limit);
    }
  };
}

/**
 * Makes all methods of one path. Those without an operation answer 405 with `Allow`; HEAD is GET, of which the server
 * sends no body; OPTIONS lists what there is.
 * @param path as the contract writes it, e.g. `/public-api/agents/{agent_id}`: what the log calls the request, so never the raw address
 */
export function publicRoute(path: string, operations: PathOperations): Record<Method, RouteHandler> {
  register(path, operations);
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
