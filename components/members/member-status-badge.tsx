import { CircleCheck, CircleSlash, MailQuestion } from "lucide-react";

import { ACCOUNT_LEGEND } from "@/components/members/directory-status";
import { Badge } from "@/components/ui/badge";
import type { MemberStatus } from "@/lib/members/status";

/** The label of each status. */
export const MEMBER_STATUS_LABELS: Record<MemberStatus, string> = {
  active: "Active",
  invited: "Invited",
  removed: "Removed",
};

const LOOKS = {
  active: { icon: CircleCheck, tone: "good" },
  invited: { icon: MailQuestion, tone: "warn" },
  removed: { icon: CircleSlash, tone: "quiet" },
} as const;

const MEANINGS: Readonly<Record<MemberStatus, string>> = {
  active: "Can sign in and act with this role.",
  invited: "Hasn’t signed in yet.",
  removed: "Can’t sign in. API keys this person created keep working. Restore the member to undo this.",
};

/** What each status and each flag of an account means. */
export const MEMBER_LEGEND = [
  ...(Object.keys(MEANINGS) as MemberStatus[]).map(
    (status) => [MEMBER_STATUS_LABELS[status], MEANINGS[status]] as const,
  ),
  ...ACCOUNT_LEGEND,
];

/** A member's status; what it means on hover. */
export function MemberStatusBadge({ status }: { status: MemberStatus }) {
  return <Badge {...LOOKS[status]} label={MEMBER_STATUS_LABELS[status]} title={MEANINGS[status]} />;
}
