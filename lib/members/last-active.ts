import "server-only";

import { processWide } from "@/lib/config/process-wide";
import { lookupPool } from "@/lib/db/client";
import { DeferredWriter, type Use } from "@/lib/db/deferred-writer";
import { log } from "@/lib/logging/log";

const SQL = `
  update members m set last_active_at = to_timestamp(u.used_at / 1000.0)
  from unnest($1::uuid[], $2::float8[]) as u(id, used_at)
  where m.id = u.id and m.removed_at is null
    and (m.last_active_at is null
      or m.last_active_at <= to_timestamp(u.used_at / 1000.0) - make_interval(secs => $3::float8 / 1000.0))
  returning m.id`;

/** Writes when members were last active: never backwards, never of a removed member. */
async function writeLastActive(uses: readonly Use[], minAgeMs: number): Promise<string[]> {
  const values = [uses.map((use) => use.id), uses.map((use) => use.usedAtMs), minAgeMs];
  return (await lookupPool().query<{ id: string }>(SQL, values)).rows.map((row) => row.id);
}

/** Collects API calls that members make with access tokens and writes them off the request path. */
export const lastActive = processWide(
  "last active",
  () =>
    new DeferredWriter({
      write: writeLastActive,
      failed: (err, members) => log().error({ err, members }, "last_active_at was not written and will be retried"),
    }),
);
