import type { AGENT_SORTS } from "@/lib/agents/list-url";
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
  /** The column's width, so that search and loading don't move it; the column without one takes what is left. */
  readonly width?: string;
  /** Shown only where there is room for every column; the row's own page has the rest. */
  readonly wide?: boolean;
}

/** The classes of a cell in a column that is `wide`: hidden between cards and wide screens. */
export const WIDE = "md:max-xl:hidden";

/** The id of the column whose header only screen readers get. */
export const ACTIONS = "actions";

/** The id of the column of checkboxes. */
export const SELECT = "select";

/** The columns of the agents table. */
export const AGENTS_COLUMNS: readonly Column<(typeof AGENT_SORTS)[number]>[] = [
  { id: "name", label: "Name", sort: { by: "name", first: "asc" }, bar: "w-64" },
  { id: "type", label: "Type", bar: "w-24", width: "md:w-40" },
  { id: "trigger", label: "Trigger", bar: "w-20", width: "md:w-28" },
  { id: "state", label: "State", bar: "w-16", width: "md:w-28" },
  {
    id: "created",
    label: "Created",
    sort: { by: "created", first: "desc" },
    bar: "w-24",
    width: "md:w-32",
    wide: true,
  },
  { id: "updated", label: "Updated", sort: { by: "updated", first: "desc" }, bar: "w-24", width: "md:w-32" },
];

/** The columns of the keys table. */
export const KEYS_COLUMNS: readonly Column<(typeof KEY_SORTS)[number]>[] = [
  { id: SELECT, label: "Select", bar: "w-5", width: "md:w-9" },
  { id: "name", label: "Name", sort: { by: "name", first: "asc" }, bar: "w-32" },
  { id: "key", label: "Key", bar: "w-32", width: "md:w-38", wide: true },
  { id: "status", label: "Status", bar: "w-20", width: "md:w-33" },
  { id: "owner", label: "Owner", bar: "w-20", width: "md:w-34", wide: true },
  {
    id: "created",
    label: "Created",
    sort: { by: "created", first: "desc" },
    bar: "w-20",
    width: "md:w-34",
    wide: true,
  },
  { id: "expires", label: "Expires", sort: { by: "expires", first: "asc" }, bar: "w-20", width: "md:w-31" },
  { id: "used", label: "Last used", sort: { by: "used", first: "desc" }, bar: "w-20", width: "md:w-38" },
  { id: ACTIONS, label: "Actions", bar: "w-28", width: "md:w-37 xl:w-49" },
];

/** The columns of the members table. */
export const MEMBERS_COLUMNS: readonly Column<(typeof MEMBER_SORTS)[number]>[] = [
  { id: "name", label: "Name", sort: { by: "name", first: "asc" }, bar: "w-36" },
  { id: "email", label: "E-mail", sort: { by: "email", first: "asc" }, bar: "w-44", width: "md:w-80", wide: true },
  { id: "role", label: "Role", sort: { by: "role", first: "asc" }, bar: "w-14", width: "md:w-20 xl:w-28" },
  { id: "status", label: "Status", bar: "w-20", width: "md:w-36 xl:w-44" },
  {
    id: "active",
    label: "Last activity",
    sort: { by: "active", first: "desc" },
    bar: "w-24",
    width: "md:w-36",
    wide: true,
  },
  { id: ACTIONS, label: "Actions", bar: "w-36", width: "md:w-70" },
];

/** The columns of the applications table. */
export const APPLICATIONS_COLUMNS: readonly Column[] = [
  { id: "name", label: "Name", bar: "w-36" },
  { id: "role", label: "Role", bar: "w-20", width: "md:w-28" },
  { id: "networks", label: "Networks", bar: "w-24", width: "md:w-40", wide: true },
  { id: "bound", label: "Bound", bar: "w-24", width: "md:w-36", wide: true },
  { id: "expires", label: "Expires", bar: "w-24", width: "md:w-34" },
  { id: "used", label: "Last used", bar: "w-24", width: "md:w-32" },
  { id: ACTIONS, label: "Actions", bar: "w-28", width: "md:w-34" },
];

/** The columns of the audit log. */
export const AUDIT_LOG_COLUMNS: readonly Column[] = [
  { id: "when", label: "When", bar: "w-24", width: "md:w-36" },
  { id: "action", label: "What", bar: "w-28", width: "md:w-44 xl:w-52" },
  { id: "actor", label: "Who", bar: "w-32", width: "md:w-40 xl:w-56" },
  { id: "target", label: "Target", bar: "w-40" },
  { id: "address", label: "IP address", bar: "w-24", width: "md:w-40", wide: true },
  { id: ACTIONS, label: "Details", bar: "w-6", width: "md:w-11" },
];
