"use client";

import { STATUS_LABELS } from "@/components/api-keys/key-status-labels";
import { ListToolbar } from "@/components/list/list-toolbar";
import type { KeyListUrl } from "@/lib/api-keys/list-url";
import { KEY_STATUSES } from "@/lib/api-keys/status";
import { redactSearch } from "@/lib/text/redact-search";

const FILTERS = [
  {
    name: "status",
    label: "Status",
    all: "All statuses",
    options: KEY_STATUSES.map((status) => [status, STATUS_LABELS[status]] as const),
  },
  {
    name: "creator",
    label: "Creator",
    all: "Creator: any",
    options: [["removed", "Creator: no longer a member"]],
  },
] as const;

/** Search, and filters by status and by whether the creator is still a member. */
export function KeysToolbar(props: { url: Pick<KeyListUrl, "q" | "status" | "creator">; found: string }) {
  return (
    <ListToolbar label="Search by name or last four characters" tidy={redactSearch} filters={FILTERS} {...props} />
  );
}
