import { CHAIN_START, type ChainedRow, rowHash } from "@/lib/audit-log/chain";

/** The first row that is not as the application wrote it. */
export type Fault =
  /** The row's contents or hash changed. */
  | { readonly kind: "altered"; readonly seq: number; readonly id: string }
  /** Rows from this position to `until` are gone. */
  | { readonly kind: "removed"; readonly seq: number; readonly until: number }
  /** The row was not written by the application. */
  | { readonly kind: "inserted"; readonly seq: number; readonly id: string }
  /** The record of the chain's end is gone. */
  | { readonly kind: "no-end" };

/** The result for a tenant's chain. */
export interface ChainReport {
  readonly tenantId: string;
  readonly tenantName: string;
  /** Rows verified, up to the first fault. */
  readonly rows: number;
  /** The last row's hash, in hex: kept elsewhere, it proves later that nothing up to here was rewritten. */
  readonly end: string;
  readonly fault: Fault | null;
}

/** A stored row with its hashes, in hex. */
export interface StoredRow extends ChainedRow {
  readonly prevHash: string;
  readonly hash: string;
}

/** What a row says of its place in the chain. */
export interface LinkedRow extends Pick<StoredRow, "seq" | "id" | "prevHash" | "hash"> {
  /** Whether it has the hash of its contents. */
  readonly isWhole: boolean;
}

/** The link of a row to its chain. */
export function linkOf(row: StoredRow): LinkedRow {
  const { seq, id, prevHash, hash } = row;
  return { seq, id, prevHash, hash, isWhole: rowHash(prevHash, row) === hash };
}

/** The recorded end of a chain. */
type ChainEnd = Pick<StoredRow, "seq" | "hash">;

/**
 * Walks a chain row by row. A fault shows in a row's own hash, its link to the previous row, or the next row's link to it; so a row
 * is judged once the next one, or the end, is known.
 */
export class ChainWalk {
  #last: LinkedRow | undefined;
  readonly #start: ChainEnd;
  /** The number of sound rows, and the hash of the last. */
  readonly sound: { rows: number; end: string };

  /** @param start what the first row follows */
  constructor(start: ChainEnd = { seq: 0, hash: CHAIN_START }) {
    this.#start = start;
    this.sound = { rows: 0, end: start.hash };
  }

  /** Takes the next row by position. @returns the first fault, once it shows */
  next(row: LinkedRow): Fault | null {
    const expected = (this.#last?.seq ?? this.#start.seq) + 1;
    if (row.seq < expected) return { kind: "inserted", seq: row.seq, id: row.id };
    // The row before a gap has no successor to confirm it.
    if (row.seq > expected) return this.#judge(null) ?? { kind: "removed", seq: expected, until: row.seq - 1 };
    const fault = this.#judge(row.prevHash, row.isWhole);
    this.#last = row;
    return fault;
  }

  /**
   * Takes the recorded end of the chain.
   * @param end null when it is gone
   * @returns the first fault
   */
  finish(end: ChainEnd | null): Fault | null {
    const seq = this.#last?.seq ?? this.#start.seq;
    if (!end) return this.#judge(null) ?? { kind: "no-end" };
    // The application never wrote a row beyond the end.
    if (seq > end.seq && this.#last) return this.#judge(null) ?? { kind: "inserted", seq, id: this.#last.id };
    if (seq < end.seq) return this.#judge(null) ?? { kind: "removed", seq: seq + 1, until: end.seq };
    if (!this.#last) return end.hash === CHAIN_START ? null : { kind: "removed", seq: 1, until: 1 };
    return this.#judge(end.hash);
  }

  /**
   * Judges the last row.
   * @param link the successor's previous hash; null without one
   * @param believed whether the successor is intact: a broken one proves nothing about this row
   */
  #judge(link: string | null, believed = true): Fault | null {
    const row = this.#last;
    if (!row) return null;
    const { seq, id } = row;
    // The successor links to the row before this one: this one was inserted between them.
    if (link !== null && link !== row.hash && link === this.sound.end) return { kind: "inserted", seq, id };
    const good = row.prevHash === this.sound.end && row.isWhole && (link === null || !believed || link === row.hash);
    if (!good) return { kind: "altered", seq, id };
    this.sound.end = row.hash;
    this.sound.rows += 1;
    return null;
  }
}

/** Runs a query and returns its rows. */
export type Query = <Row>(sql: string, values: readonly unknown[]) => Promise<Row[]>;

/** Rows per query. */
const BATCH = 1_000;

// A bare `order by seq` would mean the cast output column, which no index covers: every batch would sort all remaining rows.
const ROWS = `select tenant_id as "tenantId", e.seq::float8 as seq, id, (extract(epoch from at) * 1000)::float8 as at, action,
  actor_kind::text as "actorKind", actor_id as "actorId", actor_name as "actorName", target_type as "targetType",
  target_id as "targetId", target_name as "targetName", request_id as "requestId", client_address as "clientAddress",
  user_agent as "userAgent", details::text as details, encode(prev_hash, 'hex') as "prevHash", encode(hash, 'hex') as hash
  from audit_events e where e.tenant_id = $1 and e.seq > $2::bigint and e.seq <= $3::bigint order by e.seq limit ${BATCH}`;

/** Below every position, so that rows inserted before the first one are found too. */
const LEAST_SEQ = String(-(2n ** 63n));

/**
 * Verifies every tenant's chain in batches, also while the application is running.
 * @returns a report per tenant, by name
 */
export async function* verifyAuditChains(query: Query): AsyncGenerator<ChainReport, void, undefined> {
  const tenants = await query<{ id: string; name: string }>("select id, name from tenants order by name, id", []);
  for (const { id, name } of tenants) yield await verifyChain(query, id, name);
}

async function verifyChain(query: Query, tenantId: string, tenantName: string): Promise<ChainReport> {
  // One statement, so one snapshot: later rows are beyond both.
  const [now] = await query<{ end: ChainEnd | null; last: string }>(
    `select
       (select json_build_object('seq', seq, 'hash', encode(hash, 'hex')) from audit_chains where tenant_id = $1) as "end",
       coalesce((select max(seq) from audit_events where tenant_id = $1), 0)::text as last`,
    [tenantId],
  );
  const end = now?.end ?? null;
  const walk = new ChainWalk();
  let fault: Fault | null = null;
  let after = LEAST_SEQ;
  for (let more = true; more && !fault;) {
    const rows = await query<StoredRow>(ROWS, [tenantId, after, now?.last ?? "0"]);
    for (const row of rows) {
      // The first row beyond the end, not the last.
      if (end && row.seq > end.seq) {
        fault = walk.finish(end) ?? { kind: "inserted", seq: row.seq, id: row.id };
        break;
      }
      fault = walk.next(linkOf(row));
      if (fault) break;
      after = String(row.seq);
    }
    more = rows.length === BATCH;
  }
  fault ??= walk.finish(end);
  return { tenantId, tenantName, ...walk.sound, fault };
}

/** A report as one line. */
export function reportLine({ tenantName, tenantId, rows, end, fault }: ChainReport): string {
  const who = `${tenantName} (${tenantId})`;
  if (!fault) return `ok       ${who}: ${rows} ${rows === 1 ? "row" : "rows"}, the last one's hash is ${end}`;
  const before = `the ${rows} ${rows === 1 ? "row" : "rows"} before it ${rows === 1 ? "is" : "are"} sound`;
  switch (fault.kind) {
    case "altered":
      return `ALTERED  ${who}: row ${fault.seq}, id ${fault.id}, is not as it was written; ${before}`;
    case "inserted":
      return `INSERTED ${who}: row ${fault.seq}, id ${fault.id}, was not written by the application; ${before}`;
    case "removed":
      return `REMOVED  ${who}: ${fault.until > fault.seq ? `rows ${fault.seq} to ${fault.until} are` : `row ${fault.seq} is`} gone; ${before}`;
    case "no-end":
      return `REMOVED  ${who}: the note of where the log ends is gone, so rows after row ${rows} may be too`;
  }
}
