import { clsx } from "clsx";
import Link from "next/link";

import { ApplicationRowButtons } from "@/components/applications/application-dialogs";
import { APPLICATIONS_COLUMNS } from "@/components/list/columns";
import { ActionsCell, Cell, DataTable, Note, RowGroup, RowHeader } from "@/components/list/data-table";
import { APPLICATIONS_PATH } from "@/components/shell/paths";
import { LocalDateAndDistance, RelativeTime } from "@/components/time/time";
import { Badge } from "@/components/ui/badge";
import { linkClass } from "@/components/ui/link";
import type { ApplicationRow } from "@/lib/applications/list";
import { APPLICATION_ROLES } from "@/lib/applications/roles";
import { applicationStatus } from "@/lib/applications/status";

/** The applications of an organisation. @param now the database's clock */
export function ApplicationsTable({ rows, now }: { rows: readonly ApplicationRow[]; now: Date }) {
  return (
    <DataTable caption="Applications of your organisation" columns={APPLICATIONS_COLUMNS}>
      {rows.map((row) => (
        <RowGroup key={row.id}>
          <Row row={row} now={now} />
        </RowGroup>
      ))}
    </DataTable>
  );
}

function Row({ row: { boundBy, boundById: _, boundAt, ...target }, now }: { row: ApplicationRow; now: Date }) {
  const { name, note, role, networks, expiresAt, lastUsedAt } = target;
  const [first, ...others] = networks;
  return (
    <tr className="list-row">
      <RowHeader>
        <Link
          href={`${APPLICATIONS_PATH}/${target.id}`}
          prefetch={false}
          className={clsx("inline-block min-h-6 min-w-6 font-semibold", linkClass)}
        >
          <bdi>{name}</bdi>
        </Link>
        {note ? <span className="block text-xs font-normal text-soft">{note}</span> : null}
      </RowHeader>
      <Cell label="Role">{APPLICATION_ROLES[role].name}</Cell>
      <Cell label="Networks" wide>
        {first ? (
          <>
            <span className="font-mono text-xs">{first}</span>
            {others.length > 0 ? <Note>{`and ${String(others.length)} more`}</Note> : null}
          </>
        ) : (
          <span className="text-soft">Anywhere</span>
        )}
      </Cell>
      <Cell label="Bound" wide>
        <RelativeTime at={boundAt} />
        <Note>
          by <bdi translate="no">{boundBy.name}</bdi>
        </Note>
      </Cell>
      <Cell label="Expires">
        {expiresAt === null ? (
          <span className="text-soft">No expiry</span>
        ) : applicationStatus({ expiresAt, unboundAt: null }, now) === "expired" ? (
          <Badge tone="bad" icon="warning" title="Its calls are refused." label="Expired" />
        ) : (
          <LocalDateAndDistance at={expiresAt} />
        )}
      </Cell>
      <Cell label="Last used">
        {lastUsedAt ? <RelativeTime at={lastUsedAt} /> : <span className="text-soft">Not yet</span>}
      </Cell>
      <ActionsCell>
        <ApplicationRowButtons target={target} />
      </ActionsCell>
    </tr>
  );
}
