import "server-only";

import type { Role } from "@/lib/generated/prisma/enums";
import type { TokenHolder } from "@/lib/public-api/credentials/access-token";
import { epochMs } from "@/lib/db/prepared-query";
import { credentialLookup, NOW, valuesOfParts } from "@/lib/public-api/credentials/credential-lookup";

/** A member and its tenant as of this request. */
export interface MemberRecord {
  /** The database's clock at the lookup, epoch milliseconds. */
  readonly now: number;
  readonly id: string;
  readonly tenant_id: string;
  readonly tenant_name: string;
  readonly tenant_enabled: boolean;
  readonly name: string;
  readonly email: string | null;
  readonly role: Role;
}

const find = credentialLookup<MemberRecord>({
  what: "member",
  statement: "member",
  // Parameters: $1 lookup keys, $2 Entra tenants, $3 the persons in them, $4 and $5 the tokens' times, $6 calls.
  found: `select a.asked, a.calls, a.not_before, a.expires, ${NOW} as now, m.id, m.tenant_id, t.name as tenant_name,
    t.enabled as tenant_enabled, m.name, m.email, m.role::text as role
  from unnest((select $1::text[]), (select $2::uuid[]), (select $3::uuid[]), (select $4::float8[]), (select $5::float8[]),
    (select $6::int4[])) as a(asked, tid, oid, not_before, expires, calls)
  join tenants t on t.entra_tenant_id = a.tid join members m on m.tenant_id = t.id and m.oid = a.oid
    and m.joined_at is not null and m.removed_at is null and m.account_gone_at is null
    and (m.tokens_valid_from is null or a.not_before >= ${epochMs("m.tokens_valid_from")})`,
  // Repeats assertCurrent of lib/public-api/credentials/access-token.ts: a refused token doesn't count towards a limit.
  valid: "tenant_enabled and not_before <= now and expires > now",
  values: valuesOfParts,
  limit: "$7::int4",
});

/** Looks up the member that a person with a token is, and counts the call if the token is valid now; null if they are none. */
export const findMember = ({ tid, oid, notBeforeMs, expiresAtMs }: Omit<TokenHolder, "clientId">) =>
  find(`${tid}/${oid}/${notBeforeMs}/${expiresAtMs}`);
