import type { Column } from "@/components/list/data-table";

/** The columns of the audit log. */
export const AUDIT_LOG_COLUMNS: readonly Column[] = [
  { id: "when", label: "When", bar: "w-24" },
  { id: "action", label: "What", bar: "w-28" },
  { id: "actor", label: "Who", bar: "w-32" },
  { id: "target", label: "Target", bar: "w-40" },
  { id: "address", label: "IP address", bar: "w-24" },
  { id: "actions", label: "Details", bar: "w-6" },
];
