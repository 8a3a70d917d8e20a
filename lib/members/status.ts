import type { InvitationModel, MemberModel } from "@/lib/generated/prisma/models";
import { DAY_MS } from "@/lib/text/time-units";

/** The states of a member. */
export const MEMBER_STATUSES = ["active", "invited", "removed"] as const;
export type MemberStatus = (typeof MEMBER_STATUSES)[number];

/** Removed takes precedence; someone who has not signed in yet is invited. */
export function memberStatus({ joinedAt, removedAt }: Pick<MemberModel, "joinedAt" | "removedAt">): MemberStatus {
  if (removedAt) return "removed";
  return joinedAt ? "active" : "invited";
}

/** How long an invitation link works: 7 days. */
export const INVITATION_MS = 7 * DAY_MS;

type InvitationTimes = Pick<InvitationModel, "expiresAt" | "acceptedAt" | "withdrawnAt">;

/** The state of a link at `now`. One that expires at T is expired at T. */
export function invitationState(link: InvitationTimes, now: Date): "open" | "accepted" | "withdrawn" | "expired" {
  if (link.acceptedAt) return "accepted";
  if (link.withdrawnAt) return "withdrawn";
  return now >= link.expiresAt ? "expired" : "open";
}
