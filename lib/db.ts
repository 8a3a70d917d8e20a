import "server-only";

import { PrismaPg } from "@prisma/adapter-pg";
import { Pool, type PoolClient } from "pg";

import { env } from "@/lib/env";
import { PrismaClient } from "@/lib/generated/prisma/client";

/** How long a request may wait for the database before it is refused, in milliseconds. */
const CONNECT_TIMEOUT_MS = 3_000;
const QUERY_TIMEOUT_MS = 5_000;
/** The same for whoever only asks whether the database is there: twice this is what the answer takes at most. */
const PROBE_TIMEOUT_MS = 1_500;

interface Clients {
  prisma?: PrismaClient;
  /** What the Prisma client uses. */
  pages?: Pool;
  lookups?: Pool;
  lists?: Pool;
  probe?: Pool;
}

// Next's development server reloads modules; the pools must survive that.
const holder = globalThis as typeof globalThis & { neoClients?: Clients };
const clients: Clients = (holder.neoClients ??= {});

function poolOptions(max: number) {
  return {
    connectionString: env().DATABASE_URL,
    max,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: QUERY_TIMEOUT_MS,
    keepAlive: true,
  };
}

/** What pg rejects with when an answer takes longer than QUERY_TIMEOUT_MS. */
const LATE = "Query read timeout";

/**
 * Ends a connection whose answer is late. Prisma gives it back to the pool with its transaction still open, where whoever
 * came next would commit half of it with their own (docs/decisions/0088).
 */
function endWhenLate(client: PoolClient): void {
  const query = client.query.bind(client) as (...args: unknown[]) => unknown;
  client.query = (...args: unknown[]) => {
    const answer = query(...args);
    if (answer instanceof Promise)
      answer.catch((error: unknown) => {
        if ((error as Error).message === LATE) void client.end();
      });
    return answer as never;
  };
}

/** The Prisma client: every query of the dashboard and every write. */
export function prisma(): PrismaClient {
  if (!clients.prisma) {
    clients.pages = new Pool(poolOptions(10));
    clients.pages.on("error", () => undefined);
    clients.pages.on("connect", endWhenLate);
    clients.prisma = new PrismaClient({ adapter: new PrismaPg(clients.pages, { disposeExternalPool: true }) });
  }
  return clients.prisma;
}

/** The pool of plain `pg` connections that the credential lookup uses (design.md: Prisma costs a third of the throughput there). */
export function lookupPool(): Pool {
  if (!clients.lookups) {
    // Connections are kept: each has the lookup prepared, and on the embedded database a prepared statement outlives its connection.
    clients.lookups = new Pool({ ...poolOptions(4), idleTimeoutMillis: 0, allowExitOnIdle: true });
    // An idle connection that breaks is replaced on next use; without a listener it would end the process.
    clients.lookups.on("error", () => undefined);
  }
  return clients.lookups;
}

/** Plain `pg` connections for the lists of the API (docs/decisions/0026): apart from the lookups, which a slow list must not hold up. */
export function listPool(): Pool {
  if (!clients.lists) {
    clients.lists = new Pool({ ...poolOptions(4), idleTimeoutMillis: 0, allowExitOnIdle: true });
    // As above, both.
    clients.lists.on("error", () => undefined);
  }
  return clients.lists;
}

/** One connection of its own for the question whether the database is there: it waits behind nobody, and nobody behind it. */
export function probePool(): Pool {
  if (!clients.probe) {
    const timeouts = { connectionTimeoutMillis: PROBE_TIMEOUT_MS, query_timeout: PROBE_TIMEOUT_MS };
    clients.probe = new Pool({ ...poolOptions(1), ...timeouts, idleTimeoutMillis: 30_000, allowExitOnIdle: true });
    clients.probe.on("error", () => undefined);
  }
  return clients.probe;
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

/** Kinds of Prisma's driver-adapter errors, and its own codes, that mean: no answer from the database. */
const UNREACHABLE_KINDS = new Set(["DatabaseNotReachable", "ConnectionClosed", "SocketTimeout", "TooManyConnections"]);
const UNREACHABLE_CODES = new Set(["P1001", "P1002", "P1008", "P1017", "P2024", "P2028", "P2037"]);
/** Network errors of Node, and PostgreSQL's classes 08 (connection), 53 (resources) and 57P (shutdown). */
const UNREACHABLE_DRIVER = /^(ECONN|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENOTFOUND|EAI_AGAIN|08|53|57P)/;
/** `pg` gives these no code; the last is an absent Unix socket, at the end of what Prisma makes of it. */
const UNREACHABLE_MESSAGE =
  /^(Connection terminated|timeout exceeded when trying to connect|Query read timeout|Client (was closed|has encountered a connection error) and is not queryable)|(^|\n)connect ENOENT /;

/** Whether an error of a query means that the database is down or out of reach, rather than that the query is wrong. */
export function isDatabaseUnavailable(error: unknown): boolean {
  if (typeof error !== "object" || error === null) return false;
  const { code, kind, message, cause, originalCode, meta } = error as Record<string, unknown>;
  if (typeof kind === "string" && UNREACHABLE_KINDS.has(kind)) return true;
  if (typeof code === "string" && (UNREACHABLE_CODES.has(code) || UNREACHABLE_DRIVER.test(code))) return true;
  if (typeof originalCode === "string" && UNREACHABLE_DRIVER.test(originalCode)) return true;
  if (typeof message === "string" && UNREACHABLE_MESSAGE.test(message)) return true;
  const inner =
    typeof meta === "object" && meta !== null ? (meta as Record<string, unknown>).driverAdapterError : undefined;
  return isDatabaseUnavailable(cause) || isDatabaseUnavailable(inner);
}
