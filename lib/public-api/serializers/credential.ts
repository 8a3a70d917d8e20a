import type { Credential } from "@/lib/public-api/credential";

const moment = (epochMs: number | null) => (epochMs === null ? null : new Date(epochMs).toISOString());

/** The answer of `GET /public-api/me`: whose credential this is and what will become of it. */
export function serializeCredential({ tenant, key }: Credential) {
  return {
    tenant: { id: tenant.id, name: tenant.name },
    credential: {
      kind: "api_key",
      id: key.id,
      name: key.name,
      environment: key.environment,
      last4: key.last4,
      created_at: moment(key.createdAtMs),
      expires_at: moment(key.expiresAtMs),
      // A rotated key is the old one of its pair: it was replaced, and works until its grace ends.
      rotation: {
        state: key.rotatedAtMs === null ? "none" : "rotating",
        replaced: key.rotatedAtMs !== null,
        rotated_at: moment(key.rotatedAtMs),
        works_until: moment(key.graceEndsAtMs),
      },
    },
  };
}
