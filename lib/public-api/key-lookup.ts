import "server-only";

import { randomBytes } from "node:crypto";

import type { PoolClient } from "pg";

import { lookupPool } from "@/lib/db";

/** A key and its tenant as of this very request; moments as epoch milliseconds of the database's clock. */
export interface KeyRecord {
  readonly hash: string;
  /** The database's clock when it answered, in whole milliseconds. */
  readonly now: number;
  readonly id: string;
  readonly tenant_id: string;
  readonly tenant_name: string;
  readonly tenant_enabled: boolean;
  readonly name: string;
  readonly environment: string;
  readonly last4: string;
  readonly created_at: number;
  readonly expires_at: number | null;
  readonly rotated_at: number | null;
  readonly grace_ends_at: number | null;
  readonly revoked_at: number | null;
  readonly last_used_at: number | null;
}

// Moments as float8: pg parses a number far faster than a timestamp, and milliseconds of an epoch are exact in one.
const ms = (column: string) => `(extract(epoch from ${column}) * 1000)::float8`;

const SQL = `
  select encode(k.hash, 'hex') as hash, floor(${ms("clock_timestamp()")}) as now,
    k.id, k.tenant_id, t.name as tenant_name, t.enabled as tenant_enabled, k.name, k.environment, k.last4,
    ${ms("k.created_at")} as created_at, ${ms("k.expires_at")} as expires_at, ${ms("k.rotated_at")} as rotated_at,
    ${ms("k.grace_ends_at")} as grace_ends_at, ${ms("k.revoked_at")} as revoked_at, ${ms("k.last_used_at")} as last_used_at
  from api_keys k join tenants t on t.id = k.tenant_id
  where k.hash = any($1::bytea[])`;

/** Statements under way at once; when all are, what arrives gathers into the next one. */
const MAX_STATEMENTS = 2;

interface Waiter {
  resolve(record: KeyRecord | null): void;
  reject(error: unknown): void;
}

/** Runs one statement for these hashes (hexadecimal) and returns the rows it found. */
export type Fetch = (hashes: readonly string[]) => Promise<readonly KeyRecord[]>;

/**
 * Gathers the lookups of one turn of the event loop into one statement (docs/decisions/0020).
 * A lookup never joins a statement that was already sent: its answer is always a snapshot taken after it was asked.
 */
export class LookupBatcher {
  readonly #fetch: Fetch;
  readonly #maxStatements: number;
  #waiting = new Map<string, Waiter[]>();
  #statements = 0;
  #scheduled = false;

  constructor(fetch: Fetch, maxStatements = MAX_STATEMENTS) {
    this.#fetch = fetch;
    this.#maxStatements = maxStatements;
  }

  /**
   * @param hash SHA-256 of the key, hexadecimal
   * @returns the record, null when there is none
   * @throws whatever the statement failed with
   */
  find(hash: string): Promise<KeyRecord | null> {
    return new Promise((resolve, reject) => {
      const waiter = { resolve, reject };
      const waiters = this.#waiting.get(hash);
      if (waiters) waiters.push(waiter);
      else this.#waiting.set(hash, [waiter]);
      this.#schedule();
    });
  }

  #schedule(): void {
    if (this.#scheduled || this.#statements >= this.#maxStatements) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      void this.#flush();
    });
  }

  async #flush(): Promise<void> {
    const batch = this.#waiting;
    this.#waiting = new Map();
    this.#statements++;
    try {
      const found = new Map<string, KeyRecord>();
      for (const record of await this.#fetch([...batch.keys()])) found.set(record.hash, record);
      for (const [hash, waiters] of batch) {
        const record = found.get(hash) ?? null;
        for (const waiter of waiters) waiter.resolve(record);
      }
    } catch (error) {
      for (const waiters of batch.values()) for (const waiter of waiters) waiter.reject(error);
    } finally {
      this.#statements--;
      if (this.#waiting.size > 0) this.#schedule();
    }
  }
}

const statementNames = new WeakMap<PoolClient, string>();

/** A prepared statement's name that no other connection has: on the embedded database all connections are one session. */
function statementName(client: PoolClient): string {
  let name = statementNames.get(client);
  if (!name) {
    statementNames.set(client, (name = `neo_key_${randomBytes(6).toString("hex")}`));
    // A connection that breaks fails its statement; without a listener it would end the process as well.
    client.on("error", () => undefined);
  }
  return name;
}

async function fetchKeys(hashes: readonly string[]): Promise<readonly KeyRecord[]> {
  const client = await lookupPool().connect();
  try {
    const parameter = `{"\\\\x${hashes.join('","\\\\x')}"}`;
    const { rows } = await client.query<KeyRecord>({ name: statementName(client), text: SQL, values: [parameter] });
    client.release();
    return rows;
  } catch (error) {
    // A connection that failed once is not trusted again; the pool opens another.
    client.release(true);
    throw error;
  }
}

const batcher = new LookupBatcher(fetchKeys);

/**
 * Looks a key up by its hash, on the primary, in a snapshot taken after this call.
 * @param hash 32 bytes, {@link hashKey} of the whole key
 * @returns the record, null when no such key exists
 * @throws the database's error when it could not be asked
 */
export function findKeyByHash(hash: Buffer): Promise<KeyRecord | null> {
  return batcher.find(hash.toString("hex"));
}
