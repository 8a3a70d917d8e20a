/** What a member can be. */
export const MEMBER_STATUSES = ["active", "invited", "removed"] as const;
export type MemberStatus = (typeof MEMBER_STATUSES)[number];

/** The moments that decide the status. */
export interface MemberMoments {
  readonly joinedAt: Date | null;
  readonly removedAt: Date | null;
}

/** What the moments say: removed beats everything, and whoever has not signed in yet is invited. */
export function memberStatus({ joinedAt, removedAt }: MemberMoments): MemberStatus {
  if (removedAt) return "removed";
  return joinedAt ? "active" : "invited";
}

/** An invitation's link works this long: 7 days. */
export const INVITATION_MS = 7 * 24 * 3_600_000;

/** The moments of a link. */
export interface InvitationMoments {
  readonly expiresAt: Date;
  readonly acceptedAt: Date | null;
  readonly withdrawnAt: Date | null;
}

/** What a link is worth. */
export type InvitationState = "open" | "accepted" | "withdrawn" | "expired";

/** What a link is worth at `now`. One that expires at T is expired at T. */
export function invitationState(link: InvitationMoments, now: Date): InvitationState {
  if (link.acceptedAt) return "accepted";
  if (link.withdrawnAt) return "withdrawn";
  return now >= link.expiresAt ? "expired" : "open";
}
