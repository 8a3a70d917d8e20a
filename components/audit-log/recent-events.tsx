import { clsx } from "clsx";
import Link from "next/link";
import type { ReactNode } from "react";

import { labelOf } from "@/components/audit-log/labels";
import { Cell, DataTable, RowGroup, RowHeader } from "@/components/list/data-table";
import { AUDIT_LOG_PATH } from "@/components/shell/paths";
import { RelativeTime } from "@/components/time/time";
import { IpAddress } from "@/components/ui/ip-address";
import { textLinkClass } from "@/components/ui/link";
import { Section } from "@/components/ui/section";
import { AUDIT_LABELS } from "@/lib/audit-log/actions";
import type { AuditEvent } from "@/lib/audit-log/list";
import { auditHref } from "@/lib/audit-log/list-url";

const COLUMNS = [
  { id: "when", label: "When" },
  { id: "action", label: "What" },
  { id: "actor", label: "Who" },
  { id: "address", label: "IP address" },
];

/** The newest events of a key or an application, and a link to all of them. */
export function RecentEvents({
  noun,
  id,
  events,
  children,
}: {
  noun: "key" | "application";
  id: string;
  events: readonly AuditEvent[];
  /** What there is to say of them. */
  children?: ReactNode;
}) {
  return (
    <Section
      title="Audit log"
      aside={
        <Link
          href={AUDIT_LOG_PATH + auditHref({ target_id: id })}
          prefetch={false}
          className={clsx("py-1 text-xs print:hidden", textLinkClass)}
        >
          {`All events of this ${noun}`}
        </Link>
      }
    >
      <div className="rounded-lg border border-line bg-surface">
        {events.length === 0 ? (
          <p className="p-4 text-soft">No events yet.</p>
        ) : (
          <DataTable caption={`The newest events of this ${noun}`} columns={COLUMNS}>
            {events.map((event) => (
              <RowGroup key={event.id}>
                <tr className="list-row">
                  <Cell label="When">
                    <RelativeTime at={event.at} />
                  </Cell>
                  <RowHeader className="max-md:order-first">{labelOf(AUDIT_LABELS, event.action)}</RowHeader>
                  <Cell label="Who">
                    <bdi translate="no">{event.actorName}</bdi>
                  </Cell>
                  <Cell label="IP address">
                    <IpAddress address={event.clientAddress} />
                  </Cell>
                </tr>
              </RowGroup>
            ))}
          </DataTable>
        )}
      </div>
      {children ? <p className="px-1 pt-2 text-xs text-soft">{children}</p> : null}
    </Section>
  );
}
