import { clsx } from "clsx";
import { Suspense } from "react";

import { MemberRowButtons } from "@/components/members/member-dialogs";
import { AccountBadge, AccountGoneBadge, MemberStatusBadge } from "@/components/members/member-status";
import { MEMBERS_COLUMNS } from "@/components/list/columns";
import { ActionsCell, Cell, DataTable, Note, RowGroup, RowHeader, type Sorting } from "@/components/list/data-table";
import { RelativeTime } from "@/components/time/time";
import { Avatar } from "@/components/ui/avatar";
import type { Accounts } from "@/lib/members/accounts";
import type { MemberRow } from "@/lib/members/list";
import type { MemberListUrl } from "@/lib/members/list-url";

/** One page of members. The flags of their accounts follow as soon as the directory responds. */
export function MembersTable({
  rows,
  accounts,
  self,
  selfRefusal,
  ...sorting
}: {
  rows: readonly MemberRow[];
  accounts: Promise<Accounts>;
  /** The id of the person viewing the list. */
  self: string;
  /** Why that person can't be demoted or removed; null if they can. */
  selfRefusal: string | null;
} & Sorting<MemberListUrl["sort"]>) {
  return (
    <DataTable caption="Members of your organisation" columns={MEMBERS_COLUMNS} sorting={sorting}>
      {rows.map((row) => (
        <RowGroup key={row.id}>
          <Row row={row} accounts={accounts} isSelf={row.id === self} refusal={row.id === self ? selfRefusal : null} />
        </RowGroup>
      ))}
    </DataTable>
  );
}

function Row({
  row,
  accounts,
  isSelf,
  refusal,
}: {
  row: MemberRow;
  accounts: Promise<Accounts>;
  isSelf: boolean;
  refusal: string | null;
}) {
  const { id, oid, name, email, role, status, needsLink } = row;
  return (
    <tr className={clsx("list-row", status === "removed" && "text-soft")}>
      <RowHeader>
        <span className="flex items-start gap-2.5">
          <Avatar name={name} className="-my-1 size-7" />
          <span className="min-w-0">
            <bdi className="font-semibold">{name}</bdi>
            {isSelf ? <span className="ml-1.5 text-xs font-normal text-soft">(you)</span> : null}
            {email ? <bdi className="block text-xs font-normal text-soft max-md:hidden xl:hidden">{email}</bdi> : null}
          </span>
        </span>
      </RowHeader>
      <Cell label="E-mail" wide>
        {email ? <bdi className="[overflow-wrap:anywhere]">{email}</bdi> : <span className="text-soft">None</span>}
      </Cell>
      <Cell label="Role">{role}</Cell>
      <Cell label="Status">
        {oid && status !== "removed" ? (
          <Suspense fallback={<StoredBadge row={row} />}>
            <AccountBadge oid={oid} accounts={accounts}>
              <StoredBadge row={row} />
            </AccountBadge>
          </Suspense>
        ) : (
          <MemberStatusBadge status={status} />
        )}
        <StatusNote row={row} />
      </Cell>
      <Cell label="Last activity" wide>
        {row.lastActiveAt ? <RelativeTime at={row.lastActiveAt} /> : <span className="text-soft">Not yet</span>}
      </Cell>
      <ActionsCell>
        <MemberRowButtons target={{ id, name, email, role, status, needsLink, isSelf, refusal }} />
      </ActionsCell>
    </tr>
  );
}

/** What is stored of a member, while the directory has not responded. */
function StoredBadge({ row: { status, accountGoneAt } }: { row: MemberRow }) {
  return accountGoneAt ? <AccountGoneBadge /> : <MemberStatusBadge status={status} />;
}

/** Details of the status: since when, by whom, and until when a link works. */
function StatusNote({ row }: { row: MemberRow }) {
  // Keys: React would otherwise patch one note into another, which fails on a translated page.
  if (row.removedAt) {
    return (
      <Note key="removed">
        <RelativeTime at={row.removedAt} />
        {row.removedBy ? (
          <span>
            {" "}
            by <bdi translate="no">{row.removedBy}</bdi>
          </span>
        ) : null}
      </Note>
    );
  }
  if (row.accountGoneAt) {
    return (
      <Note key="gone">
        <span>Signed out </span>
        <RelativeTime at={row.accountGoneAt} />
      </Note>
    );
  }
  if (row.linkExpiresAt) {
    return (
      <Note key="link">
        Link expires <RelativeTime at={row.linkExpiresAt} />
      </Note>
    );
  }
  if (row.needsLink) return <Note key="expired">The link has expired</Note>;
  if (row.status === "invited") {
    return (
      <Note key="invited">
        <RelativeTime at={row.invitedAt} />
      </Note>
    );
  }
  return null;
}
