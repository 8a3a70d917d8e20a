import { clsx } from "clsx";
import { CircleCheck, CircleSlash, MailQuestion } from "lucide-react";

import { MEMBER_STATUS_LABELS } from "@/components/members/member-words";
import { Tooltip } from "@/components/ui/tooltip";
import type { MemberStatus } from "@/lib/members/status";

const LOOKS = {
  active: { icon: CircleCheck, className: "bg-good-wash text-good", text: "May sign in and act with this role." },
  invited: { icon: MailQuestion, className: "bg-warn-wash text-warn", text: "Has not signed in yet." },
  removed: {
    icon: CircleSlash,
    className: "bg-quiet-wash text-soft",
    text: "May not sign in. API keys this person made go on working. Restore the member to undo it.",
  },
} as const;

/** A member's status as a word with its own icon and colour; what it means on hover and on focus. */
export function MemberStatusBadge({ status }: { status: MemberStatus }) {
  const { icon: Icon, className, text } = LOOKS[status];
  return (
    <Tooltip
      content={text}
      className={clsx(
        "inline-flex h-5.5 cursor-default items-center gap-1 rounded-full px-2 text-xs font-medium whitespace-nowrap",
        className,
      )}
    >
      <Icon aria-hidden className="size-3.5" />
      {MEMBER_STATUS_LABELS[status]}
    </Tooltip>
  );
}
