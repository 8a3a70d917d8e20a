import type { MemberStatus } from "@/lib/members/status";

/** The word of each status. */
export const MEMBER_STATUS_LABELS: Record<MemberStatus, string> = {
  active: "Active",
  invited: "Invited",
  removed: "Removed",
};
