import type { ReactNode } from "react";

import { Badge } from "@/components/ui/badge";
import { Callout } from "@/components/ui/callout";
import type { Accounts } from "@/lib/members/accounts";
import type { MemberStatus } from "@/lib/members/status";

const NOTICES = {
  "no-consent": {
    title: "Your directory isn’t connected.",
    text: "You can invite people with a link. To search your directory here and see deleted or disabled accounts, a Microsoft administrator of your organisation has to grant consent.",
  },
  throttled: {
    title: "Microsoft is limiting our requests.",
    text: "We can’t search your directory or show deleted and disabled accounts for a moment. Everything else works.",
  },
  unavailable: {
    title: "We can’t reach your directory right now.",
    text: "We can’t search it or show deleted and disabled accounts. Everything else works.",
  },
} as const;

/** Says why the directory is unavailable, and what still works. */
export async function DirectoryNotice({ accounts }: { accounts: Promise<Accounts> }) {
  const answer = await accounts;
  if (answer.ok) return null;
  const { title, text } = NOTICES[answer.problem];
  return (
    <div className="mb-3">
      <Callout tone="info">
        <strong className="font-semibold">{title}</strong> <span>{text}</span>
      </Callout>
    </div>
  );
}

const FLAGS = {
  deleted: {
    label: "Account deleted",
    text: "This account is no longer in your Microsoft directory, so its sessions were ended and nobody can sign in with it. Remove the member if that’s intended.",
  },
  disabled: {
    label: "Account disabled",
    text: "This account is blocked in your Microsoft directory, so its sessions were ended and nobody can sign in with it. Remove the member if that’s intended.",
  },
} as const;

/** That a member's Microsoft account was deleted or disabled: whoever can't sign in isn't shown as active. */
export async function AccountBadge({
  oid,
  accounts,
  children,
}: {
  oid: string;
  accounts: Promise<Accounts>;
  /** The badge while nothing is wrong with the account, or the directory is unavailable. */
  children: ReactNode;
}) {
  const answer = await accounts;
  const problem = answer.ok ? answer.data.get(oid) : undefined;
  return problem ? (
    <Badge tone="bad" icon="warning" title={FLAGS[problem].text} label={FLAGS[problem].label} />
  ) : (
    children
  );
}

/** That Microsoft reported a member's account as disabled or deleted, and hasn't been heard of since. */
export function AccountGoneBadge() {
  return <Badge tone="bad" icon="warning" title={FLAGS.disabled.text} label={FLAGS.disabled.label} />;
}

/** The label of each status. */
export const MEMBER_STATUS_LABELS: Record<MemberStatus, string> = {
  active: "Active",
  invited: "Invited",
  removed: "Removed",
};

const LOOKS = {
  active: { icon: "check", tone: "good" },
  invited: { icon: "letter", tone: "warn" },
  removed: { icon: "slash", tone: "quiet" },
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
  ...Object.values(FLAGS).map(({ label, text }) => [label, text] as const),
];

/** A member's status; what it means on hover. */
export function MemberStatusBadge({ status }: { status: MemberStatus }) {
  return <Badge {...LOOKS[status]} label={MEMBER_STATUS_LABELS[status]} title={MEANINGS[status]} />;
}
