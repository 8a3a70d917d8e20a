/** A column of the audit log. Table and skeleton are both made from this list, so they cannot drift apart. */
export const AUDIT_COLUMNS = [
  { id: "when", label: "When", bar: "w-24" },
  { id: "action", label: "What", bar: "w-28" },
  { id: "actor", label: "Who", bar: "w-32" },
  { id: "target", label: "Target", bar: "w-40" },
  { id: "address", label: "From", bar: "w-24" },
  { id: "actions", label: "Details", bar: "w-6" },
] as const;
