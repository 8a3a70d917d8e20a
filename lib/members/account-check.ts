import "server-only";

import { randomUUID } from "node:crypto";

import { listPool } from "@/lib/db/client";
import { env } from "@/lib/config/env";
import { log } from "@/lib/logging/log";
import { storeAccountStates } from "@/lib/members/account-states";
import { type AccountState, accountStates } from "@/lib/microsoft/directory";
import { counts } from "@/lib/telemetry/counts";
import { MINUTE_MS } from "@/lib/text/time-units";

/** How long one organisation may be asked about, in milliseconds. What Microsoft said by then counts. */
const RUN_MS = MINUTE_MS;

/** When another instance takes over an organisation whose instance died, in milliseconds. */
const LEASE_MS = 1.5 * MINUTE_MS;

/** How soon an organisation is asked about again that hasn't consented, in milliseconds: most never will. */
const NO_CONSENT_MS = 5 * MINUTE_MS;

/** Members whose state is written in one transaction. */
const BATCH = 100;

/** An organisation whose accounts are due. */
interface DueTenant {
  readonly id: string;
  readonly tid: string;
  /** Why the previous check failed. */
  readonly problem: string | null;
}

/** A member whose account can be asked about. */
interface KnownMember {
  readonly id: string;
  readonly oid: string;
  readonly gone: boolean;
}

/**
 * Claims the organisation that has waited longest, for {@link LEASE_MS}: of several instances only one asks about it. It doesn't use
 * Prisma, which an instance for the API only would load just for this.
 */
async function claimDue(): Promise<DueTenant | undefined> {
  const { rows } = await listPool().query<DueTenant>(
    `with due as (
       select id from tenants t where enabled and (accounts_due_at is null or accounts_due_at <= clock_timestamp())
         and exists (select from members where tenant_id = t.id and oid is not null and joined_at is not null and removed_at is null)
       order by accounts_due_at nulls first, id limit 1 for no key update skip locked)
     update tenants t set accounts_due_at = clock_timestamp() + make_interval(secs => $1::float8 / 1000)
       from due where t.id = due.id
     returning t.id, t.entra_tenant_id as tid, t.accounts_problem as problem`,
    [LEASE_MS],
  );
  return rows[0];
}

/** Says when an organisation is due again, and why this check failed; null for a success. */
async function release({ id }: DueTenant, problem: string | null, afterMs: number): Promise<void> {
  await listPool().query(
    `update tenants set accounts_due_at = clock_timestamp() + make_interval(secs => $2::float8 / 1000), accounts_problem = $3
      where id = $1::uuid`,
    [id, afterMs, problem],
  );
}

/** The members who joined, those first who were active last: they are the ones who could still act. */
async function membersOf(tenantId: string): Promise<KnownMember[]> {
  const { rows } = await listPool().query<KnownMember>(
    `select id, oid, account_gone_at is not null as gone from members
      where tenant_id = $1::uuid and oid is not null and joined_at is not null and removed_at is null
      order by last_active_at desc nulls last, id`,
    [tenantId],
  );
  return rows;
}

/**
 * Asks Microsoft about the accounts of the organisation that is due, and stores what it said. Only "disabled" and "not found" end
 * somebody's access, never a failure (docs/decisions/064).
 * @returns false when none is due
 * @throws the database's error
 */
export async function checkNextOrganisation(): Promise<boolean> {
  const tenant = await claimDue();
  if (!tenant) return false;
  const members = await membersOf(tenant.id);
  const latest = performance.now() + RUN_MS;
  const oids = members.map(({ oid }) => oid);
  const { states, failure } = await accountStates(tenant.tid, oids, () => performance.now() > latest);
  try {
    await store(tenant.id, members, states);
  } catch (error) {
    // Due again when the lease ends.
    counts.accountChecks.failed++;
    throw error;
  }
  const intervalMs = env().ACCOUNT_CHECK_SECONDS * 1000;
  counts.accountChecks[failure?.problem ?? "checked"]++;
  const fields = { tenantId: tenant.id, problem: failure?.problem, reason: failure?.cause };
  if (failure && failure.problem !== tenant.problem) {
    const level = failure.problem === "no-consent" ? "info" : "warn";
    log()[level](fields, "the accounts of an organisation can't be checked; its members keep their access");
  } else if (!failure && tenant.problem) {
    log().info({ tenantId: tenant.id }, "the accounts of an organisation are checked again");
  }
  const wait = failure?.problem === "no-consent" ? NO_CONSENT_MS : (failure?.retryAfterMs ?? 0);
  await release(tenant, failure?.problem ?? null, Math.max(intervalMs, wait));
  return true;
}

/** Writes what changed, in batches, and reports it. */
async function store(tenantId: string, members: readonly KnownMember[], states: ReadonlyMap<string, AccountState>) {
  const changed = members.flatMap(({ id, oid, gone }) => {
    const state = states.get(oid);
    return state && gone !== (state !== "enabled") ? [[id, state] as const] : [];
  });
  const requestId = randomUUID();
  for (let start = 0; start < changed.length; start += BATCH) {
    const batch = new Map(changed.slice(start, start + BATCH));
    const origin = { requestId, clientAddress: null, userAgent: null };
    const { gone, restored, isAdminLeft } = await storeAccountStates(tenantId, batch, origin);
    counts.accountChanges.gone += gone.length;
    counts.accountChanges.restored += restored.length;
    const fields = { tenantId, requestId };
    if (gone.length > 0) log().info({ ...fields, members: gone }, "members were signed out: their accounts are gone");
    if (restored.length > 0) log().info({ ...fields, members: restored }, "accounts of members are enabled again");
    if (gone.length > 0 && !isAdminLeft) log().warn(fields, "no admin of an organisation can sign in any more");
  }
}
