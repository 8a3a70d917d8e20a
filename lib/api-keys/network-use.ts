import "server-only";

import { assertAdmin, type MemberActor, NEEDS_ADMIN } from "@/lib/actor";
import { findOwnKey } from "@/lib/api-keys/service";
import { outside, type SeenAddress, suggestNetworks } from "@/lib/api-keys/suggest-networks";
import { OTHER } from "@/lib/usage/kinds";
import { CALLERS_DAYS, firstCallersDay } from "@/lib/usage/range";
import { env } from "@/lib/config/env";
import { listPool } from "@/lib/db/client";
import { preparedQuery } from "@/lib/db/prepared-query";
import { typedNetworks } from "@/lib/http/network-fields";
import { NETWORKS_MAX } from "@/lib/http/networks";

/** Most addresses that are read: a script may rotate its key each minute, and be called from anywhere. */
const ADDRESSES_MAX = 2_000;

/** From where a key was used, and what networks would mean for that. */
export interface NetworkUse {
  /** How far back, in days. */
  readonly days: number;
  /** How addresses are recorded: whole, their networks only, or not at all. */
  readonly recorded: "full" | "truncated" | "off";
  /** How many addresses were recorded. */
  readonly addresses: number;
  /** Whether there were more, which were not recorded or not read. */
  readonly hasMore: boolean;
  /** How many of them are outside of the networks; null where these aren't valid. */
  readonly outside: number | null;
  /** Networks to add, for those outside. */
  readonly suggestion: readonly string[];
  /** How many are still outside then. */
  readonly outsideThen: number;
}

/**
 * From where the key and the other keys of its rotations were used in the last 30 days: calls that they or their networks refused don't
 * count.
 * @param typed the networks as a person types them
 * @param now the database's clock
 * @throws AppError FORBIDDEN for anyone but an admin; NOT_FOUND as {@link findOwnKey}
 */
export async function readNetworkUse(actor: MemberActor, keyId: string, typed: string, now: Date): Promise<NetworkUse> {
  assertAdmin(actor, NEEDS_ADMIN);
  const { tenantId, lineageId } = await findOwnKey(actor, keyId);
  const rows = await preparedQuery<SeenAddress>(
    listPool(),
    "key_network_use",
    `select value, sum(calls)::float8 as calls
       from api_keys k join key_usage_callers u on u.tenant_id = k.tenant_id and u.key_id = k.id
      where k.tenant_id = $1::uuid and k.lineage_id = $2::uuid and u.kind = 'address' and u.day >= $3::int
      group by value order by 2 desc, value limit $4::int`,
    [tenantId, lineageId, firstCallersDay(now), ADDRESSES_MAX + 1],
  );
  const seen = rows.filter(({ value }) => value !== OTHER).slice(0, ADDRESSES_MAX);
  const networks = typedNetworks.safeParse(typed);
  const allowed = networks.data ?? [];
  const left = outside(seen, allowed);
  const suggestion = networks.success ? suggestNetworks(left, NETWORKS_MAX - allowed.length) : [];
  return {
    days: CALLERS_DAYS,
    recorded: env().USAGE_ADDRESSES,
    addresses: seen.length,
    hasMore: seen.length < rows.length,
    outside: networks.success ? left.length : null,
    suggestion,
    outsideThen: outside(left, suggestion).length,
  };
}
