import "server-only";

import { lookupPool } from "@/lib/db/client";
import { databaseUnavailable } from "@/lib/errors/app-error";
import { epochMs, preparedQuery } from "@/lib/db/prepared-query";
import type { Found } from "@/lib/public-api/credentials/lookup-batcher";
import { countCalls } from "@/lib/public-api/limits/rate-limit";

/** Columns of every lookup row besides the record's own. */
interface CountedRow {
  /** The credential's lookup key. */
  readonly asked: string;
  readonly tenant_id: string;
  readonly now: number;
  readonly granted: number | null;
  readonly used: number;
  readonly oldest: number;
}

/**
 * A statement that looks up credentials and counts their calls in one round trip.
 * @param found a query with the columns `asked`, `tenant_id` and `calls`, the record's own, and `now` of the table `clock`
 * @param valid the condition on those columns under which a call counts
 * @param limit the parameter with the tenant's limit, e.g. `$3`
 */
export function countingLookup(found: string, valid: string, limit: string): string {
  return `
  with clock as materialized (select ${epochMs("clock_timestamp()")} as now),
  found as materialized (${found}),
  taken as (${countCalls(valid, limit)})
  select found.*, case when ${valid} then taken.granted end as granted, taken.used, taken.oldest from found left join taken using (tenant_id)`;
}

/**
 * Runs a {@link countingLookup}.
 * @param kind the statement's unique name
 * @param text its SQL
 * @returns the records by lookup key
 * @throws AppError UNAVAILABLE for any database error: a credential that can't be looked up is refused
 */
export async function runLookup<R>(
  kind: string,
  text: string,
  values: unknown[],
): Promise<ReadonlyMap<string, Found<R>>> {
  try {
    const rows = await preparedQuery<CountedRow & R>(lookupPool(), kind, text, values);
    const found = new Map<string, Found<R>>();
    for (const row of rows) {
      const { granted, used, oldest, now: nowMs } = row;
      const window = granted === null ? null : { granted, used, oldest, nowMs };
      found.set(row.asked, { record: row, tenantId: row.tenant_id, window });
    }
    return found;
  } catch (cause) {
    throw databaseUnavailable(cause);
  }
}
