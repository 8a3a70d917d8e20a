import { clsx } from "clsx";
import { ChevronLeft, ChevronRight } from "lucide-react";
import Link from "next/link";
import type { ReactNode } from "react";

import { buttonClass } from "@/components/ui/button";
import { linkClass } from "@/components/ui/link";
import { LIST_SIZES, type ListSize } from "@/lib/text/list-size";
import { countText, type Noun, numberText } from "@/lib/text/number";

/** Where in a list a page is. */
export interface PageOfList {
  /** From 1. */
  readonly page: number;
  readonly hasNext: boolean;
  /** Rows on a full page. */
  readonly size: number;
  readonly total: number;
}

/** The result of a search, for screen readers: "No keys match", "1 key found", "60 keys found, page 2". */
export function foundText(count: number, noun: Noun, page = 1): string {
  if (count === 0) return `No ${noun[1]} match`;
  const found = `${countText(count, noun)} found`;
  return page > 1 ? `${found}, page ${numberText(page)}` : found;
}

/** A page of a list, and how many rows it has; as now where it says nothing. */
export interface Place {
  readonly page: number;
  readonly size?: ListSize;
}

/**
 * Where in a list one is, rows per page, and links to other pages; nothing below an empty list. Links, so that a page can be
 * opened in a tab of its own, and without scripts.
 * @param more rows on this page that the count leaves out, in words
 */
export function Pagination({
  list: { page, hasNext, size, total },
  noun,
  more,
  href,
}: {
  list: PageOfList;
  noun: Noun;
  more?: string | undefined;
  href: (place: Place) => string;
}) {
  if (total === 0) return null;
  const first = (page - 1) * size + 1;
  const last = Math.min(total, page * size);
  const pages = Math.ceil(total / size);
  return (
    <PageBar
      text={`${numberText(first)}–${numberText(last)} of ${countText(total, noun)}${more ? `, ${more}` : ""}`}
      total={total}
      size={size}
      sizeHref={(other) => href({ page: 1, size: other })}
    >
      {page > 1 || hasNext ? (
        <>
          {pages > 2 ? <JumpToPage page={page} pages={pages} href={href({ page: 1 })} /> : null}
          <PageStep label="Previous" rel="prev" to={page > 1 ? href({ page: page - 1 }) : null} here={href({ page })} />
          <PageStep label="Next" rel="next" to={hasNext ? href({ page: page + 1 }) : null} here={href({ page })} />
        </>
      ) : null}
    </PageBar>
  );
}

/** The bar below a list: how much there is, rows per page where it's more than the fewest, and links to other pages. */
export function PageBar({
  text,
  total,
  size,
  sizeHref,
  children,
}: {
  text: string;
  total: number;
  size: number;
  sizeHref: (size: ListSize) => string;
  children: ReactNode;
}) {
  return (
    <nav
      aria-label="Pages"
      className="flex flex-wrap items-center gap-x-5 gap-y-2 pt-3 text-xs text-soft tabular-nums print:hidden"
    >
      <p>{text}</p>
      {total > LIST_SIZES[0] ? <Sizes current={size} href={sizeHref} /> : null}
      <span className="flex-1" />
      {children ? <div className="flex flex-wrap items-center gap-2">{children}</div> : null}
    </nav>
  );
}

/** Links to the same list with more or fewer rows on a page. */
function Sizes({ current, href }: { current: number; href: (size: ListSize) => string }) {
  return (
    <p className="flex items-center gap-1">
      <span>Rows per page</span>
      {LIST_SIZES.map((size) => (
        <Link
          key={size}
          href={href(size)}
          prefetch={false}
          scroll={false}
          aria-label={`${size} rows per page`}
          aria-current={size === current ? "true" : undefined}
          className={clsx(
            "inline-grid min-h-6 min-w-7 place-items-center rounded-sm",
            size === current ? "bg-sunken font-medium text-ink forced-colors:outline" : linkClass,
          )}
        >
          {size}
        </Link>
      ))}
    </p>
  );
}

/** A box for the number of a page. A form that a browser can send by itself, so it needs no scripts. */
function JumpToPage({ page, pages, href }: { page: number; pages: number; href: string }) {
  const { pathname, searchParams } = new URL(href, "http://list");
  return (
    <form action={pathname} className="flex items-center gap-1.5">
      {[...searchParams].map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      <label className="flex items-center gap-1.5">
        <span>Page</span>
        <input
          // The page changes with the list, not only when somebody types.
          key={page}
          name="page"
          inputMode="numeric"
          autoComplete="off"
          defaultValue={page}
          className="h-7 w-12 rounded-md border border-edge bg-surface px-1.5 text-center text-ink"
        />
      </label>
      <span>{`of ${numberText(pages)}`}</span>
    </form>
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
