import { SearchX } from "lucide-react";
import type { ReactElement, ReactNode } from "react";

import { Legend, type Term } from "@/components/list/legend";
import { ListNotes } from "@/components/list/list-notes";
import { ClearFilters, type ListSearch, ListToolbar } from "@/components/list/list-toolbar";
import { foundText, type PageOfList, Pagination, type Place } from "@/components/list/pagination";
import { OfflineNote } from "@/components/shell/offline-note";
import { Message } from "@/components/ui/message";
import type { Noun } from "@/lib/text/number";

/** A list with its toolbar above, and links to its pages and explanations below. @param legend what the statuses mean */
export function ListFrame({
  toolbar,
  pages,
  hasRows,
  legend,
  children,
}: {
  toolbar: ReactElement | null;
  pages?: ReactElement;
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
      <OfflineNote what="list" />
      {hasRows ? <ListNotes>{legend ? <Legend terms={legend} /> : null}</ListNotes> : null}
    </>
  );
}

/**
 * A list in numbered pages, or what stands in its place.
 * @param path the list without search and filters
 * @param more as of {@link Pagination}
 * @param hint what to try when nothing matches
 * @param empty stands in place of a list that never had a row, which has no toolbar either
 */
export function PagedList<Name extends string>({
  list,
  noun,
  more,
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
  more?: string | undefined;
  path: string;
  href: (place: Place) => string;
  search: ListSearch<Name>;
  button?: ReactElement;
  legend?: readonly Term[] | undefined;
  hint: string;
  empty?: ReactNode;
  children: ReactNode;
}) {
  const { total, page, any = true } = list;
  const toolbar = (
    <>
      <ListToolbar {...search} found={foundText(total, noun, page)} />
      {button}
    </>
  );
  return (
    <ListFrame
      toolbar={any ? toolbar : null}
      pages={<Pagination list={list} noun={noun} more={more} href={href} />}
      hasRows={total > 0}
      legend={legend}
    >
      {total > 0 ? children : any ? <NoMatch title={`No ${noun[0]} matches`} hint={hint} path={path} /> : empty}
    </ListFrame>
  );
}

/** What a list shows when search and filters leave nothing. @param path the list without them */
export function NoMatch({ title, hint, path }: { title: string; hint: string; path: string }) {
  return <Message as="h2" icon={SearchX} title={title} text={hint} action={<ClearFilters path={path} />} />;
}
