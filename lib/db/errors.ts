/** Prisma's driver-adapter error kinds and codes that mean the database is unavailable. */
const UNAVAILABLE_KINDS = new Set([
  "DatabaseNotReachable",
  "ConnectionClosed",
  "SocketTimeout",
  "TooManyConnections",
  "TransactionWriteConflict",
]);
const UNAVAILABLE_CODES = new Set(["P1001", "P1002", "P1008", "P1017", "P2024", "P2028", "P2034", "P2037"]);
/**
 * Network errors of Node, and of PostgreSQL: class 08 (connection), 25006 (read-only server), 25P03 and 25P04 (ended by a
 * timeout) and 57P (shutdown). 26000 and 42P05: a pooler switched to a server that lacks a prepared statement.
 */
const UNAVAILABLE_DRIVER =
  /^(ECONN|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|08|25006|25P0[34]|26000|42P05|57P)/;
/**
 * PostgreSQL's refusals that a later statement on the same connection may not meet: 40 (deadlocks), 42501 (a revoked
 * privilege), 53 (resources), 55P03 and 57014 (its own timeouts) and 58 (its disk).
 */
const REFUSED_STATEMENT = /^(40[0-9A-Z]{3}|42501|53[0-9A-Z]{3}|55P03|57014|58[0-9A-Z]{3})$/;
/** `pg` gives these no code; the last is an absent Unix socket, at the end of what Prisma makes of it. */
const UNAVAILABLE_MESSAGE =
  /^(Connection terminated|timeout exceeded when trying to connect|Query read timeout|Client (was closed|has encountered a connection error) and is not queryable)|(^|\n)connect ENOENT /;

const isUnavailableDriver = (code: unknown) =>
  typeof code === "string" && (UNAVAILABLE_DRIVER.test(code) || REFUSED_STATEMENT.test(code));

/** Whether a query's error means that the database is unavailable, rather than that the query is wrong. */
export function isDatabaseUnavailable(error: unknown): boolean {
  if (typeof error !== "object" || error === null) return false;
  const { code, kind, message, cause, originalCode, meta } = error as Record<string, unknown>;
  if (typeof kind === "string" && UNAVAILABLE_KINDS.has(kind)) return true;
  if (typeof code === "string" && UNAVAILABLE_CODES.has(code)) return true;
  if (isUnavailableDriver(code) || isUnavailableDriver(originalCode)) return true;
  if (typeof message === "string" && UNAVAILABLE_MESSAGE.test(message)) return true;
  const inner = meta as { driverAdapterError?: unknown } | null | undefined;
  return isDatabaseUnavailable(cause) || isDatabaseUnavailable(inner?.driverAdapterError);
}

/** Why a connection must not be used again. */
export type ConnectionFault =
  /** It did not respond in time. Connections that have been silent for as long may be dead too. */
  | "late"
  /** It broke, and the others probably did too. */
  | "broken"
  /** Its server became read-only, or changed under its prepared statements; this affects every earlier connection. */
  | "outdated";

/**
 * What an error of `pg` means for its connection.
 * @returns null when only the statement failed
 */
export function connectionFault(error: unknown): ConnectionFault | null {
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
  if (code === "25006") return "outdated";
  if (code === "0A000" && typeof message === "string" && message.startsWith("cached plan")) return "outdated";
  if (typeof code === "string" && REFUSED_STATEMENT.test(code)) return null;
  if (message === "Query read timeout") return "late";
  return isDatabaseUnavailable(error) ? "broken" : null;
}
