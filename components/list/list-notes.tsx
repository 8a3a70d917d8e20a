"use client";

import type { ReactNode } from "react";

import { toggleExactTimes, useExactTimes, useHasTimeZone } from "@/components/time/time";
import { Button } from "@/components/ui/button";

/** The notes below times: the switch to exact ones, for people who cannot hover, and other explanations. */
export function ListNotes({ children }: { children?: ReactNode }) {
  const exact = useExactTimes();
  const hasTimeZone = useHasTimeZone();
  return (
    <div className="flex flex-wrap items-start gap-x-4 gap-y-2 pt-3 text-xs text-soft print:hidden">
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
