import "server-only";

import { KEY_WORKS_SQL } from "@/lib/api-keys/status";
import { epochMs } from "@/lib/db/prepared-query";
import { credentialLookup, NOW } from "@/lib/public-api/credentials/credential-lookup";

/** A key and its tenant as of this request; times in epoch milliseconds of the database's clock. */
export interface KeyRecord {
  /** The database's clock at the lookup, in whole milliseconds. */
  readonly now: number;
  readonly id: string;
  readonly lineage_id: string;
  readonly tenant_id: string;
  readonly tenant_name: string;
  readonly tenant_enabled: boolean;
  readonly name: string;
  readonly environment: string;
  readonly last4: string;
  readonly created_at: number;
  readonly expires_at: number | null;
  readonly rotated_at: number | null;
  readonly grace_ends_at: number | null;
  readonly revoked_at: number | null;
  readonly last_used_at: number | null;
  readonly read_only: boolean;
  readonly networks: readonly string[];
}

/** Looks up a key by {@link hashKey} of the whole of it; null if no such key exists. */
export const findKeyByHash = credentialLookup<KeyRecord>({
  what: "API key",
  statement: "key",
  // Parameters: $1 the hashes, $2 the number of calls that present each.
  found: `select encode(asked.hash, 'hex') as asked, asked.calls, ${NOW} as now,
    k.id, k.lineage_id, k.tenant_id, t.name as tenant_name, t.enabled as tenant_enabled, k.name, k.environment, k.last4,
    ${epochMs("k.created_at")} as created_at, ${epochMs("k.expires_at")} as expires_at, ${epochMs("k.rotated_at")} as rotated_at,
    ${epochMs("k.grace_ends_at")} as grace_ends_at, ${epochMs("k.revoked_at")} as revoked_at, ${epochMs("k.last_used_at")} as last_used_at,
    k.read_only, k.networks
  from unnest((select $1::bytea[]), (select $2::int4[])) as asked (hash, calls)
    cross join lateral (select * from api_keys where hash = asked.hash limit 1) k
    join tenants t on t.id = k.tenant_id`,
  // A refused key does not count towards the limit.
  valid: `tenant_enabled and ${KEY_WORKS_SQL}`,
  values: (calls) => [`{"\\\\x${[...calls.keys()].join('","\\\\x')}"}`, `{${[...calls.values()].join(",")}}`],
  limit: "$3::int4",
});
