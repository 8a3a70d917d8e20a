import { AUDIT_COLUMNS } from "@/components/audit/audit-columns";
import { DataTableSkeleton } from "@/components/ui/data-table";

export default function Loading() {
  return (
    <div aria-busy>
      <div className="h-7 w-40 animate-pulse rounded bg-sunken" />
      <div className="mt-3 mb-4 h-9.5 border-b border-line" />
      <div className="mb-3 h-8" />
      <DataTableSkeleton label="Loading the audit log" columns={AUDIT_COLUMNS} dense />
    </div>
  );
}
