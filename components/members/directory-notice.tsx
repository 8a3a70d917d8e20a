import { Callout } from "@/components/ui/callout";
import type { GraphProblem } from "@/lib/graph/client";
import type { Accounts } from "@/lib/members/accounts";

const TEXTS: Readonly<Record<GraphProblem, { title: string; text: string }>> = {
  "no-consent": {
    title: "Your directory is not connected.",
    text: "Invite people by a link instead. To search your directory here, and to see whose account was deleted or disabled, a Microsoft administrator of your organisation has to consent to it.",
  },
  throttled: {
    title: "Microsoft asks us to wait.",
    text: "Your directory cannot be searched for a moment, and deleted or disabled accounts are not shown. Everything else works.",
  },
  unavailable: {
    title: "Your directory cannot be reached just now.",
    text: "It cannot be searched, and deleted or disabled accounts are not shown. Everything else works.",
  },
};

/** Says once on the page that the directory does not answer, and what goes on without it. */
export async function DirectoryNotice({ accounts }: { accounts: Promise<Accounts> }) {
  const answer = await accounts;
  if (answer.ok) return null;
  const { title, text } = TEXTS[answer.problem];
  return (
    <div className="mb-3">
      <Callout tone="info">
        <strong className="font-semibold">{title}</strong> <span>{text}</span>
      </Callout>
    </div>
  );
}
