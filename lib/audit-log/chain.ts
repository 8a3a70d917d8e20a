import { createHash } from "node:crypto";

/** The version of the hashed text, which begins with it. */
const VERSION = "neo-audit-1";

/** The previous hash of the first row of a chain. */
export const CHAIN_START = "0".repeat(64);

/** The hashed columns of a row, in this order. */
const COLUMNS = [
  "tenantId",
  "seq",
  "id",
  "at",
  "action",
  "actorKind",
  "actorId",
  "actorName",
  "targetType",
  "targetId",
  "targetName",
  "requestId",
  "clientAddress",
  "userAgent",
  "details",
] as const;

/** The hashed columns as PostgreSQL writes them: `at` in epoch milliseconds, `details` as the database's JSON text. */
export interface ChainedRow extends Readonly<
  Record<Exclude<(typeof COLUMNS)[number], "seq" | "at" | "clientAddress" | "userAgent">, string>
> {
  readonly seq: number;
  readonly at: number;
  readonly clientAddress: string | null;
  readonly userAgent: string | null;
}

/**
 * The hash of a row: SHA-256 over the previous hash and every column, each prefixed with its length, so that different rows have
 * different texts. The migration that began the chains does the same in SQL; a test compares the two.
 * @param previous the previous row's hash, in hex; {@link CHAIN_START} for the first
 * @returns 64 hex digits
 */
export function rowHash(previous: string, row: ChainedRow): string {
  const fields = [VERSION, previous, ...COLUMNS.map((name) => row[name])];
  const text = fields
    .map((field) => (field === null ? "-," : `${Buffer.byteLength(String(field))}:${field},`))
    .join("");
  return createHash("sha256").update(text).digest("hex");
}
