import type { Metadata } from "next";
import { redirect } from "next/navigation";
import type { SearchParams } from "nuqs/server";
import { Suspense } from "react";

import { DirectoryNotice } from "@/components/members/directory-status";
import { InviteButton } from "@/components/members/member-buttons";
import { MemberDialogsProvider } from "@/components/members/member-dialogs";
import { MEMBER_LEGEND } from "@/components/members/member-status-badge";
import { MembersTable } from "@/components/members/members-table";
import { MembersToolbar } from "@/components/members/members-toolbar";
import { MEMBERS_PATH } from "@/components/shell/paths";
import { ClockProvider } from "@/components/time/clock";
import { foundText } from "@/components/list/count-text";
import { NoMatch } from "@/components/list/empty-state";
import { ListFrame } from "@/components/list/list-frame";
import { Pagination } from "@/components/list/pagination";
import { requirePageAccess } from "@/lib/auth/guard";
import { PAGE_SIZE } from "@/lib/db/list-page";
import { isMisstated } from "@/lib/text/list-address";
import { readAccounts } from "@/lib/members/accounts";
import { listMembers } from "@/lib/members/list";
import { loadMemberListUrl, memberListHref, memberListParsers } from "@/lib/members/list-url";

import {
  changeRoleAction,
  endMemberSessionsAction,
  inviteMemberAction,
  removeMemberAction,
  renewInvitationAction,
  restoreMemberAction,
} from "./actions";

export const metadata: Metadata = { title: "Members" };

const NOUN = ["member", "members"] as const;

export default async function MembersPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const url = await loadMemberListUrl(searchParams);
  const { actor, now } = await requirePageAccess(MEMBERS_PATH + memberListHref(url), "Admin");
  const list = await listMembers(
    actor,
    { search: url.q, role: url.role, status: url.status, sort: url.sort, direction: url.dir, page: url.page },
    now,
  );
  const shown = memberListHref({ ...url, page: list.page });
  if (isMisstated(memberListParsers, await searchParams, shown)) redirect(MEMBERS_PATH + shown);
  // Not awaited: the list must not wait for Microsoft.
  const accounts = readAccounts(actor, list.rows);
  const href = (page: number) => MEMBERS_PATH + memberListHref({ ...url, page });
  const found = foundText(list.total, false, NOUN, list.page);
  return (
    <ClockProvider now={now.toISOString()}>
      <MemberDialogsProvider
        actions={{
          invite: inviteMemberAction,
          renew: renewInvitationAction,
          changeRole: changeRoleAction,
          remove: removeMemberAction,
          restore: restoreMemberAction,
          endSessions: endMemberSessionsAction,
        }}
        directory={accounts.then(
          ({ ok }) => ok,
          () => false,
        )}
      >
        <Suspense fallback={null}>
          <DirectoryNotice accounts={accounts} />
        </Suspense>
        <ListFrame
          toolbar={
            <>
              <MembersToolbar url={{ q: url.q, role: url.role, status: url.status }} found={found} />
              <InviteButton />
            </>
          }
          pages={<Pagination list={list} pageSize={PAGE_SIZE} noun={NOUN} href={href} />}
          hasRows={list.total > 0}
          legend={MEMBER_LEGEND}
        >
          {list.total > 0 ? (
            <MembersTable rows={list.rows} accounts={accounts} self={actor.memberId} url={url} path={MEMBERS_PATH} />
          ) : (
            <NoMatch
              title="No member matches"
              hint="Try other words, another role or another status."
              path={MEMBERS_PATH}
            />
          )}
        </ListFrame>
      </MemberDialogsProvider>
    </ClockProvider>
  );
}
