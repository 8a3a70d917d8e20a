import { ChevronLeft, ChevronRight } from "lucide-react";
import Link from "next/link";

import { buttonClass } from "@/components/ui/button";
import { numberText } from "@/lib/text/number";

/** Where in a list a page is. */
export interface PageOfList {
  /** From 1. */
  readonly page: number;
  readonly hasNext: boolean;
  /** Rows on a full page. */
  readonly size: number;
  readonly total: number;
  /** There are more than `total`. */
  readonly totalIsFloor: boolean;
}

/** What a list counts: one, and many. */
export type Noun = readonly [one: string, many: string];

/** A count with its noun: "1 key", "more than 1,000 keys". @param isFloor whether there are more than `count` */
function countText(count: number, isFloor: boolean, [one, many]: Noun): string {
  return `${isFloor ? "more than " : ""}${numberText(count)} ${count === 1 ? one : many}`;
}

/** The result of a search, for screen readers: "No keys match", "1 key found", "More than 1,000 keys found, page 2". */
export function foundText(count: number, isFloor: boolean, noun: Noun, page = 1): string {
  if (count === 0) return `No ${noun[1]} match`;
  const found = `${countText(count, isFloor, noun).replace(/^m/, "M")} found`;
  return page > 1 ? `${found}, page ${numberText(page)}` : found;
}

/** Previous and next page, and where one is; nothing below an empty list. Links, so that a page can be opened in a tab of its own. */
export function Pagination({
  list: { page, hasNext, size, total, totalIsFloor },
  noun,
  href,
}: {
  list: PageOfList;
  noun: Noun;
  href: (page: number) => string;
}) {
  if (total === 0) return null;
  const first = (page - 1) * size + 1;
  const last = Math.min(total, page * size);
  return (
    <nav aria-label="Pages" className="flex flex-wrap items-center justify-between gap-3 px-1 pt-3 print:hidden">
      <p className="text-xs text-soft tabular-nums">
        {`${numberText(first)}–${numberText(last)} of ${countText(total, totalIsFloor, noun)}`}
      </p>
      {page > 1 || hasNext ? (
        <div className="flex gap-2">
          <PageStep label="Previous" rel="prev" to={page > 1 ? href(page - 1) : null} here={href(page)} />
          <PageStep label="Next" rel="next" to={hasNext ? href(page + 1) : null} here={href(page)} />
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
  label,
  to,
  here,
  rel,
}: {
  label: string;
  to: string | null;
  here: string;
  rel?: "prev" | "next";
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
      {rel === "prev" ? <ChevronLeft aria-hidden className="size-4" /> : null}
      <span>{label}</span>
      {rel === "next" ? <ChevronRight aria-hidden className="size-4" /> : null}
    </Link>
  );
}
