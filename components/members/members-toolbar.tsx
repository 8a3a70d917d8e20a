"use client";

import { MEMBER_STATUS_LABELS } from "@/components/members/member-words";
import { FilterSelect, ListToolbar } from "@/components/ui/list-toolbar";
import { useListUrl } from "@/components/ui/use-list-url";
import type { MemberListUrl } from "@/lib/members/list-url";
import { ROLES } from "@/lib/members/roles";
import { MEMBER_STATUSES } from "@/lib/members/status";

const STATUSES = MEMBER_STATUSES.map((status) => [status, MEMBER_STATUS_LABELS[status]] as const);
const ROLE_OPTIONS = ROLES.map((role) => [role, role] as const);

/** Search, and filters by role and status. */
export function MembersToolbar({
  url: fromServer,
  found,
}: {
  url: Pick<MemberListUrl, "q" | "role" | "status">;
  found: string;
}) {
  const [url, setUrl, loading] = useListUrl(fromServer, ["page"]);
  return (
    <ListToolbar
      label="Search by name or e-mail"
      q={url.q}
      loading={loading}
      found={found}
      onSearch={(q, options) => {
        setUrl({ q }, options);
      }}
    >
      <FilterSelect
        label="Role"
        all="All roles"
        value={url.role}
        options={ROLE_OPTIONS}
        onChange={(role) => {
          setUrl({ role });
        }}
      />
      <FilterSelect
        label="Status"
        all="All statuses"
        value={url.status}
        options={STATUSES}
        onChange={(status) => {
          setUrl({ status });
        }}
      />
    </ListToolbar>
  );
}
