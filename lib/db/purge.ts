import "server-only";

import { prisma } from "@/lib/db/client";
import { log } from "@/lib/logging/log";

/** What is deleted once nobody can need it, and when that is by the database's clock. Everything else is kept. */
const OUTLIVED = {
  sessions: "least(ended_at, expires_at) <= now() - interval '30 days'",
  idempotency_keys: "created_at <= now() - interval '24 hours'",
} as const;
type Table = keyof typeof OUTLIVED;

/** Rows of one transaction: few enough that nobody waits for it. */
const BATCH = 1_000;

/** How often each instance looks, in milliseconds. The first time is earlier; all vary, so that instances do not coincide. */
const INTERVAL_MS = 3_600_000;
const FIRST_MS = 300_000;

/**
 * Deletes some of what a table has outlived. One instance at a time: the others find the lock taken and leave it at that.
 * @returns how many rows were deleted; 0 also while another instance is at it
 */
async function purgeBatch(table: Table): Promise<number> {
  return prisma().$transaction(async (tx) => {
    // Ends with the transaction, so a pooler in transaction mode will do.
    const [lock] = await tx.$queryRaw<
      { taken: boolean }[]
    >`select pg_try_advisory_xact_lock(hashtext('neo-purge')) as taken`;
    if (!lock?.taken) return 0;
    return tx.$executeRawUnsafe(
      `delete from ${table} where ctid = any(array(
         select ctid from ${table} where ${OUTLIVED[table]} limit ${BATCH} for update skip locked))`,
    );
  });
}

/**
 * Deletes sessions that ended or expired 30 days ago, and idempotency keys after 24 hours.
 * @param isStopped asked between batches
 * @returns how many rows were deleted, by table
 * @throws the database's error
 */
export async function purge(isStopped: () => boolean = () => false): Promise<Record<Table, number>> {
  const deleted = { sessions: 0, idempotency_keys: 0 };
  for (const table of Object.keys(OUTLIVED) as Table[]) {
    let rows = BATCH;
    while (rows === BATCH && !isStopped()) {
      rows = await purgeBatch(table);
      deleted[table] += rows;
    }
  }
  return deleted;
}

/**
 * Purges now and then for as long as the process lives, whether or not there is traffic; SIGTERM and SIGINT end it.
 * @param firstMs when it looks first, at the earliest, in milliseconds: twice that at the latest, so that a start is left alone
 * @param intervalMs how long it waits after that, on average
 * @returns ends it
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
      // Nobody waits for it: the next time will do.
      log().warn({ err: error }, "rows that nobody needs could not be deleted");
    }
    if (!stopped) wait(intervalMs * (0.75 + Math.random() / 2));
  };
  const stop = () => {
    stopped = true;
    clearTimeout(timer);
  };
  wait(firstMs * (1 + Math.random()));
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, stop);
  return stop;
}
