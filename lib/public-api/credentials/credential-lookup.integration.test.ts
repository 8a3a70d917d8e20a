import { randomUUID } from "node:crypto";

import { expect, it } from "vitest";

import { lookupPool } from "@/lib/db/client";
import { findKeyByHash } from "@/lib/public-api/credentials/key-lookup";
import { findMember } from "@/lib/public-api/credentials/member-lookup";

/** More than the five times that PostgreSQL plans a statement for its parameters before it may keep a plan. */
const CALLS = 12;

const person = { tid: randomUUID(), oid: randomUUID(), notBeforeMs: 0, expiresAtMs: 1, authenticatedAt: null };

/** Executions of the connections' statements of this kind by a plan that was kept. */
async function byKeptPlan(kind: string): Promise<number> {
  const { rows } = await lookupPool().query<{ count: number }>(
    "select coalesce(sum(generic_plans), 0)::int as count from pg_prepared_statements where starts_with(name, $1)",
    [kind],
  );
  return rows[0]?.count ?? NaN;
}

it.each([
  ["neo_key_", () => findKeyByHash("00".repeat(32))],
  ["neo_member_", () => findMember(person)],
])("%s: a statement for one credential is not planned for each call", async (kind, find) => {
  const before = await byKeptPlan(kind);
  // One at a time, so the pool gives out the same connection. On the embedded database all connections show those of others.
  for (let call = 0; call < CALLS; call++) expect(await find()).toBeNull();
  expect((await byKeptPlan(kind)) - before).toBeGreaterThanOrEqual(CALLS - 5);
});
