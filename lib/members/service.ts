import "server-only";

import { assertAdmin, type MemberActor } from "@/lib/actor";
import type { RequestOrigin } from "@/lib/audit-log/actions";
import { recordAudit } from "@/lib/audit-log/service";
import { prisma } from "@/lib/db/client";
import { AppError } from "@/lib/errors/app-error";
import type { Member, Prisma } from "@/lib/generated/prisma/client";
import type { Role } from "@/lib/generated/prisma/enums";
import { endSessionsOfRemoved } from "@/lib/members/end-sessions";
import { memberStatus } from "@/lib/members/status";
import { isUuid } from "@/lib/text/uuid";

/** What is said of a member that is absent, and of another organisation's. */
const NO_SUCH_MEMBER = "Member not found.";

const LAST_ADMIN = "You’re the last admin. Make someone else an admin first.";

/** Members who can sign in and act: joined, and not removed. */
export const ACTIVE = { joinedAt: { not: null }, removedAt: null } as const satisfies Prisma.MemberWhereInput;

/** What a change of a member led to; `changed` is false when it was so already, and then nothing was written. */
export interface MemberChange {
  readonly changed: boolean;
  readonly name: string;
}

/** A member as the transactions here read it. */
export type StoredMember = Pick<Member, "id" | "oid" | "name" | "email" | "role" | "joinedAt" | "removedAt">;

const STORED = {
  id: true,
  oid: true,
  name: true,
  email: true,
  role: true,
  joinedAt: true,
  removedAt: true,
} as const satisfies Prisma.MemberSelect;

/**
 * Runs a change of an organisation's members. They come one after the other: each holds the tenant's row, as a sign-in
 * does, so none decides on what another is just changing. The actor is looked at again under the lock: of two admins
 * who demote each other at once, the second one is no admin any more.
 * @throws AppError FORBIDDEN for anyone who is no admin by then
 */
export async function changingMembers<Result>(
  actor: MemberActor,
  change: (tx: Prisma.TransactionClient) => Promise<Result>,
): Promise<Result> {
  assertAdmin(actor);
  return prisma().$transaction(async (tx) => {
    await tx.$queryRaw`select 1 from tenants where id = ${actor.tenantId}::uuid for no key update`;
    assertAdmin(
      await tx.member.findFirst({
        where: { id: actor.memberId, tenantId: actor.tenantId, ...ACTIVE },
        select: { role: true },
      }),
    );
    return change(tx);
  });
}

/**
 * One member of the actor's organisation.
 * @param memberId any text; what is no UUID is a member that does not exist
 * @throws AppError NOT_FOUND, the same for another organisation's member as for none
 */
export async function findOwnMember(
  tx: Prisma.TransactionClient,
  actor: MemberActor,
  memberId: string,
): Promise<StoredMember> {
  const member = isUuid(memberId.toLowerCase())
    ? await tx.member.findUnique({
        where: { tenantId_id: { tenantId: actor.tenantId, id: memberId.toLowerCase() } },
        select: STORED,
      })
    : null;
  if (!member) throw new AppError("NOT_FOUND", NO_SUCH_MEMBER);
  return member;
}

/** An organisation never loses its last admin; whoever is invited and never came is none. */
async function assertNotLastAdmin(
  tx: Prisma.TransactionClient,
  actor: MemberActor,
  member: StoredMember,
): Promise<void> {
  if (member.role !== "Admin" || memberStatus(member) !== "active") return;
  const others = await tx.member.findFirst({
    where: { tenantId: actor.tenantId, role: "Admin", id: { not: member.id }, ...ACTIVE },
    select: { id: true },
  });
  if (!others) throw new AppError("CONFLICT", LAST_ADMIN);
}

/**
 * Gives a member another role, seen by that person's very next request.
 * @param now the database's clock
 * @param origin for the audit log, written in the same transaction
 * @throws AppError FORBIDDEN for anyone but an admin; NOT_FOUND; CONFLICT for a removed member and for the last admin
 */
export async function changeRole(
  actor: MemberActor,
  memberId: string,
  role: Role,
  now: Date,
  origin: RequestOrigin,
): Promise<MemberChange> {
  return changingMembers(actor, async (tx) => {
    const member = await findOwnMember(tx, actor, memberId);
    const { id, name } = member;
    if (member.removedAt) throw new AppError("CONFLICT", `${name} was removed. Restore the member first.`);
    if (member.role === role) return { changed: false, name };
    await assertNotLastAdmin(tx, actor, member);
    await tx.member.update({ where: { id, tenantId: actor.tenantId }, data: { role } });
    const details = { from: member.role, to: role };
    await recordAudit(tx, actor, { action: "member.role_changed", target: member, details }, now, origin);
    return { changed: true, name };
  });
}

/**
 * Removes a member: the sessions end and invitations are taken back with it, and the very next request is refused. What the
 * person made stays, API keys too.
 * @param now the database's clock
 * @param origin for the audit log, written in the same transaction
 * @throws AppError FORBIDDEN for anyone but an admin; NOT_FOUND; CONFLICT for the last admin
 */
export async function removeMember(
  actor: MemberActor,
  memberId: string,
  now: Date,
  origin: RequestOrigin,
): Promise<MemberChange> {
  return changingMembers(actor, async (tx) => {
    const member = await findOwnMember(tx, actor, memberId);
    const { id, name } = member;
    if (member.removedAt) return { changed: false, name };
    await assertNotLastAdmin(tx, actor, member);
    const { tenantId } = actor;
    // A restored member signs in again: no forgotten browser comes back to life. Before the member, as a request of that
    // person locks the two when it notes itself: the other way round each would wait for the other.
    const { ended } = await endSessionsOfRemoved(tx, id, now);
    await tx.member.update({ where: { id, tenantId }, data: { removedAt: now, removedById: actor.memberId } });
    await withdrawInvitations(tx, tenantId, id, now);
    const details = { role: member.role, had_joined: member.joinedAt !== null, sessions_ended: ended };
    await recordAudit(tx, actor, { action: "member.removed", target: member, details }, now, origin);
    return { changed: true, name };
  });
}

/**
 * Takes a removal back: the person may sign in again, with the role from before. Whoever was removed while invited by
 * e-mail is invited again, and needs a new link.
 * @param now the database's clock
 * @param origin for the audit log, written in the same transaction
 * @throws AppError FORBIDDEN for anyone but an admin; NOT_FOUND
 */
export async function restoreMember(
  actor: MemberActor,
  memberId: string,
  now: Date,
  origin: RequestOrigin,
): Promise<MemberChange> {
  return changingMembers(actor, async (tx) => {
    const member = await findOwnMember(tx, actor, memberId);
    const { id, name } = member;
    if (!member.removedAt) return { changed: false, name };
    await tx.member.update({
      where: { id, tenantId: actor.tenantId },
      data: { removedAt: null, removedById: null },
    });
    const details = { role: member.role };
    await recordAudit(tx, actor, { action: "member.restored", target: member, details }, now, origin);
    return { changed: true, name };
  });
}

/** Takes back the link of a person that is still open; at most one is. */
export async function withdrawInvitations(
  tx: Prisma.TransactionClient,
  tenantId: string,
  memberId: string,
  now: Date,
): Promise<void> {
  await tx.invitation.updateMany({
    where: { tenantId, memberId, acceptedAt: null, withdrawnAt: null },
    data: { withdrawnAt: now },
  });
}
