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
export type MemberSort = (typeof MEMBER_SORTS)[number];

/** What the list is asked for; all of it lives in the URL. */
export interface MemberListQuery {
  readonly search: string;
  readonly role: Role | null;
  readonly status: MemberStatus | null;
  readonly sort: MemberSort;
  readonly direction: "asc" | "desc";
  /** From 1. */
  readonly page: number;
}

/** One member as the list shows it. */
export interface MemberRow {
  readonly id: string;
  /** For asking the directory about the account; null while invited by e-mail. */
  readonly oid: string | null;
  readonly name: string;
  readonly email: string | null;
  readonly role: Role;
  readonly status: MemberStatus;
  readonly lastActiveAt: Date | null;
  readonly invitedAt: Date;
  readonly removedAt: Date | null;
  readonly removedBy: string | null;
  /** Until when an invited person's link works; null where there is none that does. */
  readonly linkExpiresAt: Date | null;
  /** Invited by e-mail: a link is what lets this person in. */
  readonly needsLink: boolean;
}

/** Rows with a status: {@link memberStatus}, said for the database. An integration test holds the two together. */
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

/** Text found in a name or an e-mail address, literally and without regard to case. */
function whereSearch(search: string): Prisma.MemberWhereInput {
  const contains = escapeLike(search.trim().normalize("NFC"));
  const found = { contains, mode: "insensitive" } as const;
  return { OR: [{ name: found }, { email: found }] };
}

const ORDER: Record<MemberSort, (direction: "asc" | "desc") => Prisma.MemberOrderByWithRelationInput> = {
  name: (direction) => ({ nameSort: direction }),
  email: (direction) => ({ emailSort: { sort: direction, nulls: direction === "asc" ? "first" : "last" } }),
  // The database keeps the roles in the order of the enum: Admin, User, Viewer.
  role: (direction) => ({ role: direction }),
  // "Never" is the earliest activity.
  active: (direction) => ({ lastActiveAt: { sort: direction, nulls: direction === "asc" ? "first" : "last" } }),
};

/**
 * One page of the organisation's members, paged by the database. The removed are among them: their keys go on working.
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
          // At most one of a person's links is open.
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
