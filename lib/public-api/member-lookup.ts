import "server-only";

import { env } from "@/lib/env";
import type { Role } from "@/lib/generated/prisma/enums";
import { type Lookup, LookupBatcher } from "@/lib/public-api/lookup-batcher";
import { countingLookup, runLookup } from "@/lib/public-api/lookup-statement";
import { counts } from "@/lib/telemetry/counts";
import { tracing } from "@/lib/telemetry/tracing-hook";

/** A member and its tenant as of this very request. */
export interface MemberRecord {
  /** The database's clock when it answered, in whole milliseconds since 1970. */
  readonly now: number;
  readonly id: string;
  readonly tenant_id: string;
  readonly tenant_name: string;
  readonly tenant_enabled: boolean;
  readonly name: string;
  readonly email: string | null;
  readonly role: Role;
}

/** $1 the Entra tenants, $2 the persons in them, $3 how many calls present each, $4 the limit. */
const SQL = countingLookup(
  `select t.entra_tenant_id || '/' || m.oid as asked, a.calls, clock.now, m.id, m.tenant_id, t.name as tenant_name,
    t.enabled as tenant_enabled, m.name, m.email, m.role::text as role
  from unnest($1::uuid[], $2::uuid[], $3::int4[]) as a(tid, oid, calls)
  join tenants t on t.entra_tenant_id = a.tid join members m on m.tenant_id = t.id and m.oid = a.oid
    and m.joined_at is not null and m.removed_at is null
  cross join clock`,
  "tenant_enabled",
  "$4::int4",
);

const batcher = new LookupBatcher<MemberRecord>(
  (calls) => {
    const people = [...calls.keys()].map((id) => id.split("/"));
    const values = [people.map(([tid]) => tid), people.map(([, oid]) => oid), [...calls.values()]];
    return runLookup("member", SQL, [...values, env().RATE_LIMIT_PER_MINUTE]);
  },
  () => env().RATE_LIMIT_PER_MINUTE,
  undefined,
  (calls, milliseconds) => counts.lookedUp(calls, milliseconds),
);

/**
 * Looks a person up, on the primary, in a snapshot taken after this call, and counts the call towards the tenant's limit.
 * @param tid the Entra tenant, a GUID in lower case
 * @param oid the person in it, a GUID in lower case
 * @returns the member, null when the person is none
 * @throws AppError UNAVAILABLE when the database could not be asked, or not in time
 */
export function findMember(tid: string, oid: string): Promise<Lookup<MemberRecord> | null> {
  const found = batcher.find(`${tid}/${oid}`);
  return tracing()?.lookup("member", found) ?? found;
}
