import "server-only";

import type { Actor } from "@/lib/actor";
import { env } from "@/lib/config/env";
import { processWide } from "@/lib/config/process-wide";
import type { AppError } from "@/lib/errors/app-error";
import { STATUS } from "@/lib/errors/codes";
import { parseKey } from "@/lib/api-keys/format";
import { clientFamily, storedAddress } from "@/lib/usage/caller";
import { outcomeOf } from "@/lib/usage/outcome";
import { applicationUsage, usage } from "@/lib/usage/recorder";
import { log } from "@/lib/logging/log";
import { LogSampler } from "@/lib/logging/sampler";
import { CLIENT_ADDRESS_FIELD } from "@/lib/http/client-address";
import type { HeaderFields } from "@/lib/http/reply";
import { counts } from "@/lib/telemetry/counts";
import type { Credential } from "@/lib/public-api/credentials/credential";
import type { RuledCaller } from "@/lib/public-api/credentials/caller-rules";

/** Lines written each second per reason: internal errors each with its stack, an outage with one for all. */
const REFUSALS_PER_SECOND = 10;
const STACKS_PER_OUTAGE_SECOND = 1;

/** What is known of a call when it was answered. */
export interface Call {
  readonly requestId: string;
  readonly method: string | undefined;
  /** The path as the contract writes it, never the raw address. */
  readonly route: string | undefined;
  readonly headers: HeaderFields;
  /** Where it came from, if no header says so. */
  readonly address?: string | undefined;
  readonly caller?: Credential | undefined;
}

/** An answered call, for {@link recordCall}. */
export interface AnsweredCall extends Call {
  readonly method: string;
  readonly route: string;
  /** Null where the client left before there was an answer. */
  readonly status: number | null;
  /** Set where the call was refused or failed. */
  readonly refusal?: AppError;
  /** The credential that was refused, where it exists. */
  readonly refusedCredential?: RuledCaller | undefined;
  /** How long it waited on purpose, in milliseconds. */
  readonly waitedMs?: number | undefined;
}

const sampler = processWide(
  "refusal log sampler",
  () =>
    new LogSampler<AppError["reason"]>((reason, suppressed) => {
      log().info({ reason, suppressed }, "more public API calls were refused within one second");
    }),
);

/** The last four characters of the key that was sent; undefined for anything else. */
const last4Of = (headers: HeaderFields) =>
  parseKey((headers.get("authorization") ?? "").replace(/^bearer +/i, ""))?.last4 ?? undefined;

/** Who called, under a name that says of what kind the id is. */
function callerId(actor: Actor) {
  if (actor.kind === "key") return { keyId: actor.keyId };
  return actor.kind === "member" ? { memberId: actor.memberId } : { applicationId: actor.applicationId };
}

function fieldsOf({ requestId, method, route, headers, address, caller }: Call) {
  return {
    requestId,
    method,
    route,
    address: headers.get(CLIENT_ADDRESS_FIELD) ?? address,
    last4: last4Of(headers),
    ...(caller && {
      tenantId: caller.actor.tenantId,
      ...callerId(caller.actor),
    }),
  };
}

/** Writes the one line of a failed request: an error with its stack for an internal error, else what the caller did wrong. */
export function logRefusal(call: Call, error: AppError): void {
  const status = STATUS[error.code];
  const most = error.code === "UNAVAILABLE" ? STACKS_PER_OUTAGE_SECOND : REFUSALS_PER_SECOND;
  const all = env().LOG_REQUESTS === "all";
  const isSampled = sampler.admits(error.reason, most, performance.now());
  if (!isSampled && !all) return;
  const fields = { ...fieldsOf(call), status, code: error.code, reason: error.reason };
  if (status < 500) log().info(fields, "public API call refused");
  // With LOG_REQUESTS=all each request has its line, but not its stack.
  else log().error(isSampled ? { ...fields, err: error.cause ?? error } : fields, "public API request failed");
}

/** Which credential a call counts for, and where; null for a person's. */
function countedFor(credential: Credential | undefined) {
  if (credential?.kind === "api_key") {
    return { record: credential.key, recorder: usage, isOld: credential.key.rotated_at !== null };
  }
  if (credential?.kind !== "application") return null;
  return { record: credential.application, recorder: applicationUsage, isOld: false };
}

/**
 * Counts a call in the usage of its key or application: of one that was valid, or exists and was refused. Unknown credentials, people, and calls whose client
 * left before the answer aren't counted.
 */
function recordUsage({
  requestId,
  method,
  route,
  headers,
  address,
  caller,
  status,
  refusal,
  refusedCredential,
}: AnsweredCall): void {
  const counted = countedFor(caller ?? refusedCredential);
  if (!counted || status === null) return;
  const { record, recorder, isOld } = counted;
  const valid = caller !== undefined;
  recorder.record({
    tenantId: record.tenant_id,
    credentialId: record.id,
    atMs: record.now,
    outcome: outcomeOf(status, valid, refusal?.reason),
    valid,
    inOverlap: valid && isOld,
    address: storedAddress(headers.get(CLIENT_ADDRESS_FIELD) ?? address, env().USAGE_ADDRESSES),
    client: clientFamily(headers.get("user-agent")),
    endpoint: `${method} ${route}`,
    status,
    requestId,
    reason: refusal?.reason,
  });
}

/**
 * Counts, times and logs a call; one that was not refused has its line where LOG_REQUESTS asks for all. Called by what received the
 * request, once it has answered.
 * @param milliseconds from the arrival of the request
 */
export function recordCall(call: AnsweredCall, milliseconds: number): void {
  const { method, route, status, refusal, waitedMs = 0 } = call;
  if (status !== null) counts.answered(status);
  counts.requests.of("api", route, method).observe(status ?? 0, milliseconds - waitedMs);
  recordUsage(call);
  if (refusal) logRefusal(call, refusal);
  else if (env().LOG_REQUESTS === "all")
    log().info(
      { ...fieldsOf(call), status: status ?? "aborted", ms: Math.round(milliseconds * 10) / 10 },
      "public API call",
    );
}
