/** Error codes of Node, PostgreSQL (classes 08, 53, 57P) and Prisma (P1xxx, pool timeouts) that say the database is away, not that we erred. */
const DOWN = /^(ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|08...|53...|57P..|P1\d{3}|P2024|P2037)$/;

/** Whether this error, or what caused it, is a database that cannot be reached. */
export function databaseIsDown(error: unknown): boolean {
  for (let current = error, depth = 0; current instanceof Error && depth < 5; current = current.cause, depth++) {
    const { code } = current as { code?: unknown };
    if (typeof code === "string" && DOWN.test(code)) return true;
    if (/^(timeout exceeded when trying to connect|Connection terminated|Query read timeout)/.test(current.message)) return true;
  }
  return false;
}
