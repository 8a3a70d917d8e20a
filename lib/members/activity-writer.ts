import "server-only";

import { lookupPool } from "@/lib/db/client";
import type { KeyUse } from "@/lib/api-keys/last-used";
import { log } from "@/lib/logging/log";
import { LastUsedWriter } from "@/lib/api-keys/last-used-writer";

const SQL = `
  update members m set last_active_at = to_timestamp(u.used_at / 1000.0)
  from unnest($1::uuid[], $2::float8[]) as u(id, used_at)
  where m.id = u.id and m.removed_at is null
    and (m.last_active_at is null
      or m.last_active_at <= to_timestamp(u.used_at / 1000.0) - make_interval(secs => $3::float8 / 1000.0))
  returning m.id`;

/** Writes when members last called, in one statement: never backwards, never of a removed member. */
async function write(uses: readonly KeyUse[], minAgeMs: number): Promise<string[]> {
  const values = [uses.map((use) => use.keyId), uses.map((use) => use.usedAtMs), minAgeMs];
  return (await lookupPool().query<{ id: string }>(SQL, values)).rows.map((row) => row.id);
}

// One writer a process, however often a bundler or the development server loads this module.
const holder = globalThis as typeof globalThis & { neoMemberActivity?: LastUsedWriter };

/** Collects the calls that people make with access tokens, and writes them as keys' uses are: off the path, once a minute. */
export function memberActivity(): LastUsedWriter {
  return (holder.neoMemberActivity ??= new LastUsedWriter({
    write,
    clock: () => performance.now(),
    failed: (err, members) =>
      log().error({ err, members }, "writing when members last called failed; it is tried again"),
  }));
}
