import { TriangleAlert } from "lucide-react";

/** What is said of an owner or creator who is gone. */
export const REMOVED = { member: "no longer a member", application: "no longer bound" } as const;

/** Says that nobody can be asked about a key. */
export function ContactGone() {
  return (
    <span title="The person to ask was removed, or their Microsoft account is disabled or deleted.">
      <TriangleAlert aria-hidden className="mr-1 inline size-3.5 text-warn" />
      <span>Contact gone</span>
    </span>
  );
}
