import "server-only";

import { PrismaPg } from "@prisma/adapter-pg";

import { processWide } from "@/lib/config/process-wide";
import { databaseConfig } from "@/lib/config/database-connection";
import { GuardedPool } from "@/lib/db/pool";
import { env } from "@/lib/config/env";
import { PrismaClient } from "@/lib/generated/prisma/client";

export { isDatabaseUnavailable } from "@/lib/db/errors";

/** How long a request may wait for the database before it is refused, in milliseconds. */
const CONNECT_TIMEOUT_MS = 3_000;
const QUERY_TIMEOUT_MS = 5_000;
/** How long a silent connection may take to prove that it works. Credential lookups must finish within 3 s. */
const CHECK_MS = 1_000;
/** For the readiness probe, which responds within 3 s altogether. */
const PROBE_TIMEOUT_MS = 1_250;
const PROBE_CHECK_MS = 500;
/** After this much silence TCP keepalive probes the other end once a second, and ends the connection after ten probes. */
const KEEP_ALIVE_AFTER_MS = 10_000;
/** The longest life of a connection, in seconds, so that none stays on a server left behind by a failover. */
const LIFETIME_S = 1_800;

interface Clients {
  prisma?: PrismaClient;
  /** What the Prisma client uses. */
  pages?: GuardedPool;
  lookups?: GuardedPool;
  lists?: GuardedPool;
  probe?: GuardedPool;
}

// The pools survive the development server's reloads of this module.
const clients = processWide<Clients>("database clients", () => ({}));

const allPools = () =>
  [clients.pages, clients.lookups, clients.lists, clients.probe].filter((pool) => pool !== undefined);

/** @param max how many connections it may have @param options what differs from the other pools */
function openPool(max: number, options: { checkMs?: number; idleTimeoutMillis?: number; timeoutMs?: number } = {}) {
  const { checkMs = CHECK_MS, timeoutMs, idleTimeoutMillis } = options;
  const config = databaseConfig(env().DATABASE_URL, {
    connectionTimeoutMillis: timeoutMs ?? CONNECT_TIMEOUT_MS,
    keepAliveInitialDelayMillis: KEEP_ALIVE_AFTER_MS,
  });
  // A Unix socket never falls silent or changes servers; the embedded database's statements outlive their connections.
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

/** The Prisma client: the dashboard's queries and every write. */
export function prisma(): PrismaClient {
  clients.prisma ??= new PrismaClient({
    adapter: new PrismaPg((clients.pages = openPool(10)), { disposeExternalPool: true }),
  });
  return clients.prisma;
}

/** Plain `pg` connections for the credential lookup, where Prisma costs a third of the throughput (docs/decisions/006). */
export function lookupPool(): GuardedPool {
  // Connections are kept: each has prepared the lookup, and the embedded database never frees prepared statements.
  return (clients.lookups ??= openPool(4, { idleTimeoutMillis: 0 }));
}

/** Connections of {@link listPool}. */
export const LIST_CONNECTIONS = 4;

/** Plain `pg` connections for API lists (docs/decisions/012), separate so that a slow list cannot delay lookups. */
export function listPool(): GuardedPool {
  return (clients.lists ??= openPool(LIST_CONNECTIONS, { idleTimeoutMillis: 0 }));
}

/** A dedicated connection for the readiness probe: it waits for no other query, and none waits for it. */
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

/** The database's clock, in whole milliseconds: the `now` of every decision about time. */
export async function databaseNow(client: Pick<PrismaClient, "$queryRaw"> = prisma()): Promise<Date> {
  const [row] = await client.$queryRaw<[{ now: Date }]>`select date_trunc('milliseconds', clock_timestamp()) as now`;
  return row.now;
}
