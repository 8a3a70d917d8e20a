import "server-only";

import { randomUUID } from "node:crypto";

import { recordRefusal } from "@/lib/audit-log/record";
import { env } from "@/lib/config/env";
import { isDatabaseUnavailable } from "@/lib/db/client";
import { AppError, databaseUnavailable } from "@/lib/errors/app-error";
import { STATUS } from "@/lib/errors/codes";
import { CLIENT_ADDRESS_FIELD } from "@/lib/http/client-address";
import { failureReply, notModified, successReply } from "@/lib/http/envelope";
import type { ApiRequest, Reply } from "@/lib/http/reply";
import { ifNoneMatchNames } from "@/lib/public-api/etag";
import { failureCounter } from "@/lib/public-api/limits/address-rate-limit";
import type { Output } from "@/lib/public-api/operation";
import { type LoggedCall, logRefusal, logServed } from "@/lib/public-api/request-log";
import { isRead, LazyFacts, type RequestRun } from "@/lib/public-api/run-operation";
import { counts, outcomeOf } from "@/lib/telemetry/counts";
import type { RequestTimes } from "@/lib/telemetry/request-times";

const TOO_MANY = new AppError("RATE_LIMITED", "Too many requests without a valid credential from this address.", {
  reason: "address_limit",
});
const HUNG_UP = new AppError("BAD_REQUEST", "The client hung up.");

type Arrived = Pick<RequestRun, "requestId" | "request" | "arrivedAt" | "caller">;

const loggedCall = ({ requestId, request, caller }: Arrived, { route, method }: RequestTimes): LoggedCall => ({
  requestId,
  method,
  route,
  headers: request.headers,
  caller,
});

/**
 * Counts a request that was not refused, and logs it where LOG_REQUESTS asks for all.
 * @param status null where the client left before there was an answer
 * @returns how long it took, in milliseconds
 */
function recordServed(run: Arrived, times: RequestTimes, status: number | null): number {
  const took = performance.now() - run.arrivedAt;
  if (status !== null) counts.answered(status);
  times.observe(status ?? 0, took);
  if (env().LOG_REQUESTS === "all") logServed(loggedCall(run, times), status, took);
  return took;
}

/** Counts and logs a failed request, and answers it. */
function failed(call: LoggedCall, error: unknown, headers?: Record<string, string>, arrivedAt = performance.now()) {
  const refusal =
    error instanceof AppError
      ? error
      : isDatabaseUnavailable(error)
        ? databaseUnavailable(error)
        : new AppError("INTERNAL", "Something went wrong on our side. Quote the request id when you report it.", {
            cause: error,
          });
  const status = STATUS[refusal.code];
  const { requestId, route = "", method = "" } = call;
  logRefusal(call, refusal);
  counts.answered(status);
  counts.requests.of("api", route, method).observe(status, performance.now() - arrivedAt);
  return failureReply(refusal, requestId, headers);
}

/** Refuses a request that reaches no operation. @param route the path as the contract writes it */
export function respondRefused(request: ApiRequest, route: string, error: AppError, extra?: Record<string, string>) {
  const { method, headers } = request;
  return failed({ requestId: randomUUID(), method, route, headers }, error, extra);
}

/** Answers OPTIONS. @param allow the methods of the path */
export function respondOptions(request: ApiRequest, path: string, allow: string): Reply {
  const requestId = randomUUID();
  recordServed({ requestId, request, arrivedAt: performance.now() }, counts.requests.of("api", path, "OPTIONS"), 204);
  const headers = { Allow: allow, "X-Request-Id": requestId, "Cache-Control": "no-store" };
  return { status: 204, headers, body: [] };
}

/** Whether the client already has this answer. */
function isCurrent({ request, operation }: RequestRun, etag: string | undefined): boolean {
  if (!operation.etag || etag === undefined || !isRead(request)) return false;
  const field = request.headers.get("if-none-match");
  return field !== null && ifNoneMatchNames(field, etag);
}

/** Answers with what an operation returned. */
export function respondSuccess(run: RequestRun, times: RequestTimes, output: Output): Reply {
  const { operation, requestId, limit, warnings } = run;
  if (isCurrent(run, output.headers?.ETag)) {
    recordServed(run, times, 304);
    return notModified(output, requestId, limit);
  }
  const extra = operation.location ? { ...limit, Location: operation.location(output.data) } : limit;
  const took = recordServed(run, times, operation.status ?? 200);
  return successReply(warnings ? { ...output, warnings } : output, requestId, took, operation, extra);
}

/**
 * Counts a failure before the credential was found valid. A request with a valid credential is never counted, so what others behind
 * the same address do never refuses it.
 * @returns seconds to wait when the address had too many of them; null otherwise, and for failures that are ours
 */
function waitAfter(error: unknown, { headers }: ApiRequest): number | null {
  const isTheirs = error instanceof AppError && STATUS[error.code] < 500;
  const address = isTheirs && headers.get(CLIENT_ADDRESS_FIELD);
  return address ? failureCounter.fail(address, performance.now()) : null;
}

/** Answers with what an operation threw: a refusal, or a fault of this service. */
export async function respondFailure(run: RequestRun, times: RequestTimes, error: unknown): Promise<Reply> {
  const { operation, request, requestId, arrivedAt, limit, caller, refused } = run;
  if (!limit && operation.allow !== "anyone") counts.refused(outcomeOf(error), performance.now() - arrivedAt);
  // Nobody reads the answer, and a client that hangs up is no failure to log.
  if (request.signal.aborted) {
    recordServed(run, times, null);
    return failureReply(HUNG_UP, requestId);
  }
  if (refused && caller) {
    const needs = operation.allow === "anyone" || refused.kind === "key" ? null : operation.allow.member;
    const context = { ...new LazyFacts(run).origin, now: new Date(caller.nowMs) };
    await recordRefusal(refused, `${times.method} ${times.route}`, needs, context);
  }
  const call = loggedCall(run, times);
  const wait = limit ? null : waitAfter(error, request);
  if (wait === null) return failed(call, error, limit, arrivedAt);
  counts.unauthenticatedRefusals++;
  return failed(call, TOO_MANY, { "Retry-After": String(wait) }, arrivedAt);
}
