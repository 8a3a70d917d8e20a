import "server-only";

import { v7 as uuidv7 } from "uuid";

import type { RequestContext, RequestOrigin } from "@/lib/audit-log/actions";
import { recordAudit } from "@/lib/audit-log/record";
import { type AdmissionRefusal, decideAdmission, firstTenantName } from "@/lib/auth/admission";
import { readIdentity, type Identity, type IdentityRefusal } from "@/lib/auth/identity";
import type { RefusedVisitor } from "@/lib/auth/refused-visitor";
import { beginSession } from "@/lib/members/sessions";
import { env } from "@/lib/config/env";
import { databaseNow, prisma } from "@/lib/db/client";
import type { Prisma } from "@/lib/generated/prisma/client";
import type { Role } from "@/lib/generated/prisma/enums";
import type { MemberModel } from "@/lib/generated/prisma/models";
import { log } from "@/lib/logging/log";
import { tenantIsAllowed, type TenantSettings } from "@/lib/microsoft/tenants";
import { isFreshSignIn } from "@/lib/members/fresh-sign-in";
import { acceptInvitation, findInvitation, type InvitationRefusal } from "@/lib/members/invitations";

/**
 * Why a person who was to confirm that it's them did not: another account, a token without the moment of the sign-in, or one that Microsoft
 * issued for an earlier sign-in.
 */
export type ConfirmationRefusal = "other-account" | "no-auth-time" | "not-signed-in-again";

type Refusal = AdmissionRefusal | InvitationRefusal | ConfirmationRefusal;
type Transaction = Prisma.TransactionClient;

/** The outcome of a sign-in: a new session, or the reason there is none. */
export type SignIn =
  | { readonly ok: true; readonly sessionId: string; readonly memberId: string }
  | { readonly ok: false; readonly reason: IdentityRefusal; readonly visitor: null }
  | { readonly ok: false; readonly reason: Refusal; readonly visitor: RefusedVisitor };

/** The member a person signs in as, and how they joined if this is their first sign-in. */
interface Entry {
  readonly memberId: string;
  readonly joining: "invitation" | "directory" | "sign_in" | null;
}

/** What a sign-in begins with, besides the person. */
interface Begun {
  readonly origin: RequestOrigin;
  /** The token of the invitation that this browser opened. */
  readonly invitation: string | null;
  /** The member who is signed in and confirms that it's them (docs/decisions/068). */
  readonly confirming: string | null;
}

/** The tenant's row, locked, and the person's row in it. */
interface Found {
  readonly tenant: { readonly id: string; readonly enabled: boolean };
  readonly member: Pick<MemberModel, "id" | "joinedAt" | "removedAt" | "accountGoneAt"> | null;
}

/**
 * Signs a person in or returns the refusal. One transaction locks the tenant's row: of two concurrent first sign-ins, one
 * creates the organisation and the other finds it.
 * @param claims the payload of an ID token whose signature, audience and nonce were checked
 * @param settings which Entra tenants may sign in
 * @param origin the browser and address that the session and the audit log show
 * @param invitation the token of the invitation that this browser opened, if any
 * @param confirming the member who is signed in and confirms that it's them: nobody else, and by a fresh sign-in
 * @throws the database's error, with nothing written
 */
export async function signInWithClaims(
  claims: unknown,
  settings: TenantSettings,
  origin: RequestOrigin,
  invitation: string | null = null,
  confirming: string | null = null,
): Promise<SignIn> {
  const identity = readIdentity(claims);
  if (typeof identity === "string") return { ok: false, reason: identity, visitor: null };
  // A tenant that is not allowed never reaches the database, and has no audit log.
  if (!tenantIsAllowed(identity.tid, settings)) return { ok: false, reason: "tenant-not-allowed", visitor: identity };
  return prisma().$transaction((tx) => signIn(tx, identity, { origin, invitation, confirming }));
}

async function signIn(tx: Transaction, identity: Identity, { origin, invitation, confirming }: Begun) {
  // Before anything is written: another account's organisation must not be created either.
  if (confirming) {
    const refused = await refuseConfirmation(tx, identity, confirming, origin);
    if (refused) return refused;
  }
  // Read before anything is written: another organisation's link must not create the person's own organisation.
  const link = invitation ? await findInvitation(tx, invitation) : null;
  if (link && link.tenant.entraTenantId !== identity.tid) {
    // The inviting organisation's log records it: its link has leaked.
    const stranger = { tenantId: link.tenantId, memberId: null, details: { entra_tenant_id: identity.tid } };
    return refuse(tx, identity, stranger, "invitation-other-organisation", { now: await databaseNow(tx), ...origin });
  }
  const tenant = await lockTenant(tx, identity);
  const member = await tx.member.findUnique({
    where: { tenantId_oid: { tenantId: tenant.id, oid: identity.oid } },
    select: { id: true, joinedAt: true, removedAt: true, accountGoneAt: true },
  });
  const now = await databaseNow(tx);
  const context = { now, ...origin };
  const entry = await findEntry(tx, identity, { tenant, member }, { given: invitation !== null, id: link?.id }, now);
  if (typeof entry === "string")
    return refuse(tx, identity, { tenantId: tenant.id, memberId: member?.id ?? null }, entry, context);
  return enter(tx, identity, tenant.id, entry, context);
}

/** Refuses another account than the member's own, and one that did not just sign in at Microsoft; null where all is well. */
async function refuseConfirmation(tx: Transaction, identity: Identity, memberId: string, origin: RequestOrigin) {
  const member = await tx.member.findUniqueOrThrow({
    where: { id: memberId },
    select: { oid: true, tenantId: true, tenant: { select: { entraTenantId: true } } },
  });
  const context = { now: await databaseNow(tx), ...origin };
  const { tenantId } = member;
  if (member.oid !== identity.oid || member.tenant.entraTenantId !== identity.tid) {
    // The log of the organisation whose browser it was: the other account may belong to none.
    const stranger = { tenantId, memberId: null, details: { entra_tenant_id: identity.tid } };
    return refuse(tx, identity, stranger, "other-account", context);
  }
  if (isFreshSignIn(identity.authenticatedAt, env().FRESH_SIGN_IN_SECONDS, context.now)) return null;
  const reason = identity.authenticatedAt ? "not-signed-in-again" : "no-auth-time";
  return refuse(tx, identity, { tenantId, memberId }, reason, context);
}

/** Finds or creates the person's member, or returns why they are refused. */
async function findEntry(
  tx: Transaction,
  identity: Identity,
  { tenant, member }: Found,
  invitation: { readonly given: boolean; readonly id: string | undefined },
  now: Date,
): Promise<Entry | Refusal> {
  const isNew = member === null && tenant.enabled;
  const accepted = isNew && invitation.id ? await acceptInvitation(tx, invitation.id, identity, now) : null;
  if (accepted && typeof accepted === "object") return { memberId: accepted.memberId, joining: "invitation" };
  const anyone = member ?? (await tx.member.findFirst({ where: { tenantId: tenant.id }, select: { id: true } }));
  const admission = decideAdmission(identity, {
    enabled: tenant.enabled,
    hasMembers: anyone !== null,
    memberId: member?.id ?? null,
    removed: Boolean(member?.removedAt),
    accountGone: Boolean(member?.accountGoneAt),
  });
  switch (admission.kind) {
    case "refused": {
      const because = accepted ?? (invitation.given ? "invitation-unknown" : null);
      return isNew && because && admission.reason === "not-a-member" ? because : admission.reason;
    }
    case "member":
      return { memberId: admission.memberId, joining: member?.joinedAt ? null : "directory" };
    case "join":
      return { memberId: await createMember(tx, identity, tenant.id, admission.role, now), joining: "sign_in" };
  }
}

async function createMember(tx: Transaction, identity: Identity, tenantId: string, role: Role, now: Date) {
  const { oid, name, email, appRole, saysGuest, tid } = identity;
  // This person becomes the first Admin, and only acct reliably identifies guests.
  if (role === "Admin" && !appRole && !saysGuest)
    log().warn({ entraTenantId: tid }, "the first Admin's ID token has no acct claim: add it to the app registration");
  // A guest who was refused earlier left the organisation without a name.
  await tx.tenant.updateMany({ where: { id: tenantId, name: tid }, data: { name: firstTenantName(identity) } });
  const id = uuidv7();
  await tx.member.create({ data: { id, tenantId, oid, name, email, role, createdAt: now, joinedAt: now } });
  return id;
}

/** Begins the session and records it. Name and e-mail follow the token; the role is the database's. */
async function enter(
  tx: Transaction,
  { name, email, authenticatedAt }: Identity,
  tenantId: string,
  { memberId, joining }: Entry,
  context: RequestContext,
): Promise<SignIn> {
  const { role } = await tx.member.update({
    where: { id: memberId },
    data: { name, email, ...(joining === "directory" && { joinedAt: context.now }), lastActiveAt: context.now },
    select: { role: true },
  });
  const sessionId = await beginSession(tx, memberId, context, authenticatedAt);
  const person = { kind: "member", tenantId, memberId, name } as const;
  if (joining) {
    const details = { role, by: joining };
    await recordAudit(tx, person, { action: "member.joined", target: { id: memberId, name }, details }, context);
  }
  await recordAudit(tx, person, { action: "session.started", target: { id: sessionId, name } }, context);
  return { ok: true, memberId, sessionId };
}

/** Records a refusal in an organisation's audit log. */
async function refuse(
  tx: Transaction,
  identity: Identity,
  at: { readonly tenantId: string; readonly memberId: string | null; readonly details?: Record<string, string> },
  reason: Refusal,
  context: RequestContext,
): Promise<SignIn> {
  const { oid, name, email } = identity;
  const { tenantId, memberId } = at;
  const account = memberId
    ? ({ kind: "member", tenantId, memberId, name } as const)
    : ({ kind: "person", tenantId, oid, name } as const);
  const target = { id: memberId ?? oid, name: email ?? name };
  const details = { reason, ...at.details };
  await recordAudit(tx, account, { action: "session.refused", target, details }, context);
  return { ok: false, reason, visitor: identity };
}

/** The tenant's row, created if new and locked until the transaction ends; other tables may still reference it. */
async function lockTenant(tx: Transaction, identity: Identity): Promise<{ id: string; enabled: boolean }> {
  await tx.$executeRaw`
    insert into tenants (id, entra_tenant_id, name)
    values (${uuidv7()}::uuid, ${identity.tid}::uuid, ${firstTenantName(identity)})
    on conflict (entra_tenant_id) do nothing`;
  const [row] = await tx.$queryRaw<[{ id: string; enabled: boolean }]>`
    select id, enabled from tenants where entra_tenant_id = ${identity.tid}::uuid for no key update`;
  return row;
}
