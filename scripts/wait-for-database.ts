import type { Client } from "pg";

import { connectClient, databaseClient } from "@/lib/config/database-connection";

/** How long a migration waits for its database unless DATABASE_WAIT_SECONDS says otherwise, in seconds. */
const STANDARD_WAIT_S = 60;
const CONNECT_TIMEOUT_MS = 10_000;
const RETRY_MS = 1_000;
/** How often the wait reports itself. */
const REPORT_MS = 10_000;

/** PostgreSQL's transient errors: it starts, stops, recovers, or is out of connections; class 08 is the connection itself. */
const PASSING = /^(57P0[123]|53300|08.{3})$/;
/** PgBouncer reports every error as 08P01, including permanent ones. */
const LASTING = /authentication failed|auth failed|no such (?:database|user)|does not exist|not allowed/i;
/** Network errors of a server that is not up yet; a name may resolve later, as in a container's network. */
const UNREACHABLE = /^(ECONNREFUSED|ECONNRESET|ENOENT|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EPIPE)$/;
/** The same from `pg`, as messages without a code. */
const NO_CODE = /timeout expired|connection terminated|connect ETIMEDOUT/i;

/** Whether a failed connection may succeed later. A wrong password, a missing database or certificate will not. */
export function mayPass(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code } = error as NodeJS.ErrnoException;
  if (code === undefined) return NO_CODE.test(error.message);
  return UNREACHABLE.test(code) || (PASSING.test(code) && !(code === "08P01" && LASTING.test(error.message)));
}

/**
 * The value of DATABASE_WAIT_SECONDS.
 * @returns seconds; {@link STANDARD_WAIT_S} when it is unset
 * @throws Error that names the setting, for anything but a whole number from 0 to 3600
 */
export function databaseWaitSeconds(text: string | undefined): number {
  const trimmed = text?.trim();
  if (!trimmed) return STANDARD_WAIT_S;
  const seconds = /^\d{1,4}$/.test(trimmed) ? Number(trimmed) : NaN;
  if (!(seconds <= 3_600)) throw new Error("DATABASE_WAIT_SECONDS must be a whole number from 0 to 3600");
  return seconds;
}

/**
 * Connects to a database that may still be starting.
 * @param url PostgreSQL connection string
 * @param waitMs how long to retry; 0: never
 * @param log receives a line when the wait begins, and every ten seconds
 * @returns a connected client, for the caller to end
 * @throws the last error once the time is over, or the first permanent one (see {@link mayPass})
 */
export async function connectWithin(url: string, waitMs: number, log: (line: string) => void): Promise<Client> {
  const start = performance.now();
  let nextReport = 0;
  for (;;) {
    const left = waitMs - (performance.now() - start);
    const connectionTimeoutMillis =
      waitMs > 0 ? Math.max(1_000, Math.min(CONNECT_TIMEOUT_MS, left)) : CONNECT_TIMEOUT_MS;
    const client = databaseClient(url, connectionTimeoutMillis);
    // A connection that breaks later: the next statement reports it.
    client.on("error", () => undefined);
    try {
      await connectClient(client);
      return client;
    } catch (error) {
      const waited = performance.now() - start;
      if (!mayPass(error) || waited + RETRY_MS > waitMs) throw error;
      if (waited >= nextReport) {
        nextReport = waited + REPORT_MS;
        const { message, code } = error as NodeJS.ErrnoException;
        log(
          `Waiting for the database, ${String(Math.ceil((waitMs - waited) / 1_000))} s at most (${message || (code ?? "")}) ...`,
        );
      }
    }
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
}
