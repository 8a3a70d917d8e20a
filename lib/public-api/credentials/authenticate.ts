import "server-only";

import { env } from "@/lib/config/env";
import { parseKey } from "@/lib/api-keys/format";
import { hashKey } from "@/lib/api-keys/hash";
import { keyRefusal, type Refusal } from "@/lib/api-keys/status";
import { assertCurrent, looksLikeAccessToken, type TokenHolder } from "@/lib/public-api/credentials/access-token";
import { bearerToken, organisationDisabled, unauthorized } from "@/lib/public-api/credentials/authorization-header";
import { type ApplicationRecord, findApplication } from "@/lib/public-api/credentials/application-lookup";
import { keyManagerRefusal, networkRefusal, type RuledCaller } from "@/lib/public-api/credentials/caller-rules";
import type {
  ApplicationCredential,
  Credential,
  KeyCredential,
  MemberCredential,
} from "@/lib/public-api/credentials/credential";
import { findKeyByHash, type KeyRecord } from "@/lib/public-api/credentials/key-lookup";
import { lastUsed } from "@/lib/api-keys/last-used";
import { applicationStatus } from "@/lib/applications/status";
import { lastUsedApplications } from "@/lib/applications/last-used";
import { lastActive } from "@/lib/members/last-active";
import type { Lookup } from "@/lib/public-api/credentials/lookup-batcher";
import { malformedCredential, missingCredential } from "@/lib/public-api/credentials/malformed-credential";
import { findMember, type MemberRecord } from "@/lib/public-api/credentials/member-lookup";
import { verifiedToken } from "@/lib/public-api/credentials/verified-tokens";
import { AppError } from "@/lib/errors/app-error";
import type { ApiRequest } from "@/lib/http/reply";
import type { Allowance } from "@/lib/public-api/limits/rate-limit";

const REFUSALS: Readonly<Record<Refusal, string>> = {
  revoked: "This API key was revoked.",
  rotated_out: "This API key was rotated and its 24 hours are over. Use the key that replaced it.",
  expired: "This API key has expired.",
};

/** Where an admin binds applications. */
const APPLICATIONS = "Roles & Access › Applications";

/** The refusal of an application that no admin has bound: it names the step, and the ids that it takes. */
function notBound({ tid, oid }: TokenHolder, clientId: string): AppError {
  const ids = `tenant ${tid}, application (client) ID ${clientId}, object ID ${oid}`;
  const message = `This application is not bound to an organisation here. An admin binds it under ${APPLICATIONS}: ${ids}.`;
  const details = { tenant_id: tid, client_id: clientId, object_id: oid };
  return new AppError("FORBIDDEN", message, { reason: "application_not_bound", details });
}

type Headers = ApiRequest["headers"];

const date = (epochMs: number | null) => (epochMs === null ? null : new Date(epochMs));

/** The keys and applications that exist and were refused, by the refusal: not part of it, because it is answered and logged. */
const refusedCredentials = new WeakMap<WeakKey, RuledCaller>();

/** The credential that exists and was refused with this error: the call belongs to its usage. */
export const refusedCredential = (error: AppError) => refusedCredentials.get(error);

function refused(credential: RuledCaller, error: AppError): AppError {
  refusedCredentials.set(error, credential);
  return error;
}

/**
 * Decides whether a presented key is accepted.
 * @throws AppError UNAUTHORIZED for an unknown, revoked, rotated-out or expired key, FORBIDDEN for a disabled tenant
 */
export function decideKey(record: KeyRecord | null): KeyCredential {
  if (!record) throw unauthorized("unknown", "No such API key. Check that the whole key was copied.");
  const moments = {
    expiresAt: date(record.expires_at),
    rotatedAt: date(record.rotated_at),
    graceEndsAt: date(record.grace_ends_at),
    revokedAt: date(record.revoked_at),
  };
  const caller: KeyCredential = {
    kind: "api_key",
    nowMs: record.now,
    actor: {
      kind: "key",
      tenantId: record.tenant_id,
      keyId: record.id,
      lineageId: record.lineage_id,
      name: record.name,
    },
    tenant: { id: record.tenant_id, name: record.tenant_name },
    key: record,
  };
  const refusal = keyRefusal(moments, new Date(record.now));
  if (refusal) throw refused(caller, unauthorized(refusal, REFUSALS[refusal]));
  if (!record.tenant_enabled) throw refused(caller, organisationDisabled("API key"));
  return caller;
}

/**
 * Decides whether a person with a verified access token is accepted.
 * @throws AppError UNAUTHORIZED if the person isn't a member, their account is disabled or the token isn't valid now, FORBIDDEN for a disabled tenant
 */
function decideMember(record: MemberRecord | null, holder: TokenHolder): MemberCredential {
  if (!record)
    throw unauthorized(
      "unknown",
      "The person behind this access token isn't a member of an organisation here, or their account was disabled.",
    );
  assertCurrent(holder, record.now);
  if (!record.tenant_enabled) throw organisationDisabled("access token");
  return {
    kind: "access_token",
    nowMs: record.now,
    actor: {
      kind: "member",
      tenantId: record.tenant_id,
      memberId: record.id,
      role: record.role,
      name: record.name,
      email: record.email,
      tenantName: record.tenant_name,
      sessionId: null,
    },
    tenant: { id: record.tenant_id, name: record.tenant_name },
    authenticatedAt: holder.authenticatedAt,
    expiresAtMs: holder.expiresAtMs,
  };
}

/**
 * Decides whether an application with a verified access token is accepted.
 * @throws AppError UNAUTHORIZED if the token isn't valid now; FORBIDDEN if it isn't bound, its binding has expired, it may not call from
 *   this address, it is a key manager where the organisation doesn't allow them, or its tenant is disabled
 */
function decideApplication(
  record: ApplicationRecord | null,
  holder: TokenHolder,
  clientId: string,
  headers: Headers,
): ApplicationCredential {
  if (!record) throw notBound(holder, clientId);
  assertCurrent(holder, record.now);
  const caller: ApplicationCredential = {
    kind: "application",
    nowMs: record.now,
    actor: {
      kind: "application",
      tenantId: record.tenant_id,
      applicationId: record.id,
      role: record.role,
      name: record.name,
    },
    tenant: { id: record.tenant_id, name: record.tenant_name },
    application: record,
    expiresAtMs: holder.expiresAtMs,
  };
  const refusal = applicationRefusal(caller, headers);
  if (refusal) throw refused(caller, refusal);
  return caller;
}

/** Why a bound application is refused; null where it is let in. */
function applicationRefusal(caller: ApplicationCredential, headers: Headers): AppError | null {
  const record = caller.application;
  if (!record.tenant_enabled) return organisationDisabled("access token");
  const expiresAt = date(record.expires_at);
  if (applicationStatus({ unboundAt: null, expiresAt }, new Date(record.now)) === "expired") {
    const message = `The binding of this application expired at ${expiresAt?.toISOString() ?? ""}. An admin can extend it under ${APPLICATIONS}.`;
    return new AppError("FORBIDDEN", message, { reason: "application_expired" });
  }
  return networkRefusal(caller, headers) ?? keyManagerRefusal(caller);
}

/** The caller, and the call's allowance in the tenant's rate limit. */
export interface Authenticated {
  readonly caller: Credential;
  readonly allowance: Allowance;
}

function counted(lookup: Lookup<unknown> | null): Allowance {
  if (!lookup?.allowance) throw new Error("the statement did not count a credential that is valid");
  return lookup.allowance;
}

async function authenticateKey(token: string, environment: string, headers: Headers): Promise<Authenticated> {
  const here = env().NEO_ENVIRONMENT;
  if (environment !== here) {
    const message = `This API key is for the environment "${environment}", and this is "${here}".`;
    throw unauthorized("wrong_environment", message);
  }
  const lookup = await findKeyByHash(hashKey(token), headers);
  const caller = decideKey(lookup?.record ?? null);
  const refusal = networkRefusal(caller, headers);
  if (refusal) throw refused(caller, refusal);
  if (lookup) lastUsed.note(lookup.record.id, lookup.record.now, lookup.record.last_used_at);
  return { caller, allowance: counted(lookup) };
}

async function authenticateApplication(
  holder: TokenHolder,
  clientId: string,
  headers: Headers,
): Promise<Authenticated> {
  const lookup = await findApplication(holder, clientId, headers);
  const caller = decideApplication(lookup?.record ?? null, holder, clientId, headers);
  lastUsedApplications.note(caller.application.id, caller.nowMs, caller.application.last_used_at);
  return { caller, allowance: counted(lookup) };
}

async function authenticateToken(token: string, headers: Headers): Promise<Authenticated> {
  const holder = await verifiedToken(token);
  if (holder.clientId !== null) return authenticateApplication(holder, holder.clientId, headers);
  const lookup = await findMember(holder);
  const caller = decideMember(lookup?.record ?? null, holder);
  if (lookup) lastActive.note(lookup.record.id, lookup.record.now, null);
  return { caller, allowance: counted(lookup) };
}

/**
 * Authenticates the caller by the `Authorization` header alone (no cookie, query parameter or other header) and counts the call
 * towards the tenant's limit. Records a key's use, to be written later.
 * @throws AppError UNAUTHORIZED, FORBIDDEN or BAD_REQUEST for the caller's mistakes, UNAVAILABLE if the database or Microsoft
 *   can't be reached. A call over the limit isn't an error here; its allowance reports it.
 */
export async function authenticate({ headers, url }: Pick<ApiRequest, "headers" | "url">): Promise<Authenticated> {
  const field = headers.get("authorization");
  if (!field) throw unauthorized("missing", missingCredential(headers, url));
  const token = bearerToken(field);
  const parsed = parseKey(token);
  if (parsed) return authenticateKey(token, parsed.environment, headers);
  if (looksLikeAccessToken(token)) return authenticateToken(token, headers);
  throw unauthorized("malformed", malformedCredential(field));
}
