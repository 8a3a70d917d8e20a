import { SearchX, type LucideIcon } from "lucide-react";
import type { ReactElement, ReactNode } from "react";

import { Legend, ListNotes, type Term } from "@/components/list/list-notes";
import { ClearFilters, type ListSearch, ListToolbar } from "@/components/list/list-toolbar";
import { foundText, type Noun, type PageOfList, Pagination } from "@/components/list/pagination";

/** A list with its toolbar above, and links to its pages and explanations below. @param legend what the statuses mean */
export function ListFrame({
  toolbar,
  pages,
  hasRows,
  legend,
  children,
}: {
  toolbar: ReactElement | null;
  pages: ReactElement;
  hasRows: boolean;
  legend?: readonly Term[] | undefined;
  children: ReactNode;
}) {
  return (
    <>
      {toolbar ? (
        <div className="mb-3 flex items-center justify-between gap-2 max-md:flex-col-reverse max-md:items-stretch print:hidden">
          {toolbar}
        </div>
      ) : null}
      <div className="rounded-lg border border-line bg-surface">{children}</div>
      {pages}
      {hasRows ? <ListNotes>{legend ? <Legend terms={legend} /> : null}</ListNotes> : null}
    </>
  );
}

/**
 * A list in numbered pages, or what stands in its place.
 * @param path the list without search and filters
 * @param hint what to try when nothing matches
 * @param empty stands in place of a list that never had a row, which has no toolbar either
 */
export function PagedList<Name extends string>({
  list,
  noun,
  path,
  href,
  search,
  button,
  legend,
  hint,
  empty,
  children,
}: {
  list: PageOfList & { readonly any?: boolean };
  noun: Noun;
  path: string;
  href: (page: number) => string;
  search: ListSearch<Name>;
  button?: ReactElement;
  legend?: readonly Term[] | undefined;
  hint: string;
  empty?: ReactNode;
  children: ReactNode;
}) {
  const { total, totalIsFloor, page, any = true } = list;
  const toolbar = (
    <>
      <ListToolbar {...search} found={foundText(total, totalIsFloor, noun, page)} />
      {button}
    </>
  );
  return (
    <ListFrame
      toolbar={any ? toolbar : null}
      pages={<Pagination list={list} noun={noun} href={href} />}
      hasRows={total > 0}
      legend={legend}
    >
      {total > 0 ? children : any ? <NoMatch title={`No ${noun[0]} matches`} hint={hint} path={path} /> : empty}
    </ListFrame>
  );
}

/** What a list shows in place of its rows. */
export function EmptyState({
  icon: Icon,
  iconClass = "text-accent",
  title,
  children,
}: {
  icon: LucideIcon;
  iconClass?: "text-accent" | "text-soft";
  title: string;
  children: ReactNode;
}) {
  return (
    <div className="grid justify-items-center gap-3 px-4 py-14 text-center">
      <Icon aria-hidden className={`size-8 ${iconClass}`} />
      <h2 className="text-lg font-semibold">{title}</h2>
      {children}
    </div>
  );
}

/** What a list shows when search and filters leave nothing. @param path the list without them */
export function NoMatch({ title, hint, path }: { title: string; hint: string; path: string }) {
  return (
    <EmptyState icon={SearchX} iconClass="text-soft" title={title}>
      <p className="text-soft">{hint}</p>
      <ClearFilters path={path} />
    </EmptyState>
  );
}
