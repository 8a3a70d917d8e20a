import "server-only";

import type { z } from "zod";

import { type Actor, type ApplicationActor, roleReaches } from "@/lib/actor";
import { env } from "@/lib/config/env";
import { prisma } from "@/lib/db/client";
import { claim, idempotencyKey, whileClaimed } from "@/lib/db/idempotency";
import { AppError, databaseUnavailable } from "@/lib/errors/app-error";
import { CLIENT_ADDRESS_FIELD } from "@/lib/http/client-address";
import { assertFreshSignIn } from "@/lib/members/fresh-sign-in";
import type { Warning } from "@/lib/http/envelope";
import type { ApiRequest } from "@/lib/http/reply";
import { parseBody, readBody, warnOfBody } from "@/lib/public-api/body";
import { type Authenticated, authenticate } from "@/lib/public-api/credentials/authenticate";
import { isRead, readOnlyRefusal, ruleBreaker } from "@/lib/public-api/credentials/caller-rules";
import type { Credential } from "@/lib/public-api/credentials/credential";
import { endingKey } from "@/lib/public-api/credentials/ending-key";
import { limitHeaders } from "@/lib/public-api/limits/rate-limit";
import type { Allow, Input, Operation, Output, RequestFacts } from "@/lib/public-api/operation";
import { parseQuery, type QuerySchema } from "@/lib/public-api/query";
import { counts } from "@/lib/telemetry/counts";
import { numberText } from "@/lib/text/number";

/** A request to an operation, and what becomes known of it while it runs. */
export interface RequestRun {
  readonly operation: Operation;
  /** The path as the contract writes it. */
  readonly route: string;
  readonly request: ApiRequest;
  readonly requestId: string;
  /** By performance.now(), in milliseconds. */
  readonly arrivedAt: number;
  readonly params: unknown;
  /** Set once the credential is found valid, as are the headers that every answer carries from then on. */
  caller?: Credential;
  callerHeaders?: Record<string, string>;
  /** Set when this caller's kind or role is not allowed to run the operation. */
  refused?: Actor;
  /** That the caller's key is about to end, and what of the body is ignored. */
  warnings?: readonly Warning[];
  /** The deadline has passed, and the request was answered. */
  late?: boolean;
  /** How long it waited on purpose, in milliseconds. */
  waitedMs?: number;
}

/**
 * How long a change may take once its body has been read, in milliseconds. Each wait has a limit of its own (lib/db/client.ts), but
 * where a pool is exhausted a change waits in several places, and must not wait for the sum of them.
 */
const CHANGE_DEADLINE_MS = 6_000;

type Restricted = Exclude<Allow, "anyone">;

/** The refusal of an application whose role is another; null where it is the one that the operation takes. */
function roleRefusal({ name, role }: ApplicationActor, { key, application }: Restricted): AppError | null {
  const needed = application ?? (key ? "Integration" : null);
  if (needed === "any" || needed === role) return null;
  const why = needed === null ? "a person's access token" : `an application with the role ${needed}`;
  const message = `This requires ${why}. The role of “${name}” is ${role}.`;
  return new AppError("FORBIDDEN", message, { reason: "application_role" });
}

/** The refusal of a credential that may not run the operation (docs/api.md, "Endpoints"); null where it may. */
function accessRefusal(caller: Credential, { request, operation }: RequestRun): AppError | null {
  const { allow, keyRefusal } = operation;
  if (allow === "anyone") return null;
  if (caller.kind === "application") return roleRefusal(caller.actor, allow);
  if (caller.kind === "api_key") {
    if (allow.key) return readOnlyRefusal(caller, request);
    const message = keyRefusal ?? "An API key can't do this. It requires a person's access token.";
    return new AppError("FORBIDDEN", message, { reason: "key_not_allowed" });
  }
  const { role } = caller.actor;
  if (roleReaches(role, allow.member)) return null;
  const message = `This requires the ${allow.member} role. You are ${role}.`;
  return new AppError("FORBIDDEN", allow.member === "Admin" && keyRefusal ? keyRefusal : message);
}

/** @throws AppError RATE_LIMITED or FORBIDDEN when the caller's limit or role does not let the request in */
function enforceAccess(run: RequestRun, { caller, allowance }: Authenticated): void {
  counts.accepted(performance.now() - run.arrivedAt, allowance.refused);
  const ending = caller.kind === "api_key" ? endingKey(caller.key) : null;
  run.callerHeaders = Object.assign(limitHeaders(allowance), ending?.headers);
  if (ending) run.warnings = [ending.warning];
  run.caller = caller;
  if (allowance.refused) {
    throw new AppError(
      "RATE_LIMITED",
      `Your organisation has reached its limit of ${numberText(allowance.limit)} requests per minute.`,
    );
  }
  assertAllowed(run, caller);
}

/** The message for a token that doesn't say when the person signed in. */
const NO_AUTH_TIME =
  "This access token does not say when its person signed in. The operator of this service adds the optional claim auth_time to access tokens in the app registration, or sets FRESH_SIGN_IN_SECONDS to 0.";

/** @throws AppError FORBIDDEN when the caller's kind or role does not let the request in, UNAUTHORIZED when their sign-in is too old */
function assertAllowed(run: RequestRun, caller: Credential): void {
  const refusal = accessRefusal(caller, run);
  if (refusal) {
    if (!ruleBreaker(refusal)) run.refused = caller.actor;
    throw refusal;
  }
  if (!run.operation.freshSignIn || caller.kind !== "access_token") return;
  assertFreshSignIn(caller.authenticatedAt, env().FRESH_SIGN_IN_SECONDS, new Date(caller.nowMs), NO_AUTH_TIME);
}

/** {@link Input.whileWaiting} of an operation. */
async function whileWaiting<Result>(run: RequestRun, wait: () => Promise<Result>): Promise<Result> {
  const began = performance.now();
  let result: Result;
  try {
    result = await wait();
  } finally {
    run.waitedMs = performance.now() - began;
  }
  const { caller } = await authenticate(run.request);
  run.caller = caller;
  assertAllowed(run, caller);
  return result;
}

function parseParams(schema: z.ZodObject, params: unknown): unknown {
  const result = schema.safeParse(params);
  if (!result.success) throw new AppError("NOT_FOUND", result.error.issues[0]?.message ?? "There is nothing here.");
  return result.data;
}

/** Called before a change is committed. @throws when nobody waits for its answer any more */
function assertAwaited({ request, late }: RequestRun): void {
  request.signal.throwIfAborted();
  if (late) throw databaseUnavailable(new Error("the request was answered when its deadline passed"));
}

/** @throws AppError UNAVAILABLE when the change takes longer than {@link CHANGE_DEADLINE_MS} */
async function withDeadline(run: RequestRun, change: Output | Promise<Output>): Promise<Output> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      run.late = true;
      reject(databaseUnavailable(new Error(`a change took longer than ${CHANGE_DEADLINE_MS} ms`)));
    }, CHANGE_DEADLINE_MS);
  });
  try {
    return await Promise.race([change, late]);
  } finally {
    clearTimeout(timer);
  }
}

type Remember = Input<Allow, undefined, QuerySchema, undefined>["remember"];
type Handle = (remember: Remember) => Output | Promise<Output>;

/** Runs a handler once for all requests with the same `Idempotency-Key` (docs/api.md, "Idempotency"). */
async function withIdempotency(
  run: RequestRun,
  key: string,
  caller: Credential,
  body: Uint8Array,
  handle: Handle,
): Promise<Output> {
  const claimed = await claim(caller.actor, new URL(run.request.url).pathname, key, body, new Date(caller.nowMs));
  if ("data" in claimed) return { data: claimed.data, headers: { "Idempotency-Replayed": "true" } };
  return whileClaimed(claimed, async () => {
    assertAwaited(run);
    const output = await handle(async (tx, what) => {
      await claimed.remember(tx, what);
      assertAwaited(run);
    });
    if (!claimed.remembered) {
      const { data } = output;
      const what = run.operation.idempotent === "secret" ? { madeId: (data as { id: string }).id } : { data };
      await claimed.remember(prisma(), what);
    }
    return output;
  });
}

/** Reads a header only when a handler asks for it: most do not, and each costs half a microsecond. */
export class LazyFacts implements RequestFacts {
  readonly id: string;
  readonly arrivedAt: number;
  readonly #request: ApiRequest;

  constructor({ requestId, arrivedAt, request }: RequestRun) {
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

/**
 * Runs an operation: authentication, limit and role, validation, idempotency, then its handler.
 * @throws AppError for every refusal; anything else is a fault of this service
 */
export async function runOperation(run: RequestRun): Promise<Output> {
  // Nothing is awaited that the operation does not have: every promise costs on the request path.
  const { operation, request } = run;
  if (operation.allow !== "anyone") enforceAccess(run, await authenticate(request));
  const { caller } = run;
  const query = parseQuery(operation.query, request.url);
  const params = operation.params && parseParams(operation.params, run.params);
  const bytes = operation.body && (await readBody(request));
  const parsed = operation.body && bytes && parseBody(bytes, operation.body);
  const ignored = parsed ? parsed.warnings : request.body && (await warnOfBody(request, request.body));
  if (ignored) run.warnings = run.warnings ? [...run.warnings, ...ignored] : ignored;
  // The client has hung up: nothing is begun.
  request.signal.throwIfAborted();
  const handle: Handle = (remember) => {
    const input = {
      caller: caller ?? null,
      actor: caller?.actor ?? null,
      params,
      query,
      body: parsed?.data,
      now: caller ? new Date(caller.nowMs) : null,
      request: new LazyFacts(run),
      remember,
      whileWaiting: <Result>(wait: () => Promise<Result>) => whileWaiting(run, wait),
    };
    return operation.handler(input as never);
  };
  const key = operation.idempotent && caller ? idempotencyKey(request.headers) : null;
  if (key !== null && caller) {
    return withDeadline(run, withIdempotency(run, key, caller, bytes ?? new Uint8Array(), handle));
  }
  // Called in the transaction of what is created: an agent or a secret that nobody would hear of is rolled back.
  const output = handle(() => {
    assertAwaited(run);
    return Promise.resolve();
  });
  return isRead(request) ? output : withDeadline(run, output);
}
