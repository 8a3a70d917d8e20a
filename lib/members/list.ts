import "server-only";

import { assertAdmin, type MemberActor } from "@/lib/actor";
import { prisma } from "@/lib/db/client";
import { readListPage } from "@/lib/db/list-page";
import type { Prisma } from "@/lib/generated/prisma/client";
import type { Role } from "@/lib/generated/prisma/enums";
import { escapeLike } from "@/lib/text/like";
import type { MemberListUrl } from "@/lib/members/list-url";
import { invitationState, memberStatus, type MemberStatus } from "@/lib/members/status";

/** {@link memberStatus} as a database filter. An integration test compares the two. */
function whereStatus(status: MemberStatus): Prisma.MemberWhereInput {
  switch (status) {
    case "removed":
      return { removedAt: { not: null } };
    case "invited":
      return { removedAt: null, joinedAt: null };
    case "active":
      return { removedAt: null, joinedAt: { not: null } };
  }
}

/** Text in a name or e-mail address, literal and case-insensitive. */
function whereSearch(search: string): Prisma.MemberWhereInput {
  const contains = escapeLike(search.trim().normalize("NFC"));
  const found = { contains, mode: "insensitive" } as const;
  return { OR: [{ name: found }, { email: found }] };
}

const ORDER: Record<MemberListUrl["sort"], (direction: "asc" | "desc") => Prisma.MemberOrderByWithRelationInput> = {
  name: (direction) => ({ nameSort: direction }),
  email: (direction) => ({ emailSort: { sort: direction, nulls: direction === "asc" ? "first" : "last" } }),
  // The database orders roles as the enum does: Admin, User, Viewer.
  role: (direction) => ({ role: direction }),
  // "Never" is the earliest activity.
  active: (direction) => ({ lastActiveAt: { sort: direction, nulls: direction === "asc" ? "first" : "last" } }),
};

const SHOWN = {
  omit: { tenantId: true, removedById: true, nameSort: true, emailSort: true, tokensValidFrom: true },
  include: {
    removedBy: { select: { name: true } },
    // At most one link of a person is open.
    invitations: { where: { acceptedAt: null, withdrawnAt: null }, take: 1 },
  },
} as const satisfies Prisma.MemberDefaultArgs;

type StoredMember = Prisma.MemberGetPayload<typeof SHOWN>;

function toRow({ createdAt, joinedAt, removedBy, invitations: [link], ...member }: StoredMember, now: Date) {
  const status = memberStatus({ joinedAt, removedAt: member.removedAt });
  return {
    ...member,
    status,
    invitedAt: createdAt,
    removedBy: removedBy?.name ?? null,
    /** When an invited person's link expires; null without a working link. */
    linkExpiresAt: link && invitationState(link, now) === "open" ? link.expiresAt : null,
    /** Invited by e-mail: this person needs a link to sign in. */
    needsLink: status === "invited" && member.oid === null,
  };
}

/** A member as a search names them. */
export interface FoundMember {
  readonly name: string;
  readonly email: string | null;
  readonly role: Role;
  readonly status: MemberStatus;
}

/**
 * The members that the list's search finds, removed ones last.
 * @throws AppError FORBIDDEN for anyone but an admin
 */
export async function findMembers(actor: MemberActor, search: string, take: number): Promise<FoundMember[]> {
  assertAdmin(actor);
  const members = await prisma().member.findMany({
    where: { tenantId: actor.tenantId, ...whereSearch(search) },
    select: { name: true, email: true, role: true, joinedAt: true, removedAt: true },
    orderBy: [{ removedAt: { sort: "asc", nulls: "first" } }, { nameSort: "asc" }, { id: "asc" }],
    take,
  });
  return members.map(({ name, email, role, ...moments }) => ({ name, email, role, status: memberStatus(moments) }));
}

/** One member in the list. */
export type MemberRow = ReturnType<typeof toRow>;

/**
 * One page of the organisation's members, including removed ones, whose keys keep working.
 * @param now the database's clock
 * @throws AppError FORBIDDEN for anyone but an admin
 */
export async function listMembers(
  actor: MemberActor,
  { q, role, status, sort, dir, page, size }: MemberListUrl,
  now: Date,
) {
  assertAdmin(actor);
  const where: Prisma.MemberWhereInput = {
    tenantId: actor.tenantId,
    AND: [q.trim() ? whereSearch(q) : {}, role ? { role } : {}, status ? whereStatus(status) : {}],
  };
  const orderBy = [ORDER[sort](dir), { nameSort: "asc" } as const, { id: "asc" } as const];
  const list = await readListPage(
    { page, size },
    () => prisma().member.count({ where }),
    (range) => prisma().member.findMany({ ...SHOWN, where, orderBy, ...range }),
  );
  return { ...list, rows: list.rows.map((row) => toRow(row, now)) };
}
