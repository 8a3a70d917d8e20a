import { createHash } from "node:crypto";

/** The version of the hashed text, which begins with it. */
const VERSION = "neo-audit-1";

/** The previous hash of the first row of a chain. */
export const CHAIN_START = "0".repeat(64);

/** The hashed columns of a row, as PostgreSQL writes them. */
export interface ChainedRow {
  readonly tenantId: string;
  readonly seq: number;
  readonly id: string;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly action: string;
  readonly actorKind: string;
  readonly actorId: string;
  readonly actorName: string;
  readonly targetType: string;
  readonly targetId: string;
  readonly targetName: string;
  readonly requestId: string;
  readonly clientAddress: string | null;
  readonly userAgent: string | null;
  /** The database's JSON text. */
  readonly details: string;
}

/**
 * The hash of a row: SHA-256 over the previous hash and every column, each prefixed with its length, so that different rows have
 * different texts. The migration that began the chains does the same in SQL; a test compares the two.
 * @param previous the previous row's hash, in hex; {@link CHAIN_START} for the first
 * @returns 64 hex digits
 */
export function rowHash(previous: string, row: ChainedRow): string {
  const fields = [
    VERSION,
    previous,
    row.tenantId,
    String(row.seq),
    row.id,
    String(row.at),
    row.action,
    row.actorKind,
    row.actorId,
    row.actorName,
    row.targetType,
    row.targetId,
    row.targetName,
    row.requestId,
    row.clientAddress,
    row.userAgent,
    row.details,
  ];
  const text = fields.map((field) => (field === null ? "-," : `${Buffer.byteLength(field)}:${field},`)).join("");
  return createHash("sha256").update(text).digest("hex");
}
