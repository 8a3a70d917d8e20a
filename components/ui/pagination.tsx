import { ChevronLeft, ChevronRight } from "lucide-react";
import Link from "next/link";

import { buttonClass } from "@/components/ui/button";

/** Previous and next page, and where one is. Links, so that a page can be opened in a tab of its own. */
export function Pagination({
  page,
  hasNext,
  total,
  totalIsFloor,
  pageSize,
  noun,
  href,
}: {
  /** From 1. */
  page: number;
  hasNext: boolean;
  total: number;
  /** There are more than `total`. */
  totalIsFloor: boolean;
  pageSize: number;
  /** What is counted, in the plural. */
  noun: string;
  href: (page: number) => string;
}) {
  const first = (page - 1) * pageSize + 1;
  const last = Math.min(total, page * pageSize);
  const numbers = new Intl.NumberFormat("en");
  return (
    <nav aria-label="Pages" className="flex flex-wrap items-center justify-between gap-3 px-1 pt-3">
      <p className="text-xs text-soft tabular-nums">
        {numbers.format(first)}–{numbers.format(last)} of {totalIsFloor ? "more than " : ""}
        {numbers.format(total)} {noun}
      </p>
      {page > 1 || hasNext ? (
        <div className="flex gap-2">
          <Step label="Previous" to={page > 1 ? href(page - 1) : null} />
          <Step label="Next" to={hasNext ? href(page + 1) : null} />
        </div>
      ) : null}
    </nav>
  );
}

function Step({ label, to }: { label: "Previous" | "Next"; to: string | null }) {
  const inner = (
    <>
      {label === "Previous" ? <ChevronLeft aria-hidden className="size-4" /> : null}
      {label}
      {label === "Next" ? <ChevronRight aria-hidden className="size-4" /> : null}
    </>
  );
  if (to) {
    return (
      <Link href={to} className={buttonClass("plain", true)} rel={label === "Next" ? "next" : "prev"}>
        {inner}
      </Link>
    );
  }
  return (
    <span role="link" aria-disabled className={buttonClass("plain", true)}>
      {inner}
    </span>
  );
}
