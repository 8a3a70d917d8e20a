"use client";

import type { ReactNode } from "react";

import { Button } from "@/components/ui/button";
import { toggleExactTimes, useExactTimes } from "@/components/hooks/use-exact-times";
import { useHasTimeZone } from "@/components/time/time";

/** What stands below something with times in it: the switch to exact ones, for whoever cannot hover, and what else explains it. */
export function ListNotes({ children }: { children?: ReactNode }) {
  const exact = useExactTimes();
  const hasTimeZone = useHasTimeZone();
  return (
    <div className="flex flex-wrap items-start gap-x-4 gap-y-2 px-1 pt-3 text-xs text-soft print:hidden">
      <Button small aria-pressed={exact} onClick={toggleExactTimes}>
        <span>{exact ? "Show relative times" : "Show exact times"}</span>
      </Button>
      {hasTimeZone ? null : (
        <p className="py-1.5">Times are in UTC because your browser doesn’t share its time zone.</p>
      )}
      {children}
    </div>
  );
}

/** What the words of a list mean, for whoever cannot hover over them. */
export function Legend({
  title,
  terms,
}: {
  title: string;
  terms: readonly (readonly [term: string, meaning: string])[];
}) {
  return (
    <details>
      <summary className="py-1.5">{title}</summary>
      <dl className="mt-1 grid max-w-prose gap-1.5">
        {terms.map(([term, meaning]) => (
          <div key={term}>
            <dt className="inline font-medium text-ink">{`${term}: `}</dt>
            <dd className="inline">{meaning}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
