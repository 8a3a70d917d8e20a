import { TriangleAlert } from "lucide-react";

import { Badge } from "@/components/ui/badge";
import type { Accounts } from "@/lib/members/accounts";

const TEXTS = {
  deleted: {
    label: "Account deleted",
    text: "This account is no longer in your Microsoft directory, so nobody can sign in with it. Remove the member if that’s intended.",
  },
  disabled: {
    label: "Account disabled",
    text: "This account is blocked in your Microsoft directory, so nobody can sign in with it. Remove the member if that’s intended.",
  },
} as const;

/** What is said of accounts, and what it means. */
export const ACCOUNT_LEGEND = Object.values(TEXTS).map(({ label, text }) => [label, text] as const);

/** Says of a member that the Microsoft account was deleted or disabled; nothing of one that is fine or cannot be asked about. */
export async function AccountFlag({ oid, accounts }: { oid: string; accounts: Promise<Accounts> }) {
  const answer = await accounts;
  const problem = answer.ok ? answer.data.get(oid) : undefined;
  if (!problem) return null;
  const { label, text } = TEXTS[problem];
  return (
    <div className="mt-1">
      <Badge tone="bad" icon={TriangleAlert} title={text} label={label} />
    </div>
  );
}
