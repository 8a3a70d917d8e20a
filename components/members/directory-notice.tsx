import { Callout } from "@/components/ui/callout";
import type { GraphProblem } from "@/lib/microsoft/graph-client";
import type { Accounts } from "@/lib/members/accounts";

const TEXTS: Readonly<Record<GraphProblem, { title: string; text: string }>> = {
  "no-consent": {
    title: "Your directory isn’t connected.",
    text: "You can invite people with a link. To search your directory here and see deleted or disabled accounts, a Microsoft administrator of your organisation has to grant consent.",
  },
  throttled: {
    title: "Microsoft is limiting our requests.",
    text: "For a moment we can’t search your directory or show deleted and disabled accounts. Everything else works.",
  },
  unavailable: {
    title: "We can’t reach your directory right now.",
    text: "We can’t search it or show deleted and disabled accounts. Everything else works.",
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
