"use client";

import { useQueryStates } from "nuqs";
import { useTransition } from "react";

import { MEMBER_STATUS_LABELS } from "@/components/members/member-status-badge";
import { FilterSelect, ListToolbar } from "@/components/ui/list-toolbar";
import { memberListParsers, ROLES } from "@/lib/members/list-url";
import { MEMBER_STATUSES } from "@/lib/members/status";

const STATUSES = MEMBER_STATUSES.map((status) => [status, MEMBER_STATUS_LABELS[status]] as const);
const ROLE_OPTIONS = ROLES.map((role) => [role, role] as const);

/** Search, and filters by role and status. */
export function MembersToolbar() {
  const [loading, startTransition] = useTransition();
  const [url, setUrl] = useQueryStates(memberListParsers, { shallow: false, scroll: false, startTransition });
  return (
    <ListToolbar
      label="Search by name or e-mail"
      q={url.q}
      loading={loading}
      onSearch={(q, options) => void setUrl({ q, page: null }, options)}
    >
      <FilterSelect
        label="Role"
        all="All roles"
        value={url.role}
        options={ROLE_OPTIONS}
        onChange={(role) => void setUrl({ role, page: null })}
      />
      <FilterSelect
        label="Status"
        all="All statuses"
        value={url.status}
        options={STATUSES}
        onChange={(status) => void setUrl({ status, page: null })}
      />
    </ListToolbar>
  );
}
