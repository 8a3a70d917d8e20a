import "server-only";

import { randomUUID } from "node:crypto";

import type { z } from "zod";

import { type Actor, roleReaches } from "@/lib/actor";
import { recordRefusal } from "@/lib/audit-log/refusals";
import { isDatabaseUnavailable, prisma } from "@/lib/db/client";
import { env } from "@/lib/config/env";
import { AppError, databaseAway, STATUS } from "@/lib/errors/app-error";
import { ifNoneMatchNames } from "@/lib/public-api/etag";
import { claim, idempotencyKey, whileClaimed } from "@/lib/db/idempotency";
import { type Authenticated, authenticate } from "@/lib/public-api/credentials/authenticate";
import { parseBody, readBody, warnOfBody } from "@/lib/public-api/body";
import { CLIENT_ADDRESS_FIELD } from "@/lib/http/client-address";
import type { Credential } from "@/lib/public-api/credentials/credential";
import { failureResponse, notModified, successResponse, type Warning } from "@/lib/http/envelope";
import { bodyOf, MARK_FIELD, markedRefusal, METHOD_FIELD, SERVER_OPTIONS } from "@/lib/http/normalize-request";
import type { Allow, Definition, Input, Operation, Output, RequestFacts } from "@/lib/public-api/operation";
import { noQuery, parseQuery, type QuerySchema } from "@/lib/public-api/query";
import { limitHeaders } from "@/lib/public-api/limits/rate-limit";
import { allowedMethods, type Method, METHODS, type PathOperations, register } from "@/lib/public-api/registry";
import { logRefusal, logServed, type LoggedCall } from "@/lib/http/request-log";
import { failureCounter } from "@/lib/public-api/limits/address-rate-limit";
import { counts, outcomeOf } from "@/lib/telemetry/counts";
import type { RequestTimes } from "@/lib/telemetry/request-times";
import { tracing } from "@/lib/telemetry/tracing-hook";

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

/** A call that no operation sees, with the method that was sent. */
const refusedCall = ({ method, headers }: Request, route: string): LoggedCall => ({
  requestId: randomUUID(),
  method: headers.get(METHOD_FIELD) ?? method,
  route,
  headers,
});

/** Answers a call with what it failed with: counts it, and writes its one log line. */
function failure(
  call: LoggedCall,
  error: unknown,
  headers?: Record<string, string>,
  arrivedAt = performance.now(),
): Response {
  const refusal =
    error instanceof AppError
      ? error
      : isDatabaseUnavailable(error)
        ? databaseAway(error)
        : new AppError("INTERNAL", "Something went wrong on our side. Quote the request id when you report it.", {
            cause: error,
          });
  logRefusal(call, refusal);
  counts.answered(STATUS[refusal.code]);
  const { requestId, route = "", method = "" } = call;
  counts.requests.of("api", route, method).observe(STATUS[refusal.code], performance.now() - arrivedAt);
  return failureResponse(refusal, requestId, headers);
}

/** @throws AppError FORBIDDEN when this credential may not do what the operation does (docs/api.md, "Endpoints") */
function assertAllowed({ kind, actor }: Credential, { allow, keyRefusal }: Operation): void {
  if (allow === "anyone") return;
  if (kind === "api_key") {
    if (!allow.key)
      throw new AppError("FORBIDDEN", keyRefusal ?? "An API key can't do this. It requires a person's access token.", {
        reason: "key_not_allowed",
      });
  } else if (!roleReaches(actor.role, allow.member)) {
    const message = `This requires the ${allow.member} role. You are ${actor.role}.`;
    throw new AppError("FORBIDDEN", allow.member === "Admin" && keyRefusal ? keyRefusal : message);
  }
}

function parseParams(schema: z.ZodObject, params: unknown): unknown {
  const result = schema.safeParse(params);
  if (!result.success) throw new AppError("NOT_FOUND", result.error.issues[0]?.message ?? "There is nothing here.");
  return result.data;
}

const TOO_MANY = new AppError("RATE_LIMITED", "Too many requests without a valid credential from this address.", {
  reason: "address_limit",
});
const HUNG_UP = new AppError("BAD_REQUEST", "The client hung up.");

/**
 * Counts a call that failed before its credential was found valid. One with a valid credential never gets here, so it is
 * never refused for what others behind the same address do.
 * @returns seconds to wait when the address had too many of them; null while it had not, and for failures that are ours
 */
function waitAfter(error: unknown, address: string | null): number | null {
  const theirs = error instanceof AppError && STATUS[error.code] < 500;
  return theirs && address ? failureCounter().fail(address, performance.now()) : null;
}

interface Running {
  readonly found: Operation;
  readonly request: Request;
  readonly requestId: string;
  /** On this process's clock (performance.now()), in milliseconds. */
  readonly arrivedAt: number;
  readonly params: Promise<unknown>;
  /** Filled in once the credential is found valid: what every answer from then on carries. */
  limit?: Record<string, string>;
  /** Filled in once the credential is found valid. */
  caller?: Credential;
  /** Whose role, or whose being a key, is refused: filled in before the refusal is thrown. */
  refused?: Actor;
  /** What of the body is ignored. */
  warnings?: readonly Warning[];
  /** It was answered without waiting for its end any longer. */
  late?: boolean;
}

/**
 * What a change may take once its body is there, in milliseconds. Each wait has its own limit (lib/db/client.ts); where a pool is
 * exhausted, a change waits in several places, and must not wait for the sum of them.
 */
const CHANGE_DEADLINE_MS = 6_000;

/** Called before anything is written for good. @throws when nobody waits for the answer any more */
function assertWanted({ request, late }: Running): void {
  request.signal.throwIfAborted();
  if (late) throw databaseAway(new Error("it took too long, and was answered already"));
}

const isRead = ({ method }: Request) => method === "GET" || method === "HEAD";

/** Waits for a change, but not for ever. @throws AppError UNAVAILABLE when it takes too long */
async function inTime(run: Running, change: Output | Promise<Output>): Promise<Output> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      run.late = true;
      reject(databaseAway(new Error(`a change took longer than ${CHANGE_DEADLINE_MS} ms`)));
    }, CHANGE_DEADLINE_MS);
  });
  try {
    return await Promise.race([change, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Who called, once the limit and the roles let it in. @throws AppError RATE_LIMITED or FORBIDDEN */
function admit(run: Running, { caller, allowance }: Authenticated): Credential {
  counts.accepted(performance.now() - run.arrivedAt, allowance.refused);
  run.limit = limitHeaders(allowance);
  run.caller = caller;
  if (allowance.refused) {
    throw new AppError(
      "RATE_LIMITED",
      `Your organisation has reached its limit of ${allowance.limit.toLocaleString("en")} requests per minute.`,
    );
  }
  try {
    assertAllowed(caller, run.found);
  } catch (error) {
    run.refused = caller.actor;
    throw error;
  }
  return caller;
}

type Remember = Input<Allow, undefined, QuerySchema, undefined>["remember"];

/** Runs a handler, once for all calls with the same `Idempotency-Key`. */
async function once(
  run: Running,
  key: string,
  caller: Credential,
  body: Uint8Array,
  handle: (remember: Remember) => Output | Promise<Output>,
): Promise<Output> {
  const { found, request } = run;
  const claimed = await claim(caller.actor, new URL(request.url).pathname, key, body, new Date(caller.nowMs));
  if ("data" in claimed) return { data: claimed.data, headers: { "Idempotency-Replayed": "true" } };
  return whileClaimed(claimed, async () => {
    assertWanted(run);
    const output = await handle(async (tx, what) => {
      await claimed.remember(tx, what);
      assertWanted(run);
    });
    if (!claimed.remembered) {
      const { data } = output;
      await claimed.remember(
        prisma(),
        found.idempotent === "secret" ? { madeId: (data as { id: string }).id } : { data },
      );
    }
    return output;
  });
}

/** Read only where a handler asks: most do not, and a header costs half a microsecond. */
class Facts implements RequestFacts {
  readonly id: string;
  readonly arrivedAt: number;
  readonly #request: Request;

  constructor({ requestId, arrivedAt, request }: Running) {
    this.id = requestId;
    this.arrivedAt = arrivedAt;
    this.#request = request;
  }

  get ifMatch() {
    return this.#request.headers.get("if-match");
  }

  get signal() {
    return this.#request.signal;
  }

  get origin() {
    const { headers } = this.#request;
    return {
      requestId: this.id,
      clientAddress: headers.get(CLIENT_ADDRESS_FIELD),
      userAgent: headers.get("user-agent"),
    };
  }
}

// Nothing is awaited here that an operation does not have: every promise costs on the way of each request.
async function answer(run: Running): Promise<Output> {
  const { found, request } = run;
  const caller = found.allow === "anyone" ? null : admit(run, await authenticate(request));
  const query = parseQuery(found.query, request.url);
  const params = found.params && parseParams(found.params, await run.params);
  const bytes = found.body && (await readBody(request));
  const parsed = found.body && bytes && parseBody(bytes, found.body);
  const unasked = parsed ? null : bodyOf(request);
  if (parsed) run.warnings = parsed.warnings;
  else if (unasked) run.warnings = await warnOfBody(request, unasked);
  // Nobody waits for the answer any more: what was asked for is not begun.
  request.signal.throwIfAborted();
  const handle = (remember: Remember) => {
    const input = {
      caller,
      actor: caller?.actor ?? null,
      params,
      query,
      body: parsed?.data,
      now: caller && new Date(caller.nowMs),
      request: new Facts(run),
      remember,
    };
    return found.handler(input as never);
  };
  const key = found.idempotent && caller ? idempotencyKey(request.headers) : null;
  if (key === null || !caller) {
    // In the transaction of what is made: an agent, or a secret, that nobody would hear of is not made.
    const output = handle(() => {
      assertWanted(run);
      return Promise.resolve();
    });
    return isRead(request) ? output : inTime(run, output);
  }
  return inTime(run, once(run, key, caller, bytes ?? new Uint8Array(), handle));
}

/** Whether the client has this answer already. */
function isKnown(field: string | null, { headers }: Output): boolean {
  return field !== null && headers?.ETag !== undefined && ifNoneMatchNames(field, headers.ETag);
}

type Arrived = Pick<Running, "requestId" | "request" | "arrivedAt" | "caller">;

const loggedCall = ({ requestId, request, caller }: Arrived, route: string, method: string): LoggedCall => ({
  requestId,
  method,
  route,
  headers: request.headers,
  caller,
});

/**
 * Counts a call that failed with nothing, and logs it where every call is logged.
 * @param status null where the client left before there was an answer
 * @returns how long it took, in milliseconds
 */
function served(run: Arrived, times: RequestTimes, status: number | null): number {
  const took = performance.now() - run.arrivedAt;
  if (status !== null) counts.answered(status);
  times.observe(status ?? 0, took);
  if (env().LOG_REQUESTS === "all") logServed(loggedCall(run, times.route, times.method), status, took);
  return took;
}

function runs(path: string, method: string, found: Operation): RouteHandler {
  const times = counts.requests.of("api", path, method);
  return async (request, context) => {
    const arrivedAt = performance.now();
    const requestId = randomUUID();
    const run: Running = { found, request, requestId, arrivedAt, params: context.params };
    tracing()?.named(requestId);
    try {
      const output = await answer(run);
      if (found.etag && isRead(request) && isKnown(request.headers.get("if-none-match"), output)) {
        served(run, times, 304);
        return notModified(output, requestId, run.limit);
      }
      const extra = found.location ? { ...run.limit, Location: found.location(output.data) } : run.limit;
      const took = served(run, times, found.status ?? 200);
      const { warnings } = run;
      return successResponse(warnings ? { ...output, warnings } : output, requestId, took, found, extra);
    } catch (error) {
      if (!run.limit && found.allow !== "anyone") counts.refused(outcomeOf(error), performance.now() - arrivedAt);
      // Nobody reads it, and it is no failure to log.
      if (request.signal.aborted) {
        served(run, times, null);
        return failureResponse(HUNG_UP, requestId);
      }
      if (run.refused) {
        const needs = found.allow === "anyone" || run.refused.kind === "key" ? null : found.allow.member;
        await recordRefusal(run.refused, `${method} ${path}`, needs, new Facts(run).origin);
      }
      const wait = run.limit ? null : waitAfter(error, request.headers.get(CLIENT_ADDRESS_FIELD));
      const call = loggedCall(run, path, method);
      if (wait === null) return failure(call, error, run.limit, arrivedAt);
      counts.unauthenticatedRefusals++;
      return failure(call, TOO_MANY, { "Retry-After": String(wait) }, arrivedAt);
    }
  };
}

/** Answers OPTIONS. @param allow the methods that there are */
function optionsResponse(request: Request, path: string, allow: string): Promise<Response> {
  const requestId = randomUUID();
  const times = counts.requests.of("api", path, "OPTIONS");
  served({ requestId, request, arrivedAt: performance.now() }, times, 204);
  const headers = { Allow: allow, "X-Request-Id": requestId, "Cache-Control": "no-store" };
  return Promise.resolve(new Response(null, { status: 204, headers }));
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
  const allow = allowedMethods(operations).join(", ");

  const route = (method: Method): RouteHandler => {
    const found = offered[method];
    if (found) return runs(path, method, found);
    if (method === "OPTIONS") return (request) => optionsResponse(request, path, allow);
    const error = new AppError("METHOD_NOT_ALLOWED", `${path} answers ${allow}.`);
    return (request) => Promise.resolve(failure(refusedCall(request, path), error, { Allow: allow }));
  };
  return Object.fromEntries(METHODS.map((method) => [method, route(method)])) as Record<Method, RouteHandler>;
}

/** Makes the answer of every path that there is not, for every method; and of requests refused before their path was looked at. */
export function unknownPath(): Record<Method, RouteHandler> {
  const error = new AppError("NOT_FOUND", "There is no endpoint at this address. See GET /public-api/openapi.json.", {
    reason: "unknown_path",
  });
  const handler: RouteHandler = (request) => {
    const mark = request.headers.get(MARK_FIELD);
    if (mark === SERVER_OPTIONS) return optionsResponse(request, "/public-api/*", METHODS.join(", "));
    const refusal = mark === null ? error : markedRefusal(mark);
    return Promise.resolve(failure(refusedCall(request, "/public-api/*"), refusal));
  };
  return Object.fromEntries(METHODS.map((method) => [method, handler])) as Record<Method, RouteHandler>;
}
