import type { Column } from "@/components/list/data-table";
import type { MEMBER_SORTS } from "@/lib/members/list-url";

/** The columns of the members table. */
export const MEMBERS_COLUMNS: readonly Column<(typeof MEMBER_SORTS)[number]>[] = [
  { id: "name", label: "Name", sort: { by: "name", first: "asc" }, bar: "w-36" },
  { id: "email", label: "E-mail", sort: { by: "email", first: "asc" }, bar: "w-44" },
  { id: "role", label: "Role", sort: { by: "role", first: "asc" }, bar: "w-14" },
  { id: "status", label: "Status", bar: "w-20" },
  { id: "active", label: "Last activity", sort: { by: "active", first: "desc" }, bar: "w-24" },
  { id: "actions", label: "Actions", bar: "w-36" },
];
