import { clsx } from "clsx";

import { ACTIONS, type Column } from "@/components/list/data-table";

/** A table's outline while its page loads. @param dense for rows of one line, of which more fit */
export function DataTableSkeleton({
  label,
  columns,
  dense = false,
}: {
  label: string;
  columns: readonly Column[];
  dense?: boolean;
}) {
  return (
    <div className="rounded-lg border border-line bg-surface" role="status" aria-label={label}>
      <table className="w-full text-left max-lg:hidden" aria-hidden>
        <thead className="border-b border-line">
          <tr>
            {columns.map((column) => (
              <th key={column.id} className="px-3 py-2 text-xs font-medium text-soft">
                {column.id === ACTIONS ? null : column.label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {Array.from({ length: dense ? 8 : 5 }, (_, row) => (
            <tr key={row} className="border-t border-line first:border-t-0">
              {columns.map((column) => (
                <td key={column.id} className={clsx("px-3", dense ? "py-3" : "py-4")}>
                  <div className={`h-3.5 animate-pulse rounded bg-sunken forced-colors:bg-[GrayText] ${column.bar}`} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <div className="grid gap-6 p-3 lg:hidden" aria-hidden>
        {Array.from({ length: dense ? 5 : 4 }, (_, row) => (
          <div key={row} className="grid gap-2">
            <div className="h-3.5 w-48 animate-pulse rounded bg-sunken forced-colors:bg-[GrayText]" />
            <div className="h-3.5 w-36 animate-pulse rounded bg-sunken forced-colors:bg-[GrayText]" />
            <div className="h-3.5 w-28 animate-pulse rounded bg-sunken forced-colors:bg-[GrayText]" />
          </div>
        ))}
      </div>
    </div>
  );
}
