import "server-only";

import { v7 as uuidv7 } from "uuid";

import type { RequestOrigin } from "@/lib/audit/actions";
import { recordAudit } from "@/lib/audit/service";
import { decideAdmission, firstTenantName, type AdmissionRefusal } from "@/lib/auth/admission";
import { readIdentity, type Identity, type IdentityRefusal } from "@/lib/auth/identity";
import { beginSession } from "@/lib/auth/sessions";
import { databaseNow, prisma } from "@/lib/db";
import { tenantIsAllowed } from "@/lib/entra/tenants";
import type { Env } from "@/lib/env";

/** The outcome of a sign-in: a new session, or the reason there is none. */
export type SignIn =
  | { readonly ok: true; readonly sessionId: string; readonly memberId: string }
  | { readonly ok: false; readonly reason: IdentityRefusal | AdmissionRefusal; readonly tid: string | null };

type TenantSettings = Pick<Env, "TENANTS" | "AZURE_AD_TENANT_ID">;

/**
 * Lets the person of these claims in, or says why not: one transaction that holds the tenant's row, so of two first
 * sign-ins at once one creates the organisation and the other finds it.
 * @param claims the payload of an ID token whose signature, audience and nonce were checked
 * @param settings which Entra tenants may sign in
 * @param origin for the audit log, which says in the same transaction what came of it; where no tenant is let in there is none
 *   whose log it could be
 * @throws whatever the database throws; then nothing was written
 */
export async function signInWithClaims(
  claims: unknown,
  settings: TenantSettings,
  origin: RequestOrigin,
): Promise<SignIn> {
  const identity = readIdentity(claims);
  if (typeof identity === "string") return { ok: false, reason: identity, tid: null };
  // A tenant that is not let in never touches the database.
  if (!tenantIsAllowed(identity.tid, settings)) return { ok: false, reason: "tenant-not-allowed", tid: identity.tid };
  return prisma().$transaction((tx) => admit(tx, identity, origin));
}

type Transaction = Parameters<Parameters<ReturnType<typeof prisma>["$transaction"]>[0]>[0];

async function admit(tx: Transaction, identity: Identity, origin: RequestOrigin): Promise<SignIn> {
  const tenant = await lockTenant(tx, identity);
  const member = await tx.member.findUnique({
    where: { tenantId_oid: { tenantId: tenant.id, oid: identity.oid } },
    select: { id: true },
  });
  const hasMembers =
    member !== null || (await tx.member.findFirst({ where: { tenantId: tenant.id }, select: { id: true } })) !== null;
  const known = { enabled: tenant.enabled, hasMembers, memberId: member?.id ?? null };
  const admission = decideAdmission(identity, true, known);
  const now = await databaseNow(tx);
  const { name, email } = identity;
  if (admission.kind === "refused") {
    const account = member
      ? ({ kind: "member", tenantId: tenant.id, memberId: member.id, name } as const)
      : ({ kind: "person", tenantId: tenant.id, oid: identity.oid, name } as const);
    const target = { id: member?.id ?? identity.oid, name: email ?? name };
    const details = { reason: admission.reason };
    await recordAudit(tx, account, { action: "session.refused", target, details }, now, origin);
    return { ok: false, reason: admission.reason, tid: identity.tid };
  }

  let memberId: string;
  if (admission.kind === "member") {
    memberId = admission.memberId;
    // Only what is shown: the role is the database's, and only people change it.
    await tx.member.update({ where: { id: memberId }, data: { name, email } });
  } else {
    memberId = uuidv7();
    await tx.member.create({
      data: { id: memberId, tenantId: tenant.id, oid: identity.oid, name, email, role: admission.role, createdAt: now },
    });
  }
  const sessionId = await beginSession(tx, memberId, now);
  const person = { kind: "member", tenantId: tenant.id, memberId, name } as const;
  if (admission.kind === "join") {
    const details = { role: admission.role };
    await recordAudit(tx, person, { action: "member.joined", target: { id: memberId, name }, details }, now, origin);
  }
  await recordAudit(tx, person, { action: "session.started", target: { id: sessionId, name } }, now, origin);
  return { ok: true, memberId, sessionId };
}

/** The tenant's row, made if it is new, held until the transaction ends. Other tables may still refer to it meanwhile. */
async function lockTenant(tx: Transaction, identity: Identity): Promise<{ id: string; enabled: boolean }> {
  await tx.$executeRaw`
    insert into tenants (id, entra_tenant_id, name)
    values (${uuidv7()}::uuid, ${identity.tid}::uuid, ${firstTenantName(identity)})
    on conflict (entra_tenant_id) do nothing`;
  const [row] = await tx.$queryRaw<[{ id: string; enabled: boolean }]>`
    select id, enabled from tenants where entra_tenant_id = ${identity.tid}::uuid for no key update`;
  return row;
}
