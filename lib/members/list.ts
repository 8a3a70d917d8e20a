import "server-only";

import { assertAdmin, type MemberActor } from "@/lib/actor";
import { prisma } from "@/lib/db/client";
import { type ListPage, readListPage } from "@/lib/db/list-page";
import type { Prisma } from "@/lib/generated/prisma/client";
import type { Role } from "@/lib/generated/prisma/enums";
import { escapeLike } from "@/lib/text/like";
import type { MEMBER_SORTS } from "@/lib/members/list-url";
import { invitationState, memberStatus, type MemberStatus } from "@/lib/members/status";

/** A column the list can be sorted by. */
type MemberSort = (typeof MEMBER_SORTS)[number];

/** The list's query, all of it in the URL. */
export interface MemberListQuery {
  readonly search: string;
  readonly role: Role | null;
  readonly status: MemberStatus | null;
  readonly sort: MemberSort;
  readonly direction: "asc" | "desc";
  /** From 1. */
  readonly page: number;
}

/** One member in the list. */
export interface MemberRow {
  readonly id: string;
  /** The account's object id in the directory; null while invited by e-mail. */
  readonly oid: string | null;
  readonly name: string;
  readonly email: string | null;
  readonly role: Role;
  readonly status: MemberStatus;
  readonly lastActiveAt: Date | null;
  readonly invitedAt: Date;
  readonly removedAt: Date | null;
  readonly removedBy: string | null;
  /** When an invited person's link expires; null without a working link. */
  readonly linkExpiresAt: Date | null;
  /** Invited by e-mail: this person needs a link to sign in. */
  readonly needsLink: boolean;
}

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

const ORDER: Record<MemberSort, (direction: "asc" | "desc") => Prisma.MemberOrderByWithRelationInput> = {
  name: (direction) => ({ nameSort: direction }),
  email: (direction) => ({ emailSort: { sort: direction, nulls: direction === "asc" ? "first" : "last" } }),
  // The database orders roles as the enum does: Admin, User, Viewer.
  role: (direction) => ({ role: direction }),
  // "Never" is the earliest activity.
  active: (direction) => ({ lastActiveAt: { sort: direction, nulls: direction === "asc" ? "first" : "last" } }),
};

/**
 * One page of the organisation's members, including removed ones, whose keys keep working.
 * @param now the database's clock
 * @throws AppError FORBIDDEN for anyone but an admin
 */
export async function listMembers(actor: MemberActor, query: MemberListQuery, now: Date): Promise<ListPage<MemberRow>> {
  assertAdmin(actor);
  const where: Prisma.MemberWhereInput = {
    tenantId: actor.tenantId,
    AND: [
      query.search.trim() ? whereSearch(query.search) : {},
      query.role ? { role: query.role } : {},
      query.status ? whereStatus(query.status) : {},
    ],
  };
  const { rows, ...page } = await readListPage(
    query.page,
    () => prisma().member.count({ where }),
    (range) =>
      prisma().member.findMany({
        where,
        select: {
          id: true,
          oid: true,
          name: true,
          email: true,
          role: true,
          createdAt: true,
          joinedAt: true,
          removedAt: true,
          lastActiveAt: true,
          removedBy: { select: { name: true } },
          // At most one link of a person is open.
          invitations: { where: { acceptedAt: null, withdrawnAt: null }, take: 1 },
        },
        orderBy: [ORDER[query.sort](query.direction), { nameSort: "asc" }, { id: "asc" }],
        ...range,
      }),
    Infinity,
  );
  const shown = rows.map(({ createdAt, joinedAt, removedBy, invitations: [link], ...member }): MemberRow => {
    const status = memberStatus({ joinedAt, removedAt: member.removedAt });
    return {
      ...member,
      status,
      invitedAt: createdAt,
      removedBy: removedBy?.name ?? null,
      linkExpiresAt: link && invitationState(link, now) === "open" ? link.expiresAt : null,
      needsLink: status === "invited" && member.oid === null,
    };
  });
  return { ...page, rows: shown };
}
