import "server-only";

import { randomUUID } from "node:crypto";

import { recordAccessRefusal, refusals, ruleRefusal } from "@/lib/audit-log/refusals";
import { AppError, refusalOf } from "@/lib/errors/app-error";
import { STATUS } from "@/lib/errors/codes";
import { CLIENT_ADDRESS_FIELD } from "@/lib/http/client-address";
import { prefersLines } from "@/lib/http/accept";
import { failureReply, linesReply, notModified, successReply } from "@/lib/http/envelope";
import type { ApiRequest, Reply } from "@/lib/http/reply";
import { refusedCredential } from "@/lib/public-api/credentials/authenticate";
import { isRead, ruleBreaker } from "@/lib/public-api/credentials/caller-rules";
import { ifNoneMatchNames } from "@/lib/public-api/etag";
import { failureCounter } from "@/lib/public-api/limits/address-rate-limit";
import type { Output } from "@/lib/public-api/operation";
import type { AnsweredCall } from "@/lib/public-api/request-log";
import { LazyFacts, type RequestRun } from "@/lib/public-api/run-operation";
import { counts, outcomeOf } from "@/lib/telemetry/counts";

const TOO_MANY = new AppError("RATE_LIMITED", "Too many requests without a valid credential from this address.", {
  reason: "address_limit",
});
const MESSAGES = { fault: "Something went wrong on our side. Quote the request id when you report it." };
const HUNG_UP = new AppError("BAD_REQUEST", "The client hung up.");

/** An answer, and what is recorded of its call. */
export interface Answered {
  readonly reply: Reply;
  readonly call: AnsweredCall;
}

function callOf({ requestId, request, route, caller, waitedMs }: RequestRun, status: number | null): AnsweredCall {
  const { method, headers } = request;
  return { requestId, method, route, headers, caller, status, waitedMs };
}

function refused(call: Omit<AnsweredCall, "status">, error: unknown, headers?: Record<string, string>): Answered {
  const refusal = refusalOf(error, MESSAGES);
  return {
    reply: failureReply(refusal, call.requestId, headers),
    call: { ...call, status: STATUS[refusal.code], refusal },
  };
}

/** Refuses a request that reaches no operation. @param route the path as the contract writes it */
export function respondRefused(
  { method, headers }: ApiRequest,
  route: string,
  error: unknown,
  extra?: Record<string, string>,
): Answered {
  return refused({ requestId: randomUUID(), method, route, headers }, error, extra);
}

/** Answers OPTIONS. @param allow the methods of the path */
export function respondOptions({ method, headers: sent }: ApiRequest, route: string, allow: string): Answered {
  const requestId = randomUUID();
  const headers = { Allow: allow, "X-Request-Id": requestId, "Cache-Control": "no-store" };
  return {
    reply: { status: 204, headers, body: [] },
    call: { requestId, method, route, headers: sent, status: 204 },
  };
}

/** Whether the client already has this answer. */
function isCurrent({ request, operation }: RequestRun, etag: string | undefined): boolean {
  if (!operation.etag || etag === undefined || !isRead(request)) return false;
  const field = request.headers.get("if-none-match");
  return field !== null && ifNoneMatchNames(field, etag);
}

/** The address of the next page; null on the last one. */
function nextPage({ request, route }: RequestRun, { pagination, cursorParameter = "cursor" }: Output): string | null {
  if (!pagination?.next_cursor) return null;
  const query = new URLSearchParams(request.url.split("?")[1]);
  query.set(cursorParameter, pagination.next_cursor);
  return `${route}?${query.toString()}`;
}

/** Answers with a page of a list in the form that the client prefers. */
function respondPage(run: RequestRun, output: Output): Answered {
  const { operation, request, requestId, arrivedAt, callerHeaders, warnings } = run;
  const extra = { ...callerHeaders, Vary: "Accept" };
  const reply = prefersLines(request.headers.get("accept"))
    ? linesReply(
        output.data as readonly unknown[],
        { hasMore: output.pagination?.has_more ?? false, next: nextPage(run, output) },
        requestId,
        extra,
      )
    : successReply({ ...output, warnings }, requestId, performance.now() - arrivedAt, operation, extra);
  return { reply, call: callOf(run, reply.status) };
}

/** Answers with what an operation returned. */
export function respondSuccess(run: RequestRun, output: Output): Answered {
  const { operation, requestId, arrivedAt, callerHeaders, warnings } = run;
  if (operation.lines) return respondPage(run, output);
  if (isCurrent(run, output.headers?.ETag))
    return { reply: notModified(output, requestId, callerHeaders), call: callOf(run, 304) };
  const extra = operation.location ? { ...callerHeaders, Location: operation.location(output.data) } : callerHeaders;
  const took = performance.now() - arrivedAt;
  const reply = successReply(warnings ? { ...output, warnings } : output, requestId, took, operation, extra);
  return { reply, call: callOf(run, reply.status) };
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

/** Records in the audit log that a rule or a role refused; also where the client has hung up, or that would hide it. */
async function recordRefusal(run: RequestRun, error: unknown): Promise<void> {
  const { operation, request, route, caller } = run;
  const what = `${request.method} ${route}`;
  const breaker = ruleBreaker(error);
  if (breaker && error instanceof AppError) {
    const context = { ...new LazyFacts(run).origin, now: new Date(breaker.nowMs) };
    const { reason } = error;
    const last4 = breaker.kind === "api_key" ? breaker.key.last4 : undefined;
    await refusals.note(breaker.actor, ruleRefusal(breaker.actor, { reason, operation: what, last4 }), context);
  }
  if (run.refused && caller) {
    const needs = operation.allow === "anyone" || run.refused.kind !== "member" ? null : operation.allow.member;
    const context = { ...new LazyFacts(run).origin, now: new Date(caller.nowMs) };
    await recordAccessRefusal(run.refused, what, needs, context);
  }
}

/** Answers with what an operation threw: a refusal, or a fault of this service. */
export async function respondFailure(run: RequestRun, error: unknown): Promise<Answered> {
  const { operation, request, requestId, arrivedAt, callerHeaders } = run;
  if (!callerHeaders && operation.allow !== "anyone") counts.refused(outcomeOf(error), performance.now() - arrivedAt);
  await recordRefusal(run, error);
  // Nobody reads the answer, and a client that hangs up is no failure to log.
  if (request.signal.aborted) return { reply: failureReply(HUNG_UP, requestId), call: callOf(run, null) };
  const wait = callerHeaders ? null : waitAfter(error, request);
  const call = {
    ...callOf(run, null),
    refusedCredential: error instanceof AppError ? refusedCredential(error) : undefined,
  };
  if (wait === null) return refused(call, error, callerHeaders);
  counts.unauthenticatedRefusals++;
  return refused(call, TOO_MANY, { "Retry-After": String(wait) });
}
