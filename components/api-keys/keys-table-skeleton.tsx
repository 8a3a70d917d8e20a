import { KEYS_COLUMNS } from "@/components/api-keys/keys-columns";

/** The table while its page is on the way. */
export function KeysTableSkeleton() {
  return (
    <div className="rounded-lg border border-line bg-surface" role="status" aria-label="Loading API keys">
      <table className="w-full text-left max-lg:hidden" aria-hidden>
        <thead className="border-b border-line">
          <tr>
            {KEYS_COLUMNS.map((column) => (
              <th key={column.id} className="px-3 py-2 text-xs font-medium text-soft">
                {column.id === "actions" ? null : column.label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {Array.from({ length: 5 }, (_, row) => (
            <tr key={row} className="border-t border-line first:border-t-0">
              {KEYS_COLUMNS.map((column) => (
                <td key={column.id} className="px-3 py-4">
                  <div className={`h-3.5 animate-pulse rounded bg-sunken ${column.bar}`} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <div className="grid gap-6 p-3 lg:hidden" aria-hidden>
        {Array.from({ length: 4 }, (_, row) => (
          <div key={row} className="grid gap-2">
            <div className="h-3.5 w-48 animate-pulse rounded bg-sunken" />
            <div className="h-3.5 w-36 animate-pulse rounded bg-sunken" />
            <div className="h-3.5 w-28 animate-pulse rounded bg-sunken" />
          </div>
        ))}
      </div>
    </div>
  );
}
