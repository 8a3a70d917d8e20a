"use client";

import { MEMBER_STATUS_LABELS } from "@/components/members/member-status-labels";
import { ListToolbar } from "@/components/list/list-toolbar";
import type { MemberListUrl } from "@/lib/members/list-url";
import { ROLES } from "@/lib/members/roles";
import { MEMBER_STATUSES } from "@/lib/members/status";

const FILTERS = [
  { name: "role", label: "Role", all: "All roles", options: ROLES.map((role) => [role, role] as const) },
  {
    name: "status",
    label: "Status",
    all: "All statuses",
    options: MEMBER_STATUSES.map((status) => [status, MEMBER_STATUS_LABELS[status]] as const),
  },
] as const;

/** Search, and filters by role and status. */
export function MembersToolbar(props: { url: Pick<MemberListUrl, "q" | "role" | "status">; found: string }) {
  return <ListToolbar label="Search by name or e-mail" filters={FILTERS} {...props} />;
}
