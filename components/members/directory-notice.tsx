import type { AccountsView } from "@/components/members/member-view";
import { Callout } from "@/components/ui/callout";

const TEXTS = {
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
export async function DirectoryNotice({ accounts }: { accounts: Promise<AccountsView> }) {
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
