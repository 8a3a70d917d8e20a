/** The states of a member. */
export const MEMBER_STATUSES = ["active", "invited", "removed"] as const;
export type MemberStatus = (typeof MEMBER_STATUSES)[number];

/** The timestamps that decide the status. */
export interface MemberTimes {
  readonly joinedAt: Date | null;
  readonly removedAt: Date | null;
}

/** Removed takes precedence; someone who has not signed in yet is invited. */
export function memberStatus({ joinedAt, removedAt }: MemberTimes): MemberStatus {
  if (removedAt) return "removed";
  return joinedAt ? "active" : "invited";
}

/** How long an invitation link works: 7 days. */
export const INVITATION_MS = 7 * 24 * 3_600_000;

/** The timestamps of a link. */
export interface InvitationTimes {
  readonly expiresAt: Date;
  readonly acceptedAt: Date | null;
  readonly withdrawnAt: Date | null;
}

/** The states of a link. */
export type InvitationState = "open" | "accepted" | "withdrawn" | "expired";

/** The state of a link at `now`. One that expires at T is expired at T. */
export function invitationState(link: InvitationTimes, now: Date): InvitationState {
  if (link.acceptedAt) return "accepted";
  if (link.withdrawnAt) return "withdrawn";
  return now >= link.expiresAt ? "expired" : "open";
}
