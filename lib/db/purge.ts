import "server-only";

import { listPool } from "@/lib/db/client";
import { log } from "@/lib/logging/log";
import { HOUR_MS } from "@/lib/text/time-units";

/** When the usage of keys and applications is deleted. */
const USAGE = {
  // Hours and days since 1970. A day's row has the same calls as the rows of its hours.
  hours: "hour < floor(date_part('epoch', now()) / 3600)::int - 30 * 24",
  days: "day <= floor(date_part('epoch', now()) / 86400)::int - 396",
  callers: "day <= floor(date_part('epoch', now()) / 86400)::int - 30",
  refusals: "at <= now() - interval '30 days'",
  // Without an index, which every flush would have to change: 200,000 rows are read in a tenth of a second.
  latest: "at <= now() - interval '30 days'",
} as const;

/** What is deleted, and when, by the database's clock. Everything else is kept. */
const OUTLIVED = {
  sessions: "least(ended_at, expires_at) <= now() - interval '30 days'",
  idempotency_keys: "created_at <= now() - interval '24 hours'",
  key_usage_hours: USAGE.hours,
  key_usage_days: USAGE.days,
  key_usage_callers: USAGE.callers,
  key_usage_refusals: USAGE.refusals,
  key_usage_latest: USAGE.latest,
  application_usage_hours: USAGE.hours,
  application_usage_days: USAGE.days,
  application_usage_callers: USAGE.callers,
  application_usage_refusals: USAGE.refusals,
  application_usage_latest: USAGE.latest,
  key_usage_flushes: "at <= now() - interval '1 day'",
  refusal_hours: "hour < floor(date_part('epoch', now()) / 3600)::int - 1",
  key_warning_dismissals: "dismissed_at <= now() - interval '30 days'",
} as const;
type Table = keyof typeof OUTLIVED;

/** Rows per transaction: few enough that no other query has to wait. */
const BATCH = 1_000;

/** Average interval between purges of an instance, in milliseconds. The first comes earlier; jitter keeps instances apart. */
const INTERVAL_MS = HOUR_MS;
const FIRST_MS = 300_000;

/**
 * Deletes one batch of a table's expired rows. Only one instance purges at a time: the others find the lock taken and skip. It doesn't use
 * Prisma, which an instance for the API only would load just for this.
 * @returns how many rows were deleted; 0 also while another instance purges
 */
async function purgeBatch(table: Table): Promise<number> {
  // A lock of the transaction, which is this statement, also works behind a pooler in transaction mode.
  const { rowCount } = await listPool().query(
    `with mine as materialized (select pg_try_advisory_xact_lock(hashtext('neo-purge')) as taken)
     delete from ${table} where ctid = any(array(
       select ctid from ${table} where (select taken from mine) and ${OUTLIVED[table]} limit ${BATCH} for update skip locked))`,
  );
  return rowCount ?? 0;
}

/** Deletes what {@link OUTLIVED} says, until `isStopped`. @returns how many rows, by table @throws the database's error */
export async function purge(isStopped: () => boolean = () => false): Promise<Record<Table, number>> {
  const tables = Object.keys(OUTLIVED) as Table[];
  const deleted = Object.fromEntries(tables.map((table) => [table, 0])) as Record<Table, number>;
  for (const table of tables) {
    let rows = BATCH;
    while (rows === BATCH && !isStopped()) {
      rows = await purgeBatch(table);
      deleted[table] += rows;
    }
  }
  return deleted;
}

/**
 * Purges regularly, independent of traffic.
 * @param firstMs minimum delay before the first purge, in milliseconds; the maximum is twice that. It keeps load off startup.
 * @param intervalMs average delay after that, in milliseconds
 * @returns a function that stops it
 */
export function startPurging(firstMs = FIRST_MS, intervalMs = INTERVAL_MS): () => void {
  let stopped = false;
  let timer: NodeJS.Timeout;
  const wait = (ms: number) => {
    timer = setTimeout(() => void run(), ms).unref();
  };
  const run = async () => {
    try {
      const deleted = await purge(() => stopped);
      if (Object.values(deleted).some((rows) => rows > 0)) log().info(deleted, "rows that nobody needs were deleted");
    } catch (error) {
      // The next run retries.
      log().warn({ err: error }, "rows that nobody needs could not be deleted");
    }
    if (!stopped) wait(intervalMs * (0.75 + Math.random() / 2));
  };
  wait(firstMs * (1 + Math.random()));
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}
