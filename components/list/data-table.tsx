import { clsx } from "clsx";
import { ArrowDown, ArrowUp } from "lucide-react";
import Link from "next/link";
import type { ReactNode } from "react";

import { ACTIONS, SELECT, WIDE, type Column, type Direction } from "@/components/list/columns";

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
    <table className="w-full border-collapse text-left [overflow-wrap:anywhere] tabular-nums max-md:block md:table-fixed">
      <caption className="sr-only">{caption}</caption>
      <thead className={clsx("border-b border-line", sorting ? "max-md:block max-md:border-0" : "max-md:sr-only")}>
        <tr className="max-md:flex max-md:flex-wrap max-md:gap-x-3 max-md:px-3 max-md:py-2">
          {columns.map((column) =>
            column.id === SELECT ? (
              <th
                key={column.id}
                scope="col"
                className={clsx("py-1 pl-2 max-md:order-last max-md:ml-auto max-md:p-0 print:hidden", column.width)}
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
  const cell = clsx(
    "px-3 py-2 text-xs font-medium whitespace-nowrap text-soft max-md:p-0 md:max-xl:px-2",
    column.width,
    column.wide && WIDE,
  );
  if (!column.sort || !sorting) {
    return (
      <th scope="col" className={clsx(cell, "max-md:sr-only")}>
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
  return <tbody className="list-group">{children}</tbody>;
}

/** The cell that names a row. @param className this list's own classes */
export function RowHeader({ className, children }: { className?: string; children: ReactNode }) {
  return (
    <th scope="row" className={clsx("list-cell font-medium", className)}>
      {children}
    </th>
  );
}

/** The cell of a row's checkbox. */
export function SelectCell({ children }: { children?: ReactNode }) {
  return <td className="list-select">{children}</td>;
}

/**
 * A cell. On narrow screens, where the row is a card, it shows its column's label.
 * @param wide as its column
 */
export function Cell({ label, wide = false, children }: { label: string; wide?: boolean; children: ReactNode }) {
  return (
    <td data-label={label} className={clsx("list-fact list-cell", wide && WIDE)}>
      {children}
    </td>
  );
}

/** The cell of a row's buttons; hidden on narrow screens if there are none. */
export function ActionsCell({ children }: { children: ReactNode }) {
  return (
    <td className={clsx("list-cell print:hidden", children ? "max-md:pt-1 md:py-1.5" : "max-md:hidden")}>{children}</td>
  );
}

/** A second line of a cell. */
export function Note({ children }: { children: ReactNode }) {
  return <div className="text-xs text-soft">{children}</div>;
}
