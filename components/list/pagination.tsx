import { ChevronLeft, ChevronRight } from "lucide-react";
import Link from "next/link";
import type { ReactNode } from "react";

import { buttonClass } from "@/components/ui/button";
import { countText, numbers } from "@/components/list/count-text";

interface PageOfList {
  /** From 1. */
  readonly page: number;
  readonly hasNext: boolean;
  readonly total: number;
  /** There are more than `total`. */
  readonly totalIsFloor?: boolean;
}

/**
 * Previous and next page, and where one is; nothing below an empty list. Links, so that a page can be opened in a tab of its own.
 * @param props.noun what is counted: one, and many
 */
export function Pagination({
  list: { page, hasNext, total, totalIsFloor = false },
  pageSize,
  noun,
  href,
}: {
  list: PageOfList;
  pageSize: number;
  noun: readonly [one: string, many: string];
  href: (page: number) => string;
}) {
  if (total === 0) return null;
  const first = (page - 1) * pageSize + 1;
  const last = Math.min(total, page * pageSize);
  return (
    <nav aria-label="Pages" className="flex flex-wrap items-center justify-between gap-3 px-1 pt-3 print:hidden">
      <p className="text-xs text-soft tabular-nums">
        {`${numbers.format(first)}–${numbers.format(last)} of ${countText(total, totalIsFloor, noun)}`}
      </p>
      {page > 1 || hasNext ? (
        <div className="flex gap-2">
          <PageStep rel="prev" to={page > 1 ? href(page - 1) : null} here={href(page)}>
            <ChevronLeft aria-hidden className="size-4" />
            <span>Previous</span>
          </PageStep>
          <PageStep rel="next" to={hasNext ? href(page + 1) : null} here={href(page)}>
            <span>Next</span>
            <ChevronRight aria-hidden className="size-4" />
          </PageStep>
        </div>
      ) : null}
    </nav>
  );
}

/**
 * A link to another page. Where there is none, it becomes a link to this page outside the tab order, so that it keeps the focus
 * after it was followed.
 * @param here the address of this page
 */
export function PageStep({
  to,
  here,
  rel,
  children,
}: {
  to: string | null;
  here: string;
  rel?: "prev" | "next";
  children: ReactNode;
}) {
  return (
    <Link
      href={to ?? here}
      rel={to === null ? undefined : rel}
      prefetch={false}
      replace={to === null}
      aria-disabled={to === null || undefined}
      tabIndex={to === null ? -1 : undefined}
      className={buttonClass("plain", true)}
    >
      {children}
    </Link>
  );
}
