import { clsx } from "clsx";
import type { ReactNode } from "react";

import { RelativeTime } from "@/components/time/time";

/** Short facts with their labels, in as many columns as fit. */
export function Facts({ children }: { children: ReactNode }) {
  return (
    <dl className="mt-5 grid gap-x-6 gap-y-3 rounded-lg border border-line bg-surface p-4 sm:grid-cols-2 lg:grid-cols-3">
      {children}
    </dl>
  );
}

/** A fact with its label. @param className more classes */
export function Fact({ label, className, children }: { label: string; className?: string; children: ReactNode }) {
  return (
    <div className={clsx("min-w-0", className)}>
      <dt className="text-xs text-soft">{label}</dt>
      <dd className="[overflow-wrap:anywhere]">{children}</dd>
    </div>
  );
}

/** The second line of a fact. */
export function FactNote({ children }: { children: ReactNode }) {
  return <span className="block text-xs text-soft">{children}</span>;
}

/** What was done, when and by whom. */
export function DoneFact({ label, at, by }: { label: string; at: Date; by: string | null }) {
  return (
    <Fact label={label}>
      <RelativeTime at={at} />
      <FactNote>
        by <bdi translate="no">{by}</bdi>
      </FactNote>
    </Fact>
  );
}

/** A note of several lines, across all columns; nothing without one. */
export function NoteFact({ note }: { note: string | null }) {
  if (note === null) return null;
  return (
    <Fact label="Note" className="max-w-2xl whitespace-pre-line sm:col-span-2 lg:col-span-3">
      <bdi>{note}</bdi>
    </Fact>
  );
}
