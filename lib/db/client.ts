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
/** After this much silence TCP keepalive probes the other end once a second, and ends the connection after ten probes. */
const KEEP_ALIVE_AFTER_MS = 10_000;
/** The longest life of a connection, in seconds, so that none stays on a server left behind by a failover. */
const LIFETIME_S = 1_800;

/** Connections of {@link listPool}. */
export const LIST_CONNECTIONS = 4;

/** What differs between the pools. Those of plain `pg` keep their connections: each has prepared its statements. */
const POOLS = {
  pages: { max: 10 },
  // The embedded database never frees prepared statements.
  lookups: { max: 4, idleTimeoutMillis: 0 },
  lists: { max: LIST_CONNECTIONS, idleTimeoutMillis: 0 },
  // The readiness probe responds within 3 s altogether.
  probe: { max: 1, idleTimeoutMillis: 30_000, checkMs: 500, timeoutMs: 1_250 },
} satisfies Record<string, PoolShape>;

type PoolShape = { readonly max: number } & Partial<Record<"idleTimeoutMillis" | "checkMs" | "timeoutMs", number>>;

type PoolName = keyof typeof POOLS;

interface Clients {
  prisma?: PrismaClient;
  readonly pools: Partial<Record<PoolName, GuardedPool>>;
}

// The pools survive the development server's reloads of this module.
const clients = processWide<Clients>("database clients", () => ({ pools: {} }));

function openPool({ max, idleTimeoutMillis, checkMs = CHECK_MS, timeoutMs }: PoolShape): GuardedPool {
  const config = databaseConfig(env().DATABASE_URL, {
    connectionTimeoutMillis: timeoutMs ?? CONNECT_TIMEOUT_MS,
    keepAliveInitialDelayMillis: KEEP_ALIVE_AFTER_MS,
  });
  // A Unix socket never falls silent or changes servers; the embedded database's statements outlive their connections.
  const isNetwork = !config.host?.startsWith("/");
  return new GuardedPool({
    ...config,
    max,
    siblings: () => Object.values(clients.pools),
    query_timeout: timeoutMs ?? QUERY_TIMEOUT_MS,
    ...(isNetwork && { checkMs, maxLifetimeSeconds: LIFETIME_S }),
    ...(idleTimeoutMillis !== undefined && { idleTimeoutMillis, allowExitOnIdle: true }),
  });
}

const poolOf = (name: PoolName): GuardedPool => (clients.pools[name] ??= openPool(POOLS[name]));

/** The Prisma client: the dashboard's queries and every write. */
export function prisma(): PrismaClient {
  clients.prisma ??= new PrismaClient({ adapter: new PrismaPg(poolOf("pages"), { disposeExternalPool: true }) });
  return clients.prisma;
}

/** Plain `pg` connections for the credential lookup, where Prisma costs a third of the throughput (docs/decisions/006). */
export const lookupPool = () => poolOf("lookups");

/** Plain `pg` connections for lists (docs/decisions/012), separate so that a slow list cannot delay lookups. */
export const listPool = () => poolOf("lists");

/** A dedicated connection for the readiness probe: it waits for no other query, and none waits for it. */
export const probePool = () => poolOf("probe");

/** How many connections each pool has that has been used, and how many queries wait for one; opens none. */
export const poolStates = () =>
  (["pages", "lookups", "lists"] as const).flatMap((pool) => {
    const found = clients.pools[pool];
    if (!found) return [];
    const { totalCount, idleCount: idle, waitingCount: waiting, options } = found;
    return [{ pool, busy: totalCount - idle, idle, waiting, max: options.max }];
  });

/** The database's clock, in whole milliseconds: the `now` of every decision about time. */
export async function databaseNow(client: Pick<PrismaClient, "$queryRaw"> = prisma()): Promise<Date> {
  const [row] = await client.$queryRaw<[{ now: Date }]>`select date_trunc('milliseconds', clock_timestamp()) as now`;
  return row.now;
}
