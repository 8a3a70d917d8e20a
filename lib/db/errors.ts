/** Kinds of Prisma's driver-adapter errors, and its own codes, that mean: no answer from the database. */
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
 * timeout) and 57P (shutdown). 26000 and 42P05: a pooler went to a server that lacks a statement prepared before.
 */
const UNAVAILABLE_DRIVER =
  /^(ECONN|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|08|25006|25P0[34]|26000|42P05|57P)/;
/**
 * PostgreSQL's refusals of a statement that a later one, on the same connection, may not meet: 40 (deadlocks), 42501 (a right taken
 * from the role), 53 (resources), 55P03 and 57014 (its own timeouts) and 58 (its disk).
 */
const REFUSED_STATEMENT = /^(40[0-9A-Z]{3}|42501|53[0-9A-Z]{3}|55P03|57014|58[0-9A-Z]{3})$/;
/** `pg` gives these no code; the last is an absent Unix socket, at the end of what Prisma makes of it. */
const UNAVAILABLE_MESSAGE =
  /^(Connection terminated|timeout exceeded when trying to connect|Query read timeout|Client (was closed|has encountered a connection error) and is not queryable)|(^|\n)connect ENOENT /;

const isUnavailableDriver = (code: unknown) =>
  typeof code === "string" && (UNAVAILABLE_DRIVER.test(code) || REFUSED_STATEMENT.test(code));

/** Whether an error of a query means that the database does not serve the application now, rather than that the query is wrong. */
export function isDatabaseUnavailable(error: unknown): boolean {
  if (typeof error !== "object" || error === null) return false;
  const { code, kind, message, cause, originalCode, meta } = error as Record<string, unknown>;
  if (typeof kind === "string" && UNAVAILABLE_KINDS.has(kind)) return true;
  if (typeof code === "string" && UNAVAILABLE_CODES.has(code)) return true;
  if (isUnavailableDriver(code) || isUnavailableDriver(originalCode)) return true;
  if (typeof message === "string" && UNAVAILABLE_MESSAGE.test(message)) return true;
  const inner =
    typeof meta === "object" && meta !== null ? (meta as Record<string, unknown>).driverAdapterError : undefined;
  return isDatabaseUnavailable(cause) || isDatabaseUnavailable(inner);
}

/** Why a connection must not be used again. */
export type ConnectionFault =
  /** It gave no answer in time. Others that have been silent for as long may be just as dead. */
  | "late"
  /** It broke. The same is true of the others. */
  | "broken"
  /** Its server has become read-only, or changed under its prepared statements: so it is for every connection opened before. */
  | "outdated";

/**
 * What an error of `pg` says of the connection that it came by.
 * @returns null when the connection is good and only the statement failed
 */
export function connectionFault(error: unknown): ConnectionFault | null {
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
  if (code === "25006") return "outdated";
  if (code === "0A000" && typeof message === "string" && message.startsWith("cached plan")) return "outdated";
  if (typeof code === "string" && REFUSED_STATEMENT.test(code)) return null;
  if (message === "Query read timeout") return "late";
  return isDatabaseUnavailable(error) ? "broken" : null;
}
