"use client";

import { useQueryStates } from "nuqs";
import { useTransition } from "react";

import { STATUS_LABELS } from "@/components/api-keys/status-badge";
import { FilterSelect, ListToolbar } from "@/components/ui/list-toolbar";
import { keyListParsers, withoutSecret } from "@/lib/keys/list-url";
import { KEY_STATUSES } from "@/lib/keys/status";

const STATUSES = KEY_STATUSES.map((status) => [status, STATUS_LABELS[status]] as const);
const CREATORS = [["removed", "Creator removed"]] as const;

/** Search, and filters by status and by whether the creator is still a member. */
export function KeysToolbar() {
  const [loading, startTransition] = useTransition();
  const [url, setUrl] = useQueryStates(keyListParsers, { shallow: false, scroll: false, startTransition });
  return (
    <ListToolbar
      label="Search by name or last four characters"
      q={url.q}
      tidy={withoutSecret}
      loading={loading}
      onSearch={(q, options) => void setUrl({ q, page: null }, options)}
    >
      <FilterSelect
        label="Status"
        all="All statuses"
        value={url.status}
        options={STATUSES}
        onChange={(status) => void setUrl({ status, page: null })}
      />
      <FilterSelect
        label="Creator"
        all="All creators"
        value={url.creator}
        options={CREATORS}
        onChange={(creator) => void setUrl({ creator, page: null })}
      />
    </ListToolbar>
  );
}
