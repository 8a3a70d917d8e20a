"use client";

import type { ReactNode } from "react";

import { toggleExactTimes, useExactTimes, useHasTimeZone } from "@/components/time/time";
import { Button } from "@/components/ui/button";

/** The notes below times: the switch to exact ones, for people who cannot hover, and other explanations. */
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

/** A status and its meaning. */
export type Term = readonly [term: string, meaning: string];

/** What the words of a list mean, for people who cannot hover over them. */
export function Legend({ terms, title = "What the statuses mean" }: { terms: readonly Term[]; title?: string }) {
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
