import type { Metadata } from "next";
import { redirect } from "next/navigation";
import type { SearchParams } from "nuqs/server";
import { Suspense } from "react";

import { DirectoryNotice } from "@/components/members/directory-notice";
import { InviteButton } from "@/components/members/invite-button";
import { MemberDialogsProvider } from "@/components/members/member-dialogs";
import { NoMemberMatches } from "@/components/members/members-empty";
import { MEMBER_LEGEND } from "@/components/members/member-status-badge";
import { MembersTable } from "@/components/members/members-table";
import { MembersToolbar } from "@/components/members/members-toolbar";
import { MEMBERS_PATH } from "@/components/shell/paths";
import { ClockProvider } from "@/components/time/clock";
import { foundText } from "@/components/list/count-text";
import { Legend, ListNotes } from "@/components/list/list-notes";
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
  // Not awaited: the list does not wait for Microsoft, what it says arrives when it is there.
  const accounts = readAccounts(actor, list.rows);
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
        <div className="mb-3 flex items-center justify-between gap-2 max-md:flex-col-reverse max-md:items-stretch print:hidden">
          <MembersToolbar
            url={{ q: url.q, role: url.role, status: url.status }}
            found={foundText(list.total, false, NOUN, list.page)}
          />
          <InviteButton />
        </div>
        <div className="rounded-lg border border-line bg-surface">
          {list.total > 0 ? (
            <MembersTable rows={list.rows} accounts={accounts} self={actor.memberId} url={url} path={MEMBERS_PATH} />
          ) : (
            <NoMemberMatches path={MEMBERS_PATH} />
          )}
        </div>
        <Pagination
          list={list}
          pageSize={PAGE_SIZE}
          noun={NOUN}
          href={(page) => MEMBERS_PATH + memberListHref({ ...url, page })}
        />
        {list.total > 0 ? (
          <ListNotes>
            <Legend title="What the statuses mean" terms={MEMBER_LEGEND} />
          </ListNotes>
        ) : null}
      </MemberDialogsProvider>
    </ClockProvider>
  );
}
