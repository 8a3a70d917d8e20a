import type { Column } from "@/components/list/data-table";

/** The columns of the agents table. */
export const AGENTS_COLUMNS: readonly Column[] = [
  { id: "name", label: "Name", bar: "w-64" },
  { id: "type", label: "Type", bar: "w-24" },
  { id: "trigger", label: "Trigger", bar: "w-20" },
  { id: "state", label: "State", bar: "w-16" },
  { id: "updated", label: "Updated", bar: "w-24" },
];
