import { clsx } from "clsx";
import { ArrowDown, ArrowUp } from "lucide-react";
import Link from "next/link";
import type { ReactNode } from "react";

import { ACTIONS, SELECT, type Column, type Direction } from "@/components/list/columns";

/** The current order of a list, and the address of another. */
export interface Sorting<Sort extends string> {
  readonly sort: Sort;
  readonly dir: Direction;
  readonly href: (order: { sort: Sort; dir: Direction; page: 1 }) => string;
}

/**
 * The table of every list. Headers are links that sort, if the list has `sorting`; on narrow screens each row is a card.
 * @param selectAll the checkbox above those of the rows
 */
export function DataTable<Sort extends string>({
  caption,
  columns,
  sorting,
  selectAll,
  children,
}: {
  caption: string;
  columns: readonly Omit<Column<Sort>, "bar">[];
  sorting?: Sorting<Sort>;
  selectAll?: ReactNode;
  children: ReactNode;
}) {
  return (
    <table className="w-full border-collapse text-left max-lg:block">
      <caption className="sr-only">{caption}</caption>
      <thead className={clsx("border-b border-line", sorting ? "max-lg:block max-lg:border-0" : "max-lg:sr-only")}>
        <tr className="max-lg:flex max-lg:flex-wrap max-lg:gap-x-3 max-lg:px-3 max-lg:py-2">
          {columns.map((column) =>
            column.id === SELECT ? (
              <th
                key={column.id}
                scope="col"
                className="py-1 pl-2 max-lg:order-last max-lg:ml-auto max-lg:p-0 print:hidden"
              >
                {selectAll}
              </th>
            ) : (
              <ColumnHeader key={column.id} column={column} sorting={sorting} />
            ),
          )}
        </tr>
      </thead>
      {children}
    </table>
  );
}

function ColumnHeader<Sort extends string>({
  column,
  sorting,
}: {
  column: Omit<Column<Sort>, "bar">;
  sorting: Sorting<Sort> | undefined;
}) {
  const cell = "text-soft px-3 py-2 text-xs font-medium whitespace-nowrap max-lg:p-0 lg:max-xl:px-2";
  if (!column.sort || !sorting) {
    return (
      <th scope="col" className={clsx(cell, "max-lg:sr-only")}>
        {column.id === ACTIONS ? <span className="sr-only">{column.label}</span> : column.label}
      </th>
    );
  }
  const { sort, dir, href } = sorting;
  const { by, first } = column.sort;
  const sorted = sort === by;
  const next = sorted ? (dir === "asc" ? "desc" : "asc") : first;
  const Arrow = dir === "asc" ? ArrowUp : ArrowDown;
  return (
    <th scope="col" className={cell} aria-sort={sorted ? (dir === "asc" ? "ascending" : "descending") : undefined}>
      <Link
        href={href({ sort: by, dir: next, page: 1 })}
        scroll={false}
        prefetch={false}
        className={clsx(
          "inline-flex min-h-6 min-w-6 items-center gap-1 rounded-sm hover:text-ink",
          sorted && "text-ink",
        )}
      >
        <span>{column.label}</span>
        {sorted ? <Arrow aria-hidden className="size-3.5" /> : null}
      </Link>
    </th>
  );
}

/** Rows that belong together, usually one. */
export function RowGroup({ children }: { children: ReactNode }) {
  return (
    <tbody className="border-t border-line first-of-type:border-t-0 max-lg:block max-lg:first-of-type:border-t print:break-inside-avoid">
      {children}
    </tbody>
  );
}

/** The classes of a row: a card on narrow screens. */
export const rowClass = "max-lg:grid max-lg:gap-1 max-lg:px-3 max-lg:py-3";

/** The cell that names a row. @param className this list's own classes */
export function RowHeader({ className = "max-w-80", children }: { className?: string; children: ReactNode }) {
  return (
    <th
      scope="row"
      className={clsx(
        "min-w-40 px-3 py-2 align-top font-medium max-lg:max-w-none max-lg:p-0 lg:max-xl:px-2",
        className,
      )}
    >
      {children}
    </th>
  );
}

/** The cell of a row's checkbox; in the corner where the row is a card. */
export function SelectCell({ children }: { children?: ReactNode }) {
  return (
    <td className="w-8 py-1.5 pl-2 align-top max-lg:absolute max-lg:top-2 max-lg:right-3 max-lg:w-auto max-lg:p-0 print:hidden">
      {children}
    </td>
  );
}

/** A cell. On narrow screens, where the row is a card, it shows its column's label. */
export function Cell({ label, children }: { label: string; children: ReactNode }) {
  return (
    <td className="px-3 py-2 align-top max-lg:grid max-lg:grid-cols-[6rem_minmax(0,1fr)] max-lg:p-0 lg:max-xl:px-2">
      <span aria-hidden className="text-xs/6 text-soft lg:hidden">
        {label}
      </span>
      <div>{children}</div>
    </td>
  );
}

/** The cell of a row's buttons; hidden on narrow screens if there are none. */
export function ActionsCell({ children }: { children: ReactNode }) {
  return (
    <td
      className={clsx(
        "px-3 py-2 align-top max-lg:p-0 lg:max-xl:px-2",
        "print:hidden",
        children ? "max-lg:pt-1" : "max-lg:hidden",
      )}
    >
      {children}
    </td>
  );
}

/** A second line of a cell. */
export function Note({ children }: { children: ReactNode }) {
  return (
    <div className="max-w-48 min-w-28 text-xs [overflow-wrap:anywhere] text-soft max-lg:max-w-none">{children}</div>
  );
}
