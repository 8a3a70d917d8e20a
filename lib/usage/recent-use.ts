import "server-only";

import { OUTCOMES } from "@/lib/usage/outcome";
import { INTERVAL_MS, USAGE_RANGES } from "@/lib/usage/range";
import { listPool } from "@/lib/db/client";
import { preparedQuery } from "@/lib/db/prepared-query";
import { Prisma } from "@/lib/generated/prisma/client";

const HOURS_A_DAY = INTERVAL_MS.day / INTERVAL_MS.hour;
const HOURS = USAGE_RANGES["7d"].points;
const CALLS = Prisma.raw(OUTCOMES.map((outcome) => `${outcome}::float8`).join(" + "));

/** What the list shows of a key's recent usage. */
export interface RecentUse {
  /** The latest call while the key was valid, in the last 30 days. */
  readonly latest: { readonly at: Date; readonly address: string | null; readonly client: string } | null;
  /** Calls on each day of the last 7 × 24 hours, whatever became of them; days are UTC's, so the first and the last are parts of one. */
  readonly days: readonly number[];
}

interface Stored {
  readonly id: string;
  readonly at: Date | null;
  readonly address: string | null;
  readonly client: string | null;
  /** By day. */
  readonly calls: Readonly<Record<string, number>> | null;
  /** In some hours of the first day. */
  readonly part: number | null;
}

/**
 * The recent usage of several keys, in one statement.
 * @param keyIds keys of this organisation
 * @param now the database's clock
 * @returns an entry for each of the keys
 */
export async function readRecentUse(
  tenantId: string,
  keyIds: readonly string[],
  now: Date,
): Promise<ReadonlyMap<string, RecentUse>> {
  if (keyIds.length === 0) return new Map();
  const last = Math.floor(now.getTime() / INTERVAL_MS.hour);
  const first = last - HOURS + 1;
  const [firstDay, lastDay] = [first, last].map((hour) => Math.floor(hour / HOURS_A_DAY)) as [number, number];
  // Whole days are stored as such: reading all their hours would take 20 times as long. Of the first day only the hours inside or
  // outside are read, whichever are fewer. The limit keeps the planner from reading the latest use of every key.
  const midnight = firstDay * HOURS_A_DAY;
  const isMostlyInside = first - midnight <= HOURS_A_DAY / 2;
  const [from, until] = isMostlyInside ? [midnight, first] : [first, midnight + HOURS_A_DAY];
  const { text, values } = Prisma.sql`
    select k.id, l.at, l.address, l.client, d.calls, h.part
    from unnest(${keyIds}::uuid[]) as k(id)
      left join lateral (
        select at, address, client from key_usage_latest where tenant_id = ${tenantId}::uuid and key_id = k.id limit 1
      ) as l on true
      left join lateral (
        select json_object_agg(day, ${CALLS}) as calls from key_usage_days
        where tenant_id = ${tenantId}::uuid and key_id = k.id and day >= ${firstDay} and day <= ${lastDay}
      ) as d on true
      left join lateral (
        select sum(${CALLS}) as part from key_usage_hours
        where tenant_id = ${tenantId}::uuid and key_id = k.id and hour >= ${from} and hour < ${until}
      ) as h on true`;
  const rows = await preparedQuery<Stored>(listPool(), "key_recent_use", text, values);
  return new Map(
    rows.map(({ id, at, address, client, calls, part }) => {
      const days = Array.from({ length: lastDay - firstDay + 1 }, (_, n) => calls?.[firstDay + n] ?? 0);
      days[0] = isMostlyInside ? (days[0] ?? 0) - (part ?? 0) : (part ?? 0);
      return [id, { latest: at && { at, address, client: client ?? "" }, days }];
    }),
  );
}
