import type { Metadata } from "next";
import { redirect } from "next/navigation";
import type { SearchParams } from "nuqs/server";
import { Suspense } from "react";

import { InviteButton, MemberDialogsProvider } from "@/components/members/member-dialogs";
import { DirectoryNotice, MEMBER_LEGEND, MEMBER_STATUS_LABELS } from "@/components/members/member-status";
import { MembersTable } from "@/components/members/members-table";
import { MEMBERS_PATH } from "@/components/shell/paths";
import { ClockProvider } from "@/components/time/time";
import { PagedList } from "@/components/list/list-frame";
import { requirePageAccess } from "@/lib/auth/guard";
import { isMisstated } from "@/lib/text/list-address";
import { readAccounts } from "@/lib/members/accounts";
import { listMembers } from "@/lib/members/list";
import { loadMemberListUrl, memberListHref, memberListParsers, type MemberListUrl } from "@/lib/members/list-url";
import { ROLES } from "@/lib/members/roles";
import { ownRefusal } from "@/lib/members/service";
import { MEMBER_STATUSES } from "@/lib/members/status";

import {
  changeRoleAction,
  endMemberSessionsAction,
  inviteMemberAction,
  removeMemberAction,
  renewInvitationAction,
  restoreMemberAction,
} from "./actions";

export const metadata: Metadata = { title: "Members" };

const ACTIONS = {
  invite: inviteMemberAction,
  renew: renewInvitationAction,
  changeRole: changeRoleAction,
  remove: removeMemberAction,
  restore: restoreMemberAction,
  endSessions: endMemberSessionsAction,
};

const STATUSES = MEMBER_STATUSES.map((status) => [status, MEMBER_STATUS_LABELS[status]] as const);

const FILTERS = [
  { name: "role", label: "Role", all: "All roles", options: ROLES.map((role) => [role, role] as const) },
  { name: "status", label: "Status", all: "All statuses", options: STATUSES },
] as const;

export default async function MembersPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const url = await loadMemberListUrl(searchParams);
  const { actor, now } = await requirePageAccess(MEMBERS_PATH + memberListHref(url), "Admin");
  const [list, selfRefusal] = await Promise.all([listMembers(actor, url, now), ownRefusal(actor)]);
  const shown = memberListHref({ ...url, page: list.page });
  if (isMisstated(memberListParsers, await searchParams, shown)) redirect(MEMBERS_PATH + shown);
  // Not awaited: the list must not wait for Microsoft.
  const accounts = readAccounts(actor, list.rows);
  const href = (change: Partial<MemberListUrl>) => MEMBERS_PATH + memberListHref({ ...url, ...change });
  const directory = accounts.then(
    ({ ok }) => ok,
    () => false,
  );
  return (
    <ClockProvider now={now.toISOString()}>
      <MemberDialogsProvider actions={ACTIONS} directory={directory}>
        <Suspense fallback={null}>
          <DirectoryNotice accounts={accounts} />
        </Suspense>
        <PagedList
          list={list}
          noun={["member", "members"]}
          path={MEMBERS_PATH}
          href={href}
          search={{ label: "Search by name or e-mail", filters: FILTERS, url }}
          button={<InviteButton />}
          legend={MEMBER_LEGEND}
          hint="Try other words, another role or another status."
        >
          <MembersTable
            rows={list.rows}
            accounts={accounts}
            self={actor.memberId}
            selfRefusal={selfRefusal}
            sort={url.sort}
            dir={url.dir}
            href={href}
          />
        </PagedList>
      </MemberDialogsProvider>
    </ClockProvider>
  );
}
