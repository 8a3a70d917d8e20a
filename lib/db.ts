import "server-only";

import { PrismaPg } from "@prisma/adapter-pg";
import { Pool } from "pg";

import { env } from "@/lib/env";
import { PrismaClient } from "@/lib/generated/prisma/client";

/** How long a request may wait for the database before it is refused, in milliseconds. */
const CONNECT_TIMEOUT_MS = 3_000;
const QUERY_TIMEOUT_MS = 5_000;

interface Clients {
  prisma?: PrismaClient;
  lookups?: Pool;
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

/** The Prisma client: every query of the dashboard and every write. */
export function prisma(): PrismaClient {
  return (clients.prisma ??= new PrismaClient({ adapter: new PrismaPg(poolOptions(10)) }));
}

/** The pool of plain `pg` connections that the credential lookup uses (design.md: Prisma costs a third of the throughput there). */
export function lookupPool(): Pool {
  if (!clients.lookups) {
    clients.lookups = new Pool(poolOptions(4));
    // An idle connection that breaks is replaced on next use; without a listener it would end the process.
    clients.lookups.on("error", () => undefined);
  }
  return clients.lookups;
}

/** The database's clock, in whole milliseconds: the `now` of every decision about a key. */
export async function databaseNow(client: Pick<PrismaClient, "$queryRaw"> = prisma()): Promise<Date> {
  const [row] = await client.$queryRaw<[{ now: Date }]>`select date_trunc('milliseconds', clock_timestamp()) as now`;
  return row.now;
}
