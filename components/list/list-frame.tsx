import type { ReactElement, ReactNode } from "react";

import { Legend, ListNotes, type Term } from "@/components/list/list-notes";

/**
 * A list with its toolbar above, and its pages and explanations below.
 * @param toolbar search, filters and the list's own button; null for a list that never had a row
 * @param pages links to the other pages
 * @param hasRows whether there is anything for the notes to explain
 * @param legend what the statuses mean
 * @param children the table, or what stands in its place
 */
export function ListFrame({
  toolbar,
  pages,
  hasRows,
  legend,
  children,
}: {
  toolbar: ReactNode;
  pages: ReactElement;
  hasRows: boolean;
  legend?: readonly Term[];
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
