import { TriangleAlert } from "lucide-react";

import type { AccountsView } from "@/components/members/member-view";
import { Badge } from "@/components/ui/badge";

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

/** The flags of accounts, and what they mean. */
export const ACCOUNT_LEGEND = Object.values(TEXTS).map(({ label, text }) => [label, text] as const);

/** Flags a member whose Microsoft account was deleted or disabled. */
export async function AccountFlag({ oid, accounts }: { oid: string; accounts: Promise<AccountsView> }) {
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
