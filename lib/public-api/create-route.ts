import "server-only";

import { randomUUID } from "node:crypto";

import type { z } from "zod";

import { AppError } from "@/lib/errors/app-error";
import { ownServer } from "@/lib/http/own-server";
import { type ApiRequest, responseOf } from "@/lib/http/reply";
import type { Allow, Definition, Operation } from "@/lib/public-api/operation";
import { noQuery, type QuerySchema } from "@/lib/public-api/query";
import { allowedMethods, type Method, METHODS, type PathOperations, register } from "@/lib/public-api/registry";
import { recordCall } from "@/lib/public-api/request-log";
import {
  type Answered,
  respondFailure,
  respondOptions,
  respondRefused,
  respondSuccess,
} from "@/lib/public-api/respond";
import { type RequestRun, runOperation } from "@/lib/public-api/run-operation";
import { tracing } from "@/lib/telemetry/tracing-hook";

/** Answers a request. @param params the parts of its path, decoded @returns the answer; who calls this records the call */
type ReplyHandler = (request: ApiRequest, params: unknown) => Promise<Answered>;

/** A route handler as Next calls it. */
type NextHandler = (
  request: Request,
  context: { params: Promise<Record<string, string | string[] | undefined>> },
) => Promise<Response>;

/** What a route file exports for a method: a route handler, with its path and what the server calls in its place. */
export type RouteHandler = NextHandler & { readonly route: string; readonly reply: ReplyHandler };

/** Whether this process's server answers the API: not while developing, when Next does. */
const isServed = () => ownServer.runs && process.env.NODE_ENV === "production";

/** How logs and metrics call every path that is not documented. */
export const UNKNOWN_PATH = "/public-api/*";

const UNKNOWN = new AppError("NOT_FOUND", "There is no endpoint at this address. See GET /public-api/openapi.json.", {
  reason: "unknown_path",
});
const refuseUnknown: ReplyHandler = (request) => Promise.resolve(respondRefused(request, UNKNOWN_PATH, UNKNOWN));

function routeHandler(route: string, reply: ReplyHandler): RouteHandler {
  const handle: NextHandler = async (request, { params }) => {
    const arrivedAt = performance.now();
    // The server answers the API itself, so what comes by Next came by an address of Next's own, such as `/_next/data/…`.
    const answered = await (isServed() ? refuseUnknown(request, {}) : reply(request, await params));
    recordCall(answered.call, performance.now() - arrivedAt);
    return responseOf(answered.reply);
  };
  return Object.assign(handle, { route, reply });
}

/**
 * Describes one method of a path. The types of the handler's input follow from it, and so does the OpenAPI document.
 * @param definition its `handler` throws AppError for every refusal; anything else it throws answers 500
 */
export function operation<
  const A extends Allow,
  P extends z.ZodObject | undefined = undefined,
  Q extends QuerySchema = typeof noQuery,
  B extends z.ZodType | undefined = undefined,
>(definition: Definition<A, P, Q, B>): Operation {
  return { params: undefined, query: noQuery, body: undefined, ...definition };
}

function handlerOf(route: string, operation: Operation): ReplyHandler {
  return async (request, params) => {
    const arrivedAt = performance.now();
    const run: RequestRun = { operation, route, request, requestId: randomUUID(), arrivedAt, params };
    tracing()?.named(run.requestId);
    try {
      return respondSuccess(run, await runOperation(run));
    } catch (error) {
      return respondFailure(run, error);
    }
  };
}

const forAllMethods = (route: string, reply: (method: Method) => ReplyHandler) =>
  Object.fromEntries(METHODS.map((method) => [method, routeHandler(route, reply(method))])) as Record<
    Method,
    RouteHandler
  >;

/**
 * Makes the handlers of all methods of a path. Those without an operation answer 405 with `Allow`; HEAD runs GET, and the server sends
 * no body; OPTIONS lists the methods.
 * @param path as the contract writes it, e.g. `/public-api/agents/{agent_id}`: it is what logs and metrics call the request
 */
export function createRoute(path: string, operations: PathOperations): Record<Method, RouteHandler> {
  register(path, operations);
  const offered: Partial<Record<Method, Operation>> = { ...operations };
  if (operations.GET) offered.HEAD = operations.GET;
  const allow = allowedMethods(operations).join(", ");
  const notAllowed = new AppError("METHOD_NOT_ALLOWED", `${path} answers ${allow}.`);
  return forAllMethods(path, (method) => {
    const operation = offered[method];
    if (operation) return handlerOf(path, operation);
    if (method === "OPTIONS") return (request) => Promise.resolve(respondOptions(request, path, allow));
    return (request) => Promise.resolve(respondRefused(request, path, notAllowed, { Allow: allow }));
  });
}

/** Makes the handlers of every undocumented path. */
export const unknownPath = (): Record<Method, RouteHandler> => forAllMethods(UNKNOWN_PATH, () => refuseUnknown);
