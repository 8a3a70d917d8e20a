import "server-only";

import { v7 as uuidv7 } from "uuid";

import type { RequestOrigin } from "@/lib/audit-log/actions";
import { recordAudit } from "@/lib/audit-log/service";
import { type AdmissionRefusal, decideAdmission, firstTenantName } from "@/lib/auth/admission";
import { readIdentity, type Identity, type IdentityRefusal } from "@/lib/auth/identity";
import type { RefusedVisitor } from "@/lib/auth/refused-visitor";
import { beginSession } from "@/lib/auth/sessions";
import { databaseNow, prisma } from "@/lib/db/client";
import { log } from "@/lib/logging/log";
import { tenantIsAllowed, type TenantSettings } from "@/lib/microsoft/tenants";
import {
  acceptInvitation,
  invitationFor,
  type InvitationLink,
  type InvitationRefusal,
} from "@/lib/members/invitations";

/** The outcome of a sign-in: a new session, or the reason there is none. */
export type SignIn =
  | { readonly ok: true; readonly sessionId: string; readonly memberId: string }
  | { readonly ok: false; readonly reason: IdentityRefusal; readonly visitor: null }
  | { readonly ok: false; readonly reason: AdmissionRefusal | InvitationRefusal; readonly visitor: RefusedVisitor };

/**
 * Lets the person of these claims in, or says why not: one transaction that holds the tenant's row, so of two first
 * sign-ins at once one creates the organisation and the other finds it.
 * @param claims the payload of an ID token whose signature, audience and nonce were checked
 * @param settings which Entra tenants may sign in
 * @param origin the browser and the address that the session is known by, and for the audit log, which says in the same
 *   transaction what came of it; where no tenant is let in there is none whose log it could be
 * @param invitation the token of the invitation that this browser opened, if it did
 * @throws whatever the database throws; then nothing was written
 */
export async function signInWithClaims(
  claims: unknown,
  settings: TenantSettings,
  origin: RequestOrigin,
  invitation: string | null = null,
): Promise<SignIn> {
  const identity = readIdentity(claims);
  if (typeof identity === "string") return { ok: false, reason: identity, visitor: null };
  // A tenant that is not let in never touches the database.
  if (!tenantIsAllowed(identity.tid, settings)) return { ok: false, reason: "tenant-not-allowed", visitor: identity };
  return prisma().$transaction((tx) => admit(tx, identity, origin, invitation));
}

type Transaction = Parameters<Parameters<ReturnType<typeof prisma>["$transaction"]>[0]>[0];

/** How somebody who never signed in before came to be a member: by a link, named from the directory, or by the sign-in itself. */
type Joining = "invitation" | "directory" | "sign_in";

async function admit(
  tx: Transaction,
  identity: Identity,
  origin: RequestOrigin,
  invitation: string | null,
): Promise<SignIn> {
  // Before anything is written: a link of another organisation must not make one of the person's own.
  const link = invitation ? await invitationFor(tx, invitation, identity.tid) : null;
  if (link && !link.own) return refuseStranger(tx, identity, origin, link);
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
  const { name, email, oid } = identity;

  const refuse = async (reason: AdmissionRefusal | InvitationRefusal): Promise<SignIn> => {
    const account = member
      ? ({ kind: "member", tenantId: tenant.id, memberId: member.id, name } as const)
      : ({ kind: "person", tenantId: tenant.id, oid, name } as const);
    const target = { id: member?.id ?? oid, name: email ?? name };
    await recordAudit(tx, account, { action: "session.refused", target, details: { reason } }, now, origin);
    return { ok: false, reason, visitor: identity };
  };

  let memberId: string;
  let joining: Joining | null = null;
  let shown: Pick<Identity, "name" | "email"> | undefined;
  const isNew = member === null && tenant.enabled;
  const accepted = isNew && link ? await acceptInvitation(tx, link.id, identity, now) : null;
  if (accepted && typeof accepted === "object") {
    memberId = accepted.memberId;
    joining = "invitation";
  } else if (admission.kind === "refused") {
    const because = accepted ?? (invitation ? "invitation-unknown" : null);
    return refuse(isNew && because && admission.reason === "not-a-member" ? because : admission.reason);
  } else if (admission.kind === "member") {
    memberId = admission.memberId;
    if (!member?.joinedAt) joining = "directory";
    // Only what is shown: the role is the database's, and only people change it.
    shown = { name, email };
  } else {
    memberId = uuidv7();
    joining = "sign_in";
    // Nothing speaks against it, but only acct would say so of every guest.
    if (admission.role === "Admin" && !identity.appRole && !identity.saysGuest)
      log().warn(
        { entraTenantId: identity.tid },
        "the first Admin's ID token has no acct claim: add it to the app registration",
      );
    const data = { id: memberId, tenantId: tenant.id, oid, name, email, role: admission.role, createdAt: now };
    // A guest came before and could not name the organisation.
    await tx.tenant.updateMany({
      where: { id: tenant.id, name: identity.tid },
      data: { name: firstTenantName(identity) },
    });
    await tx.member.create({ data: { ...data, joinedAt: now } });
  }
  const { role } = await tx.member.update({
    where: { id: memberId },
    data: { ...shown, ...(joining === "directory" && { joinedAt: now }), lastActiveAt: now },
    select: { role: true },
  });
  const sessionId = await beginSession(tx, memberId, now, origin);
  const person = { kind: "member", tenantId: tenant.id, memberId, name } as const;
  if (joining) {
    const details = { role, by: joining };
    await recordAudit(tx, person, { action: "member.joined", target: { id: memberId, name }, details }, now, origin);
  }
  await recordAudit(tx, person, { action: "session.started", target: { id: sessionId, name } }, now, origin);
  return { ok: true, memberId, sessionId };
}

/** Refuses somebody who came by another organisation's link. That organisation is told: its link is in the wrong hands. */
async function refuseStranger(
  tx: Transaction,
  identity: Identity,
  origin: RequestOrigin,
  { tenantId }: InvitationLink,
): Promise<SignIn> {
  const reason = "invitation-other-organisation";
  const { tid, oid, name, email } = identity;
  const details = { reason, entra_tenant_id: tid };
  const entry = { action: "session.refused", target: { id: oid, name: email ?? name }, details } as const;
  await recordAudit(tx, { kind: "person", tenantId, oid, name }, entry, await databaseNow(tx), origin);
  return { ok: false, reason, visitor: identity };
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
