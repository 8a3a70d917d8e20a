import type { KEY_SORTS } from "@/lib/api-keys/list-url";
import type { MEMBER_SORTS } from "@/lib/members/list-url";

// The columns of every list, for both its table and the outline that is shown while it loads.

/** The direction of a list's order. */
export type Direction = "asc" | "desc";

/** A column of a list. */
export interface Column<Sort extends string = string> {
  readonly id: string;
  readonly label: string;
  /** What the header sorts by, and the direction of the first click. */
  readonly sort?: { readonly by: Sort; readonly first: Direction };
  /** Width of the skeleton's bar. */
  readonly bar: string;
}

/** The id of the column whose header only screen readers get. */
export const ACTIONS = "actions";

/** The id of the column of checkboxes. */
export const SELECT = "select";

/** The columns of the agents table. */
export const AGENTS_COLUMNS: readonly Column[] = [
  { id: "name", label: "Name", bar: "w-64" },
  { id: "type", label: "Type", bar: "w-24" },
  { id: "trigger", label: "Trigger", bar: "w-20" },
  { id: "state", label: "State", bar: "w-16" },
  { id: "updated", label: "Updated", bar: "w-24" },
];

/** The columns of the keys table. */
export const KEYS_COLUMNS: readonly Column<(typeof KEY_SORTS)[number]>[] = [
  { id: SELECT, label: "Select", bar: "w-5" },
  { id: "name", label: "Name", sort: { by: "name", first: "asc" }, bar: "w-40" },
  { id: "key", label: "Key", bar: "w-36" },
  { id: "status", label: "Status", bar: "w-20" },
  { id: "owner", label: "Owner", bar: "w-24" },
  { id: "created", label: "Created", sort: { by: "created", first: "desc" }, bar: "w-28" },
  { id: "expires", label: "Expires", sort: { by: "expires", first: "asc" }, bar: "w-20" },
  { id: "used", label: "Last used", sort: { by: "used", first: "desc" }, bar: "w-20" },
  { id: "actions", label: "Actions", bar: "w-40" },
];

/** The columns of the members table. */
export const MEMBERS_COLUMNS: readonly Column<(typeof MEMBER_SORTS)[number]>[] = [
  { id: "name", label: "Name", sort: { by: "name", first: "asc" }, bar: "w-36" },
  { id: "email", label: "E-mail", sort: { by: "email", first: "asc" }, bar: "w-44" },
  { id: "role", label: "Role", sort: { by: "role", first: "asc" }, bar: "w-14" },
  { id: "status", label: "Status", bar: "w-20" },
  { id: "active", label: "Last activity", sort: { by: "active", first: "desc" }, bar: "w-24" },
  { id: "actions", label: "Actions", bar: "w-36" },
];

/** The columns of the audit log. */
export const AUDIT_LOG_COLUMNS: readonly Column[] = [
  { id: "when", label: "When", bar: "w-24" },
  { id: "action", label: "What", bar: "w-28" },
  { id: "actor", label: "Who", bar: "w-32" },
  { id: "target", label: "Target", bar: "w-40" },
  { id: "address", label: "IP address", bar: "w-24" },
  { id: "actions", label: "Details", bar: "w-6" },
];
