import "server-only";

import { createHash, randomBytes } from "node:crypto";

import { v7 as uuidv7 } from "uuid";

import type { MemberActor } from "@/lib/actor";
import type { RequestContext } from "@/lib/audit-log/actions";
import { recordAudit } from "@/lib/audit-log/record";
import { databaseNow, prisma } from "@/lib/db/client";
import { env } from "@/lib/config/env";
import { AppError } from "@/lib/errors/app-error";
import type { Member, Prisma } from "@/lib/generated/prisma/client";
import { findPerson } from "@/lib/microsoft/directory";
import { log } from "@/lib/logging/log";
import { sendInvitation } from "@/lib/mail/invitation";
import type { inviteInput } from "@/lib/members/schemas";
import { changingAccess, findOwnMember, withdrawInvitations } from "@/lib/members/service";
import { INVITATION_MS, invitationState, memberStatus } from "@/lib/members/status";
import { ownTenant } from "@/lib/tenants/service";
import type { z } from "zod";

/** A person from the directory, or known by name and e-mail only. */
type Invitee = Pick<Member, "oid" | "name" | "email">;

/** Bytes of a token: 256 bits, so that guessing one is hopeless and an unsalted hash is enough (NIST 800-63B). */
const TOKEN_BYTES = 32;

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
export async function inviteMember(actor: MemberActor, input: z.output<typeof inviteInput>, context: RequestContext) {
  const invitee = "oid" in input ? await fromDirectory(actor, input.oid) : { ...input, oid: null };
  const { oid, name, email } = invitee;
  const member = { id: uuidv7(), tenantId: actor.tenantId, oid, name, email, role: input.role };
  const link = await changingAccess(actor, async (tx) => {
    await assertNew(tx, actor, invitee);
    await tx.member.create({ data: { ...member, createdAt: context.now, joinedAt: null } });
    const made = oid ? null : await newLink(tx, actor, member.id, context.now);
    await recordInvited(tx, actor, { ...member, link: made }, context);
    return made;
  });
  return deliver(actor, member, link);
}

/**
 * Gives an invited person a new link; the previous one stops working.
 * @throws AppError FORBIDDEN for anyone but an admin; NOT_FOUND; CONFLICT for someone who needs no link
 */
export async function renewInvitation(actor: MemberActor, memberId: string, context: RequestContext): Promise<Invited> {
  const { member, link } = await changingAccess(actor, async (tx) => {
    const found = await findOwnMember(tx, actor, memberId);
    if (memberStatus(found) !== "invited" || found.oid) throw new AppError("CONFLICT", noLinkFor(found));
    await withdrawInvitations(tx, actor.tenantId, found.id, context.now);
    const made = await newLink(tx, actor, found.id, context.now);
    await recordInvited(tx, actor, { ...found, link: made, renewed: true }, context);
    return { member: found, link: made };
  });
  return deliver(actor, member, link);
}

function noLinkFor(member: Member): string {
  if (member.removedAt) return `${member.name} was removed. Restore the member first.`;
  if (member.joinedAt) return `${member.name} has already joined and needs no link.`;
  return `${member.name} was chosen from your directory and needs no link: signing in is enough.`;
}

async function recordInvited(
  tx: Prisma.TransactionClient,
  actor: MemberActor,
  invited: Pick<Member, "id" | "oid" | "name" | "email" | "role"> & { link: Link | null; renewed?: boolean },
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

type Link = Awaited<ReturnType<typeof newLink>>;

async function newLink(tx: Prisma.TransactionClient, { tenantId }: MemberActor, memberId: string, now: Date) {
  const token = randomBytes(TOKEN_BYTES).toString("base64url");
  const expiresAt = new Date(now.getTime() + INVITATION_MS);
  const row = { id: uuidv7(), tenantId, memberId, tokenHash: hashToken(token), createdAt: now, expiresAt };
  await tx.invitation.create({ data: row });
  return { url: new URL(`${INVITATION_PATH}/${token}`, env().NEXTAUTH_URL).href, expiresAt };
}

async function deliver(actor: MemberActor, to: Pick<Member, "name" | "email" | "role">, link: Link | null) {
  const { name, email, role } = to;
  const expiresAt = link?.expiresAt ?? null;
  const mail = await sendInvitation({
    to: { name, email },
    from: actor.name,
    organisation: actor.tenantName,
    role,
    url: link?.url ?? env().NEXTAUTH_URL,
    expiresAt,
  });
  return {
    name,
    /** Where the mail went, or would go. */
    email,
    /** The link, shown once: only its hash is stored. Null for a person from the directory, who simply signs in. */
    link: link?.url ?? null,
    expiresAt,
    mail,
  };
}

/** The result of an invitation. */
export type Invited = Awaited<ReturnType<typeof deliver>>;

/** The link with this token, unchecked, from a URL; null for an unknown one. Only well-formed tokens are looked up. */
export async function findInvitation(client: Pick<Prisma.TransactionClient, "invitation">, token: string) {
  if (!TOKEN_FORM.test(token)) return null;
  return client.invitation.findUnique({
    where: { tokenHash: hashToken(token) },
    include: { member: { select: { role: true } }, tenant: { select: { name: true, entraTenantId: true } } },
  });
}

/**
 * What the invitation page shows of a link, without using it up: mail programs open links.
 * @param token from the URL, unchecked
 * @returns null for an unknown link
 */
export async function readInvitation(token: string) {
  const link = await findInvitation(prisma(), token);
  if (!link) return null;
  const state = invitationState(link, await databaseNow());
  const { tenantId, expiresAt } = link;
  return { state, tenantId, organisation: link.tenant.name, role: link.member.role, expiresAt };
}

/** Why a link is refused. */
export type InvitationRefusal =
  "invitation-unknown" | "invitation-used" | "invitation-expired" | "invitation-other-organisation";

/**
 * Makes a person the member that a link invites: binds the object id, once. The caller has locked the row of the link's tenant.
 * @param now the database's clock
 * @returns the member's id, or why the link no longer works
 */
export async function acceptInvitation(
  tx: Prisma.TransactionClient,
  invitationId: string,
  { oid, name, email }: Invitee,
  now: Date,
): Promise<{ memberId: string } | InvitationRefusal> {
  const link = await tx.invitation.findUniqueOrThrow({ where: { id: invitationId } });
  const state = invitationState(link, now);
  if (state === "accepted") return "invitation-used";
  if (state !== "open") return state === "expired" ? "invitation-expired" : "invitation-unknown";
  const { memberId, tenantId } = link;
  await tx.invitation.update({ where: { id: link.id }, data: { acceptedAt: now } });
  await tx.member.update({ where: { id: memberId, tenantId, oid: null }, data: { oid, name, email, joinedAt: now } });
  log().info({ memberId }, "invitation accepted");
  return { memberId };
}
