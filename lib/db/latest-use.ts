import "server-only";

import { lookupPool } from "@/lib/db/client";
import { DeferredWriter, type Use } from "@/lib/db/deferred-writer";
import { log } from "@/lib/logging/log";

/**
 * Makes the writer of the latest calls with access tokens: never backwards, never of a row that has ended.
 * @param table with an `id`
 * @param column the moment of the latest call
 * @param current the condition of a row that has not ended
 */
export function latestUse(table: string, column: string, current: string): DeferredWriter {
  const sql = `
    update ${table} r set ${column} = to_timestamp(u.used_at / 1000.0)
    from unnest($1::uuid[], $2::float8[]) as u(id, used_at)
    where r.id = u.id and r.${current}
      and (r.${column} is null
        or r.${column} <= to_timestamp(u.used_at / 1000.0) - make_interval(secs => $3::float8 / 1000.0))
    returning r.id`;
  return new DeferredWriter({
    async write(uses: readonly Use[], minAgeMs: number) {
      const values = [uses.map((use) => use.id), uses.map((use) => use.usedAtMs), minAgeMs];
      return (await lookupPool().query<{ id: string }>(sql, values)).rows.map((row) => row.id);
    },
    failed: (err, rows) => log().error({ err, rows }, `${column} of ${table} was not written and will be retried`),
  });
}
