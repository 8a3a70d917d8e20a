import type { Column } from "@/components/list/data-table";
import type { KEY_SORTS } from "@/lib/api-keys/list-url";

/** The columns of the keys table. */
export const KEYS_COLUMNS: readonly Column<(typeof KEY_SORTS)[number]>[] = [
  { id: "name", label: "Name", sort: { by: "name", first: "asc" }, bar: "w-40" },
  { id: "key", label: "Key", bar: "w-36" },
  { id: "status", label: "Status", bar: "w-20" },
  { id: "created", label: "Created", sort: { by: "created", first: "desc" }, bar: "w-28" },
  { id: "expires", label: "Expires", sort: { by: "expires", first: "asc" }, bar: "w-20" },
  { id: "used", label: "Last used", sort: { by: "used", first: "desc" }, bar: "w-20" },
  { id: "actions", label: "Actions", bar: "w-28" },
];
