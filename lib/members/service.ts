import "server-only";

import { assertAdmin, type MemberActor } from "@/lib/actor";
import type { RequestContext } from "@/lib/audit-log/actions";
import { recordAudit } from "@/lib/audit-log/record";
import { prisma } from "@/lib/db/client";
import { AppError } from "@/lib/errors/app-error";
import type { Member, Prisma } from "@/lib/generated/prisma/client";
import type { Role } from "@/lib/generated/prisma/enums";
import { endSessionsOf } from "@/lib/members/sessions";
import { memberStatus } from "@/lib/members/status";
import { isUuid } from "@/lib/text/uuid";

/** Members who can act: joined, not removed, and with an account that is enabled. */
export const ACTIVE = {
  joinedAt: { not: null },
  removedAt: null,
  accountGoneAt: null,
} as const satisfies Prisma.MemberWhereInput;

/**
 * Runs a change of who may act for an organisation, its members and applications, one at a time: each locks the tenant's row, as a
 * sign-in does. The actor's role is read again under the lock: of two admins who demote each other concurrently, the second is no longer
 * an admin.
 * @throws AppError FORBIDDEN for anyone who is not an admin by then
 */
export async function changingAccess<Result>(
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
 * @param memberId any text; not found unless it is a UUID
 * @throws AppError NOT_FOUND, the same for a missing member and another organisation's
 */
export async function findOwnMember(tx: Prisma.TransactionClient, { tenantId }: MemberActor, memberId: string) {
  const id = memberId.toLowerCase();
  const member = isUuid(id) ? await tx.member.findUnique({ where: { tenantId_id: { tenantId, id } } }) : null;
  if (!member) throw new AppError("NOT_FOUND", "Member not found.");
  return member;
}

/**
 * Changes one member.
 * @param change writes what has to be written; false when that is nothing
 */
async function changeMember(
  actor: MemberActor,
  memberId: string,
  change: (tx: Prisma.TransactionClient, member: Member) => Promise<boolean>,
) {
  return changingAccess(actor, async (tx) => {
    const member = await findOwnMember(tx, actor, memberId);
    return { changed: await change(tx, member), name: member.name };
  });
}

/**
 * Why an admin can't be demoted or removed: an organisation never loses its last one. An invited admin who has not joined does not count.
 * @returns null while there is another
 */
async function lastAdminRefusal(tx: Prisma.TransactionClient, tenantId: string, adminId: string) {
  const other = await tx.member.findFirst({
    where: { tenantId, role: "Admin", id: { not: adminId }, ...ACTIVE },
    select: { id: true },
  });
  return other ? null : "You’re the last admin. Make someone else an admin first.";
}

/**
 * Why the actor can't be demoted or removed, for a page to say in advance; null if they can.
 * @throws AppError FORBIDDEN for anyone but an admin
 */
export function ownRefusal(actor: MemberActor): Promise<string | null> {
  assertAdmin(actor);
  return lastAdminRefusal(prisma(), actor.tenantId, actor.memberId);
}

async function assertNotLastAdmin(tx: Prisma.TransactionClient, { tenantId }: MemberActor, member: Member) {
  if (member.role !== "Admin" || memberStatus(member) !== "active") return;
  const refusal = await lastAdminRefusal(tx, tenantId, member.id);
  if (refusal !== null) throw new AppError("CONFLICT", refusal);
}

/**
 * Changes a member's role, effective from their next request.
 * @throws AppError FORBIDDEN for anyone but an admin; NOT_FOUND; CONFLICT for a removed member and for the last admin
 */
export async function changeRole(actor: MemberActor, memberId: string, role: Role, context: RequestContext) {
  return changeMember(actor, memberId, async (tx, member) => {
    const { id, tenantId, name } = member;
    if (member.removedAt) throw new AppError("CONFLICT", `${name} was removed. Restore the member first.`);
    if (member.role === role) return false;
    await assertNotLastAdmin(tx, actor, member);
    await tx.member.update({ where: { id, tenantId }, data: { role } });
    const details = { from: member.role, to: role };
    await recordAudit(tx, actor, { action: "member.role_changed", target: member, details }, context);
    return true;
  });
}

/**
 * Removes a member: ends their sessions, withdraws invitations, and refuses their next request. What they created stays, including
 * API keys.
 * @throws AppError FORBIDDEN for anyone but an admin; NOT_FOUND; CONFLICT for the last admin
 */
export async function removeMember(actor: MemberActor, memberId: string, context: RequestContext) {
  return changeMember(actor, memberId, async (tx, member) => {
    const { id, tenantId } = member;
    if (member.removedAt) return false;
    await assertNotLastAdmin(tx, actor, member);
    // Sessions first: that person's requests lock session and member in this order, and the reverse could deadlock.
    const ended = await endSessionsOf(tx, [id], context.now);
    await tx.member.update({ where: { id, tenantId }, data: { removedAt: context.now, removedById: actor.memberId } });
    await withdrawInvitations(tx, tenantId, id, context.now);
    const details = { role: member.role, had_joined: member.joinedAt !== null, sessions_ended: ended.get(id) ?? 0 };
    await recordAudit(tx, actor, { action: "member.removed", target: member, details }, context);
    return true;
  });
}

/**
 * Restores a removed member with their previous role. Their sessions stay ended. Someone removed while invited by e-mail is invited
 * again, and needs a new link.
 * @throws AppError FORBIDDEN for anyone but an admin; NOT_FOUND
 */
export async function restoreMember(actor: MemberActor, memberId: string, context: RequestContext) {
  return changeMember(actor, memberId, async (tx, { id, tenantId, name, role, removedAt }) => {
    if (!removedAt) return false;
    await tx.member.update({ where: { id, tenantId }, data: { removedAt: null, removedById: null } });
    await recordAudit(tx, actor, { action: "member.restored", target: { id, name }, details: { role } }, context);
    return true;
  });
}

/** Withdraws a person's open link; there is at most one. */
export async function withdrawInvitations(tx: Prisma.TransactionClient, tenantId: string, memberId: string, now: Date) {
  await tx.invitation.updateMany({
    where: { tenantId, memberId, acceptedAt: null, withdrawnAt: null },
    data: { withdrawnAt: now },
  });
}
