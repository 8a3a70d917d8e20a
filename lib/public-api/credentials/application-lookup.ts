import "server-only";

import { epochMs } from "@/lib/db/prepared-query";
import type { ApplicationRole } from "@/lib/generated/prisma/enums";
import type { ApiRequest } from "@/lib/http/reply";
import type { TokenHolder } from "@/lib/public-api/credentials/access-token";
import {
  credentialLookup,
  NOW,
  valuesOfParts,
  type Within,
  withinNetworks,
} from "@/lib/public-api/credentials/credential-lookup";

/** A bound application and its tenant as of this request; times in epoch milliseconds of the database's clock. */
export interface ApplicationRecord {
  readonly now: number;
  readonly id: string;
  readonly tenant_id: string;
  readonly tenant_name: string;
  readonly tenant_enabled: boolean;
  readonly name: string;
  readonly client_id: string;
  readonly oid: string;
  readonly role: ApplicationRole;
  readonly key_managers_allowed: boolean;
  readonly networks: readonly string[];
  readonly within: Within;
  readonly expires_at: number | null;
  readonly last_used_at: number | null;
}

const find = credentialLookup<ApplicationRecord>({
  what: "application",
  statement: "application",
  // Parameters: $1 lookup keys, $2 Entra tenants, $3 service principals, $4 client ids, $5 and $6 the tokens' times, $7 the
  // addresses they are presented from, $8 calls.
  found: `select a.asked, a.calls, a.not_before, a.expires, ${NOW} as now, p.id, p.tenant_id, t.name as tenant_name,
    t.enabled as tenant_enabled, t.key_managers_allowed, p.name, p.client_id, p.oid, p.role::text as role, p.networks,
    ${epochMs("p.expires_at")} as expires_at, ${epochMs("p.last_used_at")} as last_used_at,
    ${withinNetworks("p.networks", "a.address")} as within
  from unnest((select $1::text[]), (select $2::uuid[]), (select $3::uuid[]), (select $4::uuid[]), (select $5::float8[]),
    (select $6::float8[]), (select $7::text[]), (select $8::int4[])) as a(asked, tid, oid, client, not_before, expires, address, calls)
  join tenants t on t.entra_tenant_id = a.tid
  join applications p on p.tenant_id = t.id and p.oid = a.oid and p.client_id = a.client and p.unbound_at is null`,
  // Repeats assertCurrent, applicationStatus and keyManagerRefusal: a refused token does not count towards a limit.
  valid: `within and tenant_enabled and not_before <= now and expires > now and (expires_at is null or expires_at > now)
    and (role <> 'KeyManager' or key_managers_allowed)`,
  values: valuesOfParts,
  limit: "$9::int4",
});

/**
 * Looks up the binding of an application with a token, and counts the call if token and binding are valid now; null where it is not
 * bound with this client id.
 */
export const findApplication = (
  { tid, oid, notBeforeMs, expiresAtMs }: TokenHolder,
  clientId: string,
  headers: ApiRequest["headers"],
) => find(`${tid}/${oid}/${clientId}/${notBeforeMs}/${expiresAtMs}/`, headers);
