import "server-only";

import { KEY_WORKS_SQL } from "@/lib/api-keys/status";
import { epochMs } from "@/lib/db/prepared-query";
import { credentialLookup, NOW, type Within, withinNetworks } from "@/lib/public-api/credentials/credential-lookup";

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
  readonly within: Within;
}

/** Characters of a hash in hexadecimal, after which a lookup key has the call's address. */
const HASH = 64;

/** Looks up a key by {@link hashKey} of the whole of it; null if no such key exists. */
export const findKeyByHash = credentialLookup<KeyRecord>({
  what: "API key",
  statement: "key",
  // Parameters: $1 the hashes, $2 the addresses they are presented from, $3 the numbers of calls.
  found: `select encode(asked.hash, 'hex') || asked.address as asked, asked.calls, ${NOW} as now,
    k.id, k.lineage_id, k.tenant_id, t.name as tenant_name, t.enabled as tenant_enabled, k.name, k.environment, k.last4,
    ${epochMs("k.created_at")} as created_at, ${epochMs("k.expires_at")} as expires_at, ${epochMs("k.rotated_at")} as rotated_at,
    ${epochMs("k.grace_ends_at")} as grace_ends_at, ${epochMs("k.revoked_at")} as revoked_at, ${epochMs("k.last_used_at")} as last_used_at,
    k.read_only, k.networks, ${withinNetworks("k.networks", "asked.address")} as within
  from unnest((select $1::bytea[]), (select $2::text[]), (select $3::int4[])) as asked (hash, address, calls)
    cross join lateral (select * from api_keys where hash = asked.hash limit 1) k
    join tenants t on t.id = k.tenant_id`,
  // A refused key does not count towards the limit.
  valid: `within and tenant_enabled and ${KEY_WORKS_SQL}`,
  values: (calls) => {
    const asked = [...calls.keys()];
    const hashes = asked.map((id) => id.slice(0, HASH));
    const addresses = asked.map((id) => id.slice(HASH));
    return [
      `{"\\\\x${hashes.join('","\\\\x')}"}`,
      `{"${addresses.join('","')}"}`,
      `{${[...calls.values()].join(",")}}`,
    ];
  },
  limit: "$4::int4",
});
