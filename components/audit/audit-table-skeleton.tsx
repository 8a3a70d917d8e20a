import { AUDIT_COLUMNS } from "@/components/audit/audit-columns";

/** The table while its page is on the way. */
export function AuditTableSkeleton() {
  return (
    <div className="rounded-lg border border-line bg-surface" role="status" aria-label="Loading the audit log">
      <table className="w-full text-left max-lg:hidden" aria-hidden>
        <thead className="border-b border-line">
          <tr>
            {AUDIT_COLUMNS.map((column) => (
              <th key={column.id} className="px-3 py-2 text-xs font-medium text-soft">
                {column.id === "more" ? null : column.label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {Array.from({ length: 8 }, (_, row) => (
            <tr key={row} className="border-t border-line first:border-t-0">
              {AUDIT_COLUMNS.map((column) => (
                <td key={column.id} className="px-3 py-3">
                  <div className={`h-3.5 animate-pulse rounded bg-sunken ${column.bar}`} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <div className="grid gap-6 p-3 lg:hidden" aria-hidden>
        {Array.from({ length: 5 }, (_, row) => (
          <div key={row} className="grid gap-2">
            <div className="h-3.5 w-32 animate-pulse rounded bg-sunken" />
            <div className="h-3.5 w-48 animate-pulse rounded bg-sunken" />
            <div className="h-3.5 w-28 animate-pulse rounded bg-sunken" />
          </div>
        ))}
      </div>
    </div>
  );
}
