import { createHash } from "node:crypto";

/** Begins every text that is hashed: another way to write it would have another name. */
const VERSION = "neo-audit-1";

/** What the first row of a chain has for the hash of the row before it. */
export const CHAIN_START = "0".repeat(64);

/** A row as it is hashed, each value as PostgreSQL writes it. */
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
  /** The JSON text that the database makes of it. */
  readonly details: string;
}

/**
 * The hash of a row: SHA-256 over the hash of the row before it and every column, each with its length in front, so that
 * no two rows have one text. The migration that began the chains says the same in SQL; a test holds the two together.
 * @param previous the hash of the row before it, in hex; {@link CHAIN_START} for the first
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
