import { TriangleAlert } from "lucide-react";

import { Tooltip } from "@/components/ui/tooltip";
import type { Accounts } from "@/lib/members/accounts";

const TEXTS = {
  deleted: {
    label: "Account deleted",
    text: "This account is no longer in your Microsoft directory, so nobody can sign in with it. Remove the member if that is meant to stay so.",
  },
  disabled: {
    label: "Account disabled",
    text: "This account is blocked in your Microsoft directory, so nobody can sign in with it. Remove the member if that is meant to stay so.",
  },
} as const;

/** Says of a member that the Microsoft account was deleted or disabled; nothing of one that is fine or cannot be asked about. */
export async function AccountFlag({ oid, accounts }: { oid: string; accounts: Promise<Accounts> }) {
  const answer = await accounts;
  const problem = answer.ok ? answer.data.get(oid) : undefined;
  if (!problem) return null;
  const { label, text } = TEXTS[problem];
  return (
    <div className="mt-1">
      <Tooltip
        content={text}
        className="inline-flex h-5.5 cursor-default items-center gap-1 rounded-full bg-bad-wash px-2 text-xs font-medium whitespace-nowrap text-bad"
      >
        <TriangleAlert aria-hidden className="size-3.5" />
        {label}
      </Tooltip>
    </div>
  );
}
