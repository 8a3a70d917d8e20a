import "server-only";

import { isIP } from "node:net";

import { env } from "@/lib/config/env";
import { lookupPool } from "@/lib/db/client";
import { databaseUnavailable } from "@/lib/errors/app-error";
import { epochMs, preparedQuery } from "@/lib/db/prepared-query";
import { CLIENT_ADDRESS_FIELD } from "@/lib/http/client-address";
import type { ApiRequest } from "@/lib/http/reply";
import { type Found, type Lookup, LookupBatcher } from "@/lib/public-api/credentials/lookup-batcher";
import { countCalls } from "@/lib/public-api/limits/rate-limit";
import { tracing } from "@/lib/telemetry/tracing-hook";

/** Columns of every lookup row besides the record's own. */
interface CountedRow {
  /** The credential's lookup key. */
  readonly asked: string;
  readonly tenant_id: string;
  readonly now: number;
  readonly granted: number | null;
  readonly used: number;
  readonly oldest: number;
  readonly within?: Within;
}

/**
 * Whether a call comes from within its credential's networks; null if the lookup didn't say where it comes from. Always true for a credential
 * without networks, and a lookup of members has no such column.
 */
export type Within = boolean | null;

/** SQL for {@link Within}. @param networks a column with networks @param address a column with an address, or an empty text */
export const withinNetworks = (networks: string, address: string) =>
  `(cardinality(${networks}) = 0 or nullif(${address}, '')::inet <<= any(${networks}::inet[]))`;

/** The address of a call, as PostgreSQL reads it; an empty text for an unknown one. */
function addressOf(headers: ApiRequest["headers"]): string {
  const address = headers.get(CLIENT_ADDRESS_FIELD) ?? "";
  return isIP(address) !== 0 && !address.includes("%") ? address : "";
}

/** Credentials with networks that a process remembers, each token of an application as another one; the oldest is forgotten first. */
export const LIMITED_MAX = 10_000;

/** SQL for the moment of a lookup, in epoch milliseconds: when the database received the statement. */
export const NOW = epochMs("statement_timestamp()");

/** How one kind of credential is looked up. */
interface CredentialKind {
  /** For traces. */
  readonly what: string;
  /** The statement's unique name. */
  readonly statement: string;
  /**
   * A query with the columns `asked`, `tenant_id`, `calls`, `now` ({@link NOW}) and the record's own. It reads the parameters in
   * sub-selects: PostgreSQL estimates a short list by its length, and would plan each statement again (docs/decisions/006).
   */
  readonly found: string;
  /** The condition on those columns under which a call counts. */
  readonly valid: string;
  /** The query's parameters for these credentials, each with its number of calls; the last one, the tenant's limit, is added. */
  readonly values: (calls: ReadonlyMap<string, number>) => unknown[];
  /** That last parameter, e.g. `$3`. */
  readonly limit: string;
}

/** The parameters of lookup keys that have parts between slashes: the keys, each part of them, and their numbers of calls. */
export function valuesOfParts(calls: ReadonlyMap<string, number>): unknown[] {
  const ids = [...calls.keys()];
  const keys = ids.map((id) => id.split("/"));
  return [ids, ...(keys[0] ?? []).map((_, n) => keys.map((parts) => parts[n])), [...calls.values()]];
}

/**
 * Makes the lookup of one kind of credential, on the primary, in a snapshot taken after the call, which counts towards the tenant's limit
 * if the credential is valid.
 * @returns takes a credential's lookup key, and the headers of the call; null for an unknown credential. Throws AppError UNAVAILABLE for any
 *   database error.
 */
export function credentialLookup<R>({ what, statement, found, valid, values, limit }: CredentialKind) {
  const text = `
  with found as materialized (${found}),
  taken as (${countCalls(valid, limit)})
  select found.*, case when ${valid} then taken.granted end as granted, taken.used, taken.oldest from found left join taken using (tenant_id)`;
  /** Those with networks, as far as this process knows: only their lookups have an address, so that all others can be one. */
  const limited = new Set<string>();
  const remember = (id: string) => {
    // One that is forgotten is looked up twice; one that isn't remembered would be refused from within its networks too.
    const [oldest] = limited;
    if (oldest !== undefined && limited.size >= LIMITED_MAX) limited.delete(oldest);
    limited.add(id);
  };
  const perMinute = () => env().RATE_LIMIT_PER_MINUTE;
  const batcher = new LookupBatcher<CountedRow & R>(async (calls) => {
    try {
      const rows = await preparedQuery<CountedRow & R>(lookupPool(), statement, text, [...values(calls), perMinute()]);
      const records = new Map<string, Found<CountedRow & R>>();
      for (const row of rows) {
        const { granted, used, oldest, now: nowMs, within } = row;
        if (within === null && !limited.has(row.asked)) remember(row.asked);
        const window = granted === null ? null : { granted, used, oldest, nowMs };
        records.set(row.asked, { record: row, tenantId: row.tenant_id, window });
      }
      return records;
    } catch (cause) {
      throw databaseUnavailable(cause);
    }
  }, perMinute);
  const find = (id: string) => {
    const lookup = batcher.find(id);
    return tracing()?.lookup(what, lookup) ?? lookup;
  };
  return async (id: string, headers?: ApiRequest["headers"]): Promise<Lookup<R> | null> => {
    if (!headers) return find(id);
    if (limited.has(id)) return find(id + addressOf(headers));
    const lookup = await find(id);
    // The first call of a process did not know that the credential has networks, and was not counted.
    return lookup?.record.within === null ? find(id + addressOf(headers)) : lookup;
  };
}
