import "server-only";

import { PrismaPg } from "@prisma/adapter-pg";

import { databaseConfig } from "@/lib/config/database-connection";
import { GuardedPool } from "@/lib/db/pool";
import { env } from "@/lib/config/env";
import { PrismaClient } from "@/lib/generated/prisma/client";

export { isDatabaseUnavailable } from "@/lib/db/errors";

/** How long a request may wait for the database before it is refused, in milliseconds. */
const CONNECT_TIMEOUT_MS = 3_000;
const QUERY_TIMEOUT_MS = 5_000;
/** How long a connection that has been silent may take to show that it works. A credential must be looked up within 3 s. */
const CHECK_MS = 1_000;
/** For the question whether the database is there: all together it is answered within 3 s. */
const PROBE_TIMEOUT_MS = 1_250;
const PROBE_CHECK_MS = 500;
/** After so much silence the system asks whether the other end is still there, once a second, and ends the connection after ten. */
const KEEP_ALIVE_AFTER_MS = 10_000;
/** No connection stays longer on one server, in seconds: not on one that a failover has left behind either. */
const LIFETIME_S = 1_800;

interface Clients {
  prisma?: PrismaClient;
  /** What the Prisma client uses. */
  pages?: GuardedPool;
  lookups?: GuardedPool;
  lists?: GuardedPool;
  probe?: GuardedPool;
}

// Next's development server reloads modules; the pools must survive that.
const holder = globalThis as typeof globalThis & { neoClients?: Clients };
const clients: Clients = (holder.neoClients ??= {});

const allPools = () =>
  [clients.pages, clients.lookups, clients.lists, clients.probe].filter((pool) => pool !== undefined);

/** @param max how many connections it may have @param options what differs from the other pools */
function openPool(max: number, options: { checkMs?: number; idleTimeoutMillis?: number; timeoutMs?: number } = {}) {
  const { checkMs = CHECK_MS, timeoutMs, idleTimeoutMillis } = options;
  const config = databaseConfig(env().DATABASE_URL, {
    connectionTimeoutMillis: timeoutMs ?? CONNECT_TIMEOUT_MS,
    keepAliveInitialDelayMillis: KEEP_ALIVE_AFTER_MS,
  });
  // A Unix socket leads to no other server and never falls silent; the statements of the embedded database outlive their connections.
  const isNetwork = !config.host?.startsWith("/");
  return new GuardedPool({
    ...config,
    max,
    siblings: allPools,
    query_timeout: timeoutMs ?? QUERY_TIMEOUT_MS,
    ...(isNetwork && { checkMs, maxLifetimeSeconds: LIFETIME_S }),
    ...(idleTimeoutMillis !== undefined && { idleTimeoutMillis, allowExitOnIdle: true }),
  });
}

/** The Prisma client: every query of the dashboard and every write. */
export function prisma(): PrismaClient {
  clients.prisma ??= new PrismaClient({
    adapter: new PrismaPg((clients.pages = openPool(10)), { disposeExternalPool: true }),
  });
  return clients.prisma;
}

/** The pool of plain `pg` connections that the credential lookup uses (Prisma costs a third of the throughput there: decision 006). */
export function lookupPool(): GuardedPool {
  // Connections are kept: each has the lookup prepared, and on the embedded database a prepared statement outlives its connection.
  return (clients.lookups ??= openPool(4, { idleTimeoutMillis: 0 }));
}

/** Connections of {@link listPool}. */
export const LIST_CONNECTIONS = 4;

/** Plain `pg` connections for the lists of the API (docs/decisions/012): apart from the lookups, which a slow list must not hold up. */
export function listPool(): GuardedPool {
  return (clients.lists ??= openPool(LIST_CONNECTIONS, { idleTimeoutMillis: 0 }));
}

/** One connection of its own for the question whether the database is there: it waits behind nobody, and nobody behind it. */
export function probePool(): GuardedPool {
  return (clients.probe ??= openPool(1, {
    checkMs: PROBE_CHECK_MS,
    timeoutMs: PROBE_TIMEOUT_MS,
    idleTimeoutMillis: 30_000,
  }));
}

/** How many connections a pool has, and how many wait for one. */
export interface PoolState {
  readonly pool: "pages" | "lookups" | "lists";
  readonly busy: number;
  readonly idle: number;
  readonly waiting: number;
  readonly max: number;
}

/** The pools that have been used so far; opens none. */
export function poolStates(): PoolState[] {
  return (["pages", "lookups", "lists"] as const).flatMap((pool) => {
    const found = clients[pool];
    if (!found) return [];
    const { totalCount, idleCount: idle, waitingCount: waiting, options } = found;
    return [{ pool, busy: totalCount - idle, idle, waiting, max: options.max }];
  });
}

/** The database's clock, in whole milliseconds: the `now` of every decision about a key. */
export async function databaseNow(client: Pick<PrismaClient, "$queryRaw"> = prisma()): Promise<Date> {
  const [row] = await client.$queryRaw<[{ now: Date }]>`select date_trunc('milliseconds', clock_timestamp()) as now`;
  return row.now;
}
