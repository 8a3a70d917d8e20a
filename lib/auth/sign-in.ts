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
import { acceptInvitation, invitationFor, type InvitationRefusal } from "@/lib/members/invitations";

/** The outcome of a sign-in: a new session, or the reason there is none. */
export type SignIn =
  | { readonly ok: true; readonly sessionId: string; readonly memberId: string }
  | {
      readonly ok: false;
      readonly reason: IdentityRefusal | AdmissionRefusal | InvitationRefusal;
      readonly tid: string | null;
    };

/** What a sign-in brings along besides the claims. */
export interface SignInContext {
  /** The token of the invitation that this browser opened, if it did. */
  readonly invitation?: string | null;
  /** What the audit log is to say of the request. */
  readonly origin?: RequestOrigin;
}

type TenantSettings = Pick<Env, "TENANTS" | "AZURE_AD_TENANT_ID">;

/**
 * Lets the person of these claims in, or says why not: one transaction that holds the tenant's row, so of two first
 * sign-ins at once one creates the organisation and the other finds it.
 * @param claims the payload of an ID token whose signature, audience and nonce were checked
 * @param settings which Entra tenants may sign in
 * @param context the invitation that the person comes by, if any, and the request
 * @throws whatever the database throws; then nothing was written
 */
export async function signInWithClaims(
  claims: unknown,
  settings: TenantSettings,
  context: SignInContext = {},
): Promise<SignIn> {
  const identity = readIdentity(claims);
  if (typeof identity === "string") return { ok: false, reason: identity, tid: null };
  // A tenant that is not let in never touches the database.
  if (!tenantIsAllowed(identity.tid, settings)) return { ok: false, reason: "tenant-not-allowed", tid: identity.tid };
  return prisma().$transaction((tx) => admit(tx, identity, context));
}

type Transaction = Parameters<Parameters<ReturnType<typeof prisma>["$transaction"]>[0]>[0];

async function admit(tx: Transaction, identity: Identity, { invitation, origin }: SignInContext): Promise<SignIn> {
  const refused = (reason: AdmissionRefusal | InvitationRefusal) => ({ ok: false, reason, tid: identity.tid }) as const;
  // Before anything is written: a link of another organisation must not make one of the person's own.
  const link = invitation ? await invitationFor(tx, invitation, identity.tid) : null;
  if (link === "invitation-other-organisation") return refused(link);
  const tenant = await lockTenant(tx, identity);
  const member = await tx.member.findUnique({
    where: { tenantId_oid: { tenantId: tenant.id, oid: identity.oid } },
    select: { id: true, joinedAt: true, removedAt: true },
  });
  const hasMembers =
    member !== null || (await tx.member.findFirst({ where: { tenantId: tenant.id }, select: { id: true } })) !== null;
  const known = { enabled: tenant.enabled, hasMembers, memberId: member?.id ?? null };
  const admission = decideAdmission(identity, true, { ...known, removed: Boolean(member?.removedAt) });

  const now = await databaseNow(tx);
  const { name, email } = identity;
  let memberId: string;
  let how: "invitation" | "directory" | "sign_in" | null = null;
  const isNew = member === null && tenant.enabled;
  const accepted =
    isNew && link && typeof link === "object" ? await acceptInvitation(tx, link.id, identity, now) : null;
  if (accepted && typeof accepted === "object") {
    memberId = accepted.memberId;
    how = "invitation";
  } else if (admission.kind === "refused") {
    const because = isNew && admission.reason === "not-a-member" ? (accepted ?? link) : null;
    return refused(typeof because === "string" ? because : admission.reason);
  } else if (admission.kind === "member") {
    memberId = admission.memberId;
    if (!member?.joinedAt) how = "directory";
    // Only what is shown: the role is the database's, and only people change it.
    await tx.member.update({ where: { id: memberId }, data: { name, email, ...(how && { joinedAt: now }) } });
  } else {
    memberId = uuidv7();
    how = "sign_in";
    const { oid } = identity;
    const data = { id: memberId, tenantId: tenant.id, oid, name, email, role: admission.role, createdAt: now };
    await tx.member.create({ data: { ...data, joinedAt: now } });
  }
  const { role } = await tx.member.update({
    where: { id: memberId },
    data: { lastActiveAt: now },
    select: { role: true },
  });
  if (how) {
    const actor = {
      kind: "member",
      tenantId: tenant.id,
      memberId,
      role,
      name,
      email,
      tenantName: "",
      sessionId: null,
    } as const;
    const entry = { action: "member.joined", target: { id: memberId, name }, details: { role, by: how } } as const;
    await recordAudit(tx, actor, entry, now, origin ?? { requestId: uuidv7(), clientAddress: null, userAgent: null });
  }
  return { ok: true, memberId, sessionId: await beginSession(tx, memberId, now) };
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
