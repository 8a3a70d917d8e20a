import { clsx } from "clsx";
import Link from "next/link";

import { OUTCOME_LEGEND } from "@/components/usage/outcomes";
import { UsageFigures } from "@/components/usage/usage-figures";
import { ExportLink } from "@/components/list/export-link";
import { Legend } from "@/components/list/legend";
import { Section } from "@/components/ui/section";
import { RANGE_NAMES, type UsageRange } from "@/lib/usage/range";
import type { Usage } from "@/lib/usage/read";

const RANGE_LABELS: Readonly<Record<UsageRange, string>> = {
  "24h": "24 hours",
  "7d": "7 days",
  "30d": "30 days",
  "13mo": "13 months",
};

/** How often a key, or an application, was used in a range, and links to the other ranges and to the numbers as a file. */
export function UsageSection({
  usage: { range, interval, points, totals },
  file,
  href,
  renderedFor,
}: {
  usage: Usage;
  /** The address of the same numbers as a file, and its query without the range. */
  file: { readonly href: string; readonly query: string };
  /** The page with another range. */
  href: (range: UsageRange) => string;
  renderedFor: string;
}) {
  return (
    <Section
      title="Requests"
      aside={
        <div className="flex flex-wrap items-center gap-2 print:hidden">
          <nav aria-label="Range" className="flex">
            {RANGE_NAMES.map((name) => (
              <Link
                key={name}
                href={href(name)}
                scroll={false}
                prefetch={false}
                aria-current={name === range ? "true" : undefined}
                className={clsx(
                  "inline-flex h-7 items-center border-b-2 px-2 text-xs",
                  name === range
                    ? "border-accent font-semibold forced-colors:border-[Highlight]"
                    : "border-transparent text-soft hover:text-ink forced-colors:border-[Canvas]",
                )}
              >
                {RANGE_LABELS[name]}
              </Link>
            ))}
          </nav>
          <ExportLink href={file.href} query={`${file.query}&range=${range}`} renderedFor={renderedFor} small>
            <span>Export CSV</span>
          </ExportLink>
        </div>
      }
    >
      <UsageFigures range={range} interval={interval} points={points} totals={totals} />
      <div className="px-1 pt-1 text-xs text-soft print:hidden">
        <Legend terms={OUTCOME_LEGEND} title="What the outcomes mean" />
      </div>
    </Section>
  );
}
