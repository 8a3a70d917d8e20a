import type { MemberStatus } from "@/lib/members/status";

/** The label of each status. */
export const MEMBER_STATUS_LABELS: Record<MemberStatus, string> = {
  active: "Active",
  invited: "Invited",
  removed: "Removed",
};
