import "server-only";

import { env } from "@/lib/env";
import { AppError } from "@/lib/errors";
import { parseKey } from "@/lib/keys/format";
import { hashKey } from "@/lib/keys/hash";
import { keyRefusal, type Refusal } from "@/lib/keys/status";
import { bearerToken, unauthorized } from "@/lib/public-api/authorization-header";
import type { Credential, KeyCredential } from "@/lib/public-api/credential";
import { findKeyByHash, type KeyRecord } from "@/lib/public-api/key-lookup";
import { noteKeyUse } from "@/lib/public-api/last-used";

const REFUSALS: Readonly<Record<Refusal, string>> = {
  revoked: "This API key was revoked.",
  rotated_out: "This API key was rotated and its 24 hours are over. Use the key that replaced it.",
  expired: "This API key has expired.",
};

const date = (epochMs: number | null) => (epochMs === null ? null : new Date(epochMs));

/**
 * Decides what a presented key is worth.
 * @param record what the database said of it, its clock included; null when it knows no such key
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
  const refusal = keyRefusal(moments, new Date(record.now));
  if (refusal) throw unauthorized(refusal, REFUSALS[refusal]);
  if (!record.tenant_enabled) throw new AppError("FORBIDDEN", "The organisation of this API key is not enabled.");
  return {
    kind: "api_key",
    nowMs: record.now,
    actor: { kind: "key", tenantId: record.tenant_id, keyId: record.id, name: record.name },
    tenant: { id: record.tenant_id, name: record.tenant_name },
    key: {
      id: record.id,
      name: record.name,
      environment: record.environment,
      last4: record.last4,
      createdAtMs: record.created_at,
      expiresAtMs: record.expires_at,
      rotatedAtMs: record.rotated_at,
      graceEndsAtMs: record.grace_ends_at,
    },
  };
}

/**
 * Finds out who calls, from the `Authorization` header alone: no cookie, no query parameter, no other header.
 * Notes the use of the key, to be written later.
 * @throws AppError UNAUTHORIZED, FORBIDDEN or BAD_REQUEST for the caller's mistakes, UNAVAILABLE when the database cannot be asked
 */
export async function authenticate(headers: Headers): Promise<Credential> {
  const token = bearerToken(headers.get("authorization"));
  const parsed = parseKey(token);
  if (!parsed) {
    throw unauthorized(
      "malformed",
      "This is not an API key. One looks like neo_sk_<environment>_ and 24 letters and digits.",
    );
  }
  const here = env().NEO_ENVIRONMENT;
  if (parsed.environment !== here) {
    throw unauthorized(
      "wrong_environment",
      `This API key is for the environment "${parsed.environment}", and this is "${here}".`,
    );
  }
  let record: KeyRecord | null;
  try {
    record = await findKeyByHash(hashKey(token));
  } catch (cause) {
    throw new AppError("UNAVAILABLE", "The database cannot be reached just now. Try again shortly.", { cause });
  }
  const credential = decideKey(record);
  if (record) noteKeyUse(record.id, record.now, record.last_used_at);
  return credential;
}
