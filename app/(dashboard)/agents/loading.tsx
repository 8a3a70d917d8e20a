import { AGENTS_COLUMNS } from "@/components/agents/agents-columns";
import { DataTableSkeleton } from "@/components/ui/data-table";

export default function Loading() {
  return (
    <>
      <div className="mb-4 h-7 w-24 animate-pulse rounded bg-sunken" />
      <DataTableSkeleton label="Loading agents" columns={AGENTS_COLUMNS} />
    </>
  );
}
