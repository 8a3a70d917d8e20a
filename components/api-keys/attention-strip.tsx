import { clsx } from "clsx";
import { TriangleAlert } from "lucide-react";
import Link from "next/link";

import { ClearFilters } from "@/components/list/list-toolbar";
import type { AttentionCounts } from "@/lib/api-keys/attention";
import { ATTENTION_REASONS, type AttentionReason } from "@/lib/api-keys/attention-reasons";
import { numberText } from "@/lib/text/number";

const LABELS: Readonly<Record<AttentionReason, string>> = {
  expiring: "Expiring within 14 days",
  contact_gone: "Contact gone",
  unused: "Not used for 90 days",
  never_used: "Never used",
  no_expiry: "No expiry",
  creator_removed: "Creator gone",
};

const MEANINGS: Readonly<Record<AttentionReason, string>> = {
  expiring: "These keys stop working within 14 days. Rotate the ones you still need.",
  contact_gone:
    "These keys work, but the people to ask about them were removed or have disabled Microsoft accounts. Choose new owners.",
  unused: "These keys work, but their last call was 90 days ago or more. Revoke the ones you no longer need.",
  never_used: "These keys are at least 7 days old and were never used. Revoke the ones you don’t need.",
  no_expiry: "These keys never expire. Rotate them on a schedule, and choose an expiry when you do.",
  creator_removed:
    "These keys work, but the people who created them are no longer members, or the applications no longer bound. Rotate the ones they may have kept.",
};

/**
 * The reasons why keys need attention, each with its count and a link to those keys; nothing when no key does.
 * @param current the reason that the list shows
 * @param href the list of one reason, or without one
 */
export function AttentionStrip({
  counts,
  current,
  href,
}: {
  counts: AttentionCounts;
  current: AttentionReason | null;
  href: (reason: AttentionReason | null) => string;
}) {
  const shown = ATTENTION_REASONS.filter((reason) => counts[reason] > 0 || reason === current);
  if (shown.length === 0) return null;
  return (
    <nav aria-labelledby="needs-attention" className="mb-3 grid gap-2 text-sm print:hidden">
      <div className="flex flex-wrap items-center gap-2">
        <h2 id="needs-attention" className="flex items-center gap-1.5 font-medium">
          <TriangleAlert aria-hidden className="size-4 text-warn" />
          <span>Needs attention</span>
        </h2>
        <ul className="contents">
          {shown.map((reason) => (
            <li key={reason}>
              <Link
                href={href(reason)}
                prefetch={false}
                scroll={false}
                aria-current={reason === current ? "true" : undefined}
                title={MEANINGS[reason]}
                className={clsx(
                  "inline-flex min-h-7 items-center gap-1 rounded-full border px-2.5 text-xs font-medium hover:bg-sunken",
                  reason === current
                    ? "border-accent bg-accent-wash text-accent forced-colors:border-2 forced-colors:border-[Highlight]"
                    : "border-edge bg-surface",
                )}
              >
                <span>{LABELS[reason]}</span>
                <span className="tabular-nums">{`(${numberText(counts[reason])})`}</span>
              </Link>
            </li>
          ))}
        </ul>
      </div>
      {current ? (
        <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
          <p className="text-soft">{MEANINGS[current]}</p>
          <ClearFilters path={href(null)} label="Show all keys" />
        </div>
      ) : null}
    </nav>
  );
}
