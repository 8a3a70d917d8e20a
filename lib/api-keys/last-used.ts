import "server-only";

import { processWide } from "@/lib/config/process-wide";
import { lookupPool } from "@/lib/db/client";
import { DeferredWriter, type Use } from "@/lib/db/deferred-writer";
import { log } from "@/lib/logging/log";

const SQL = `
  with due as (
    select k.id, to_timestamp(u.used_at / 1000.0) as used_at
    from unnest($1::uuid[], $2::float8[]) as u(id, used_at) join api_keys k on k.id = u.id
    where k.revoked_at is null
      and (k.last_used_at is null or (
        k.last_used_at < to_timestamp(u.used_at / 1000.0)
        and k.last_used_at <= clock_timestamp() - make_interval(secs => $3::float8 / 1000.0)))
    order by k.id for no key update of k skip locked
  )
  update api_keys k set last_used_at = due.used_at from due where k.id = due.id returning k.id`;

/**
 * Writes when keys were last used, in one statement: never backwards, never on a revoked key, and never waiting for a locked row,
 * so an admin's rotation or revocation goes first.
 * @param uses at most one of each key
 * @param minAgeMs a row whose last use is more recent than this is left alone, in milliseconds
 * @returns the ids of the keys that were written
 * @throws the database's error
 */
export async function writeLastUsed(uses: readonly Use[], minAgeMs: number): Promise<string[]> {
  const values = [uses.map((use) => use.id), uses.map((use) => use.usedAtMs), minAgeMs];
  return (await lookupPool().query<{ id: string }>(SQL, values)).rows.map((row) => row.id);
}

/** Collects the uses of keys and writes them off the request path. */
export const lastUsed = processWide(
  "last used",
  () =>
    new DeferredWriter({
      write: writeLastUsed,
      failed: (err, keys) => log().error({ err, keys }, "last_used_at of API keys was not written and will be retried"),
    }),
);
