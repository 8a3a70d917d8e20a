"use client";

import { STATUS_LABELS } from "@/components/api-keys/status-words";
import { FilterSelect, ListToolbar } from "@/components/ui/list-toolbar";
import { useListUrl } from "@/components/ui/use-list-url";
import type { KeyListUrl } from "@/lib/keys/list-url";
import { KEY_STATUSES } from "@/lib/keys/status";
import { withoutSecret } from "@/lib/keys/without-secret";

const STATUSES = KEY_STATUSES.map((status) => [status, STATUS_LABELS[status]] as const);
const CREATORS = [["removed", "Creator: no longer a member"]] as const;

/** Search, and filters by status and by whether the creator is still a member. */
export function KeysToolbar({
  url: fromServer,
  found,
}: {
  url: Pick<KeyListUrl, "q" | "status" | "creator">;
  found: string;
}) {
  const [url, setUrl, loading] = useListUrl(fromServer, ["page"]);
  return (
    <ListToolbar
      label="Search by name or last four characters"
      q={url.q}
      tidy={withoutSecret}
      loading={loading}
      found={found}
      onSearch={(q, options) => {
        setUrl({ q }, options);
      }}
    >
      <FilterSelect
        label="Status"
        all="All statuses"
        value={url.status}
        options={STATUSES}
        onChange={(status) => {
          setUrl({ status });
        }}
      />
      <FilterSelect
        label="Creator"
        all="Creator: any"
        value={url.creator}
        options={CREATORS}
        onChange={(creator) => {
          setUrl({ creator });
        }}
      />
    </ListToolbar>
  );
}
