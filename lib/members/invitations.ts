import "server-only";

import { createHash, randomBytes } from "node:crypto";

import { v7 as uuidv7 } from "uuid";

import type { MemberActor } from "@/lib/actor";
import type { RequestContext } from "@/lib/audit-log/actions";
import { recordAudit } from "@/lib/audit-log/service";
import { databaseNow, prisma } from "@/lib/db/client";
import { env } from "@/lib/config/env";
import { AppError } from "@/lib/errors/app-error";
import type { Prisma } from "@/lib/generated/prisma/client";
import type { Role } from "@/lib/generated/prisma/enums";
import { findPerson } from "@/lib/microsoft/directory";
import { log } from "@/lib/logging/log";
import { sendInvitation, type Delivery } from "@/lib/mail/invitation";
import type { inviteInput } from "@/lib/members/schemas";
import { changingMembers, findOwnMember, withdrawInvitations, type StoredMember } from "@/lib/members/service";
import { INVITATION_MS, invitationState, memberStatus, type InvitationState } from "@/lib/members/status";
import { ownTenant } from "@/lib/tenants/service";
import type { z } from "zod";

/** The result of an invitation. */
export interface Invited {
  readonly name: string;
  /** Where the mail went, or would go. */
  readonly email: string | null;
  /** The link, shown once: only its hash is stored. Null for a person from the directory, who simply signs in. */
  readonly link: string | null;
  readonly expiresAt: Date | null;
  readonly mail: Delivery;
}

/** A person from the directory, or known by name and e-mail only. */
interface Invitee {
  readonly oid: string | null;
  readonly name: string;
  readonly email: string | null;
}

/** Bytes of a token: 256 bits, so that guessing one is hopeless and an unsalted hash is enough (NIST 800-63B). */
const TOKEN_BYTES = 32;

/** Only well-formed tokens are looked up. */
const TOKEN_FORM = /^[A-Za-z0-9_-]{43}$/;

/** The path of invitation links. */
export const INVITATION_PATH = "/invitation";

function hashToken(token: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(createHash("sha256").update(token).digest());
}

/**
 * Invites a person from the directory, whose object id is bound immediately, or a name and e-mail address, which get a link that
 * works once and for 7 days. Mail, where configured, is sent after the transaction.
 * @throws AppError FORBIDDEN for anyone but an admin; UNPROCESSABLE for a person who is already listed or not in the
 *   directory; UNAVAILABLE when the directory is unavailable
 */
export async function inviteMember(
  actor: MemberActor,
  input: z.output<typeof inviteInput>,
  context: RequestContext,
): Promise<Invited> {
  const invitee = "oid" in input ? await fromDirectory(actor, input.oid) : { ...input, oid: null };
  const { id, link } = await changingMembers(actor, async (tx) => {
    await assertNew(tx, actor, invitee);
    const { oid, name, email } = invitee;
    const member = { id: uuidv7(), tenantId: actor.tenantId, oid, name, email, role: input.role };
    await tx.member.create({ data: { ...member, createdAt: context.now, joinedAt: null } });
    const made = oid ? null : await newLink(tx, actor, member.id, context.now);
    await recordInvited(tx, actor, { ...member, link: made }, context);
    return { id: member.id, link: made };
  });
  return deliver(actor, { id, ...invitee, role: input.role }, link);
}

/**
 * Gives an invited person a new link; the previous one stops working.
 * @throws AppError FORBIDDEN for anyone but an admin; NOT_FOUND; CONFLICT for someone who needs no link
 */
export async function renewInvitation(actor: MemberActor, memberId: string, context: RequestContext): Promise<Invited> {
  const { member, link } = await changingMembers(actor, async (tx) => {
    const found = await findOwnMember(tx, actor, memberId);
    if (memberStatus(found) !== "invited" || found.oid) throw new AppError("CONFLICT", noLinkFor(found));
    await withdrawInvitations(tx, actor.tenantId, found.id, context.now);
    const made = await newLink(tx, actor, found.id, context.now);
    await recordInvited(tx, actor, { ...found, link: made, renewed: true }, context);
    return { member: found, link: made };
  });
  return deliver(actor, member, link);
}

function noLinkFor(member: StoredMember): string {
  if (member.removedAt) return `${member.name} was removed. Restore the member first.`;
  if (member.joinedAt) return `${member.name} has already joined and needs no link.`;
  return `${member.name} was chosen from your directory and needs no link: signing in is enough.`;
}

async function recordInvited(
  tx: Prisma.TransactionClient,
  actor: MemberActor,
  invited: Pick<StoredMember, "id" | "oid" | "name" | "email" | "role"> & { link: Link | null; renewed?: boolean },
  context: RequestContext,
): Promise<void> {
  const { email, role, oid, link, renewed = false } = invited;
  const expires = link?.expiresAt.toISOString() ?? null;
  const details = { email, role, by: oid ? "directory" : "link", link_expires_at: expires, renewed };
  await recordAudit(tx, actor, { action: "member.invited", target: invited, details }, context);
}

async function fromDirectory(actor: MemberActor, oid: string): Promise<Invitee> {
  const { entraTenantId } = await ownTenant(actor);
  const found = await findPerson(entraTenantId, oid);
  if (!found.ok) {
    throw new AppError("UNAVAILABLE", "We can’t reach your directory right now. Try again, or invite by e-mail.");
  }
  if (!found.data) {
    const message = "This person is no longer in your directory.";
    throw new AppError("UNPROCESSABLE", message, { fields: { person: message } });
  }
  return { oid, name: found.data.name, email: found.data.email };
}

/**
 * Refuses a second row for one person. Object ids are certain. E-mail addresses prove nothing, so only those of open invitations
 * count, which admins typed.
 */
async function assertNew(tx: Prisma.TransactionClient, { tenantId }: MemberActor, invitee: Invitee): Promise<void> {
  const { oid, email } = invitee;
  const known = await tx.member.findFirst({
    where: oid
      ? { tenantId, oid }
      : { tenantId, oid: null, joinedAt: null, removedAt: null, emailSort: (email ?? "").toLowerCase() },
    select: { name: true, joinedAt: true, removedAt: true },
  });
  if (!known) return;
  const message = {
    active: `${known.name} is already a member.`,
    invited: oid
      ? `${known.name} is already invited and needs no link: signing in is enough.`
      : `${known.name} is already invited. Create a new link from the list instead.`,
    removed: `${known.name} was removed. Restore the member from the list instead.`,
  }[memberStatus(known)];
  throw new AppError("UNPROCESSABLE", message, { fields: { [oid ? "person" : "email"]: message } });
}

interface Link {
  readonly url: string;
  readonly expiresAt: Date;
}

async function newLink(
  tx: Prisma.TransactionClient,
  { tenantId }: MemberActor,
  memberId: string,
  now: Date,
): Promise<Link> {
  const token = randomBytes(TOKEN_BYTES).toString("base64url");
  const expiresAt = new Date(now.getTime() + INVITATION_MS);
  const row = { id: uuidv7(), tenantId, memberId, tokenHash: hashToken(token), createdAt: now, expiresAt };
  await tx.invitation.create({ data: row });
  return { url: new URL(`${INVITATION_PATH}/${token}`, env().NEXTAUTH_URL).href, expiresAt };
}

async function deliver(
  actor: MemberActor,
  { name, email, role }: Pick<StoredMember, "id" | "name" | "email" | "role">,
  link: Link | null,
): Promise<Invited> {
  const mail = await sendInvitation({
    to: { name, email },
    from: actor.name,
    organisation: actor.tenantName,
    role,
    url: link?.url ?? env().NEXTAUTH_URL,
    expiresAt: link?.expiresAt ?? null,
  });
  return { name, email, link: link?.url ?? null, expiresAt: link?.expiresAt ?? null, mail };
}

/** What the invitation page shows. */
export interface InvitationView {
  readonly state: InvitationState;
  readonly tenantId: string;
  readonly organisation: string;
  readonly role: Role;
  readonly expiresAt: Date;
}

/**
 * The current state of a link, without using it up: mail programs open links.
 * @param token from the URL, unchecked
 * @returns null for an unknown link
 */
export async function readInvitation(token: string): Promise<InvitationView | null> {
  if (!TOKEN_FORM.test(token)) return null;
  const link = await prisma().invitation.findUnique({
    where: { tokenHash: hashToken(token) },
    include: { member: { select: { role: true } }, tenant: { select: { name: true } } },
  });
  if (!link) return null;
  const state = invitationState(link, await databaseNow());
  const { tenantId, expiresAt } = link;
  return { state, tenantId, organisation: link.tenant.name, role: link.member.role, expiresAt };
}

/** Why a link is refused. */
export type InvitationRefusal =
  "invitation-unknown" | "invitation-used" | "invitation-expired" | "invitation-other-organisation";

/** A known link and its organisation. */
export interface InvitationLink {
  readonly id: string;
  readonly tenantId: string;
  /** Whether the person who opened it belongs to that organisation. */
  readonly own: boolean;
}

/**
 * A link's organisation, for a person of the Entra tenant `tid`.
 * @returns null for an unknown link
 */
export async function invitationFor(
  tx: Prisma.TransactionClient,
  token: string,
  tid: string,
): Promise<InvitationLink | null> {
  const link = TOKEN_FORM.test(token)
    ? await tx.invitation.findUnique({
        where: { tokenHash: hashToken(token) },
        select: { id: true, tenantId: true, tenant: { select: { entraTenantId: true } } },
      })
    : null;
  return link && { id: link.id, tenantId: link.tenantId, own: link.tenant.entraTenantId === tid };
}

/**
 * Makes a person the member that a link invites: binds the object id, once. The caller has locked the row of the link's tenant.
 * @param now the database's clock
 * @returns the member's id, or why the link no longer works
 */
export async function acceptInvitation(
  tx: Prisma.TransactionClient,
  invitationId: string,
  identity: { readonly oid: string; readonly name: string; readonly email: string | null },
  now: Date,
): Promise<{ memberId: string } | InvitationRefusal> {
  const link = await tx.invitation.findUniqueOrThrow({ where: { id: invitationId } });
  const state = invitationState(link, now);
  if (state === "accepted") return "invitation-used";
  if (state !== "open") return state === "expired" ? "invitation-expired" : "invitation-unknown";
  const { memberId, tenantId } = link;
  await tx.invitation.update({ where: { id: link.id }, data: { acceptedAt: now } });
  const { oid, name, email } = identity;
  await tx.member.update({ where: { id: memberId, tenantId, oid: null }, data: { oid, name, email, joinedAt: now } });
  log().info({ memberId }, "invitation accepted");
  return { memberId };
}
