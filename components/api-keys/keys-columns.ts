import type { KEY_SORTS } from "@/lib/keys/list-url";

/** A column of the keys table. Table and skeleton are both made from this list, so they cannot drift apart. */
export interface KeysColumn {
  readonly id: string;
  readonly label: string;
  /** What the header sorts by, and the direction of its first click. */
  readonly sort?: { readonly by: (typeof KEY_SORTS)[number]; readonly first: "asc" | "desc" };
  /** Width of the skeleton's bar. */
  readonly bar: string;
}

export const KEYS_COLUMNS: readonly KeysColumn[] = [
  { id: "name", label: "Name", sort: { by: "name", first: "asc" }, bar: "w-40" },
  { id: "key", label: "Key", bar: "w-36" },
  { id: "status", label: "Status", bar: "w-20" },
  { id: "created", label: "Created", sort: { by: "created", first: "desc" }, bar: "w-28" },
  { id: "expires", label: "Expires", sort: { by: "expires", first: "asc" }, bar: "w-20" },
  { id: "used", label: "Last used", sort: { by: "used", first: "desc" }, bar: "w-20" },
  { id: "actions", label: "Actions", bar: "w-28" },
];
