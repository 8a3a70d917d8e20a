import { clsx } from "clsx";
import Link from "next/link";

import { StatusBadge } from "@/components/api-keys/key-status-badge";
import { Cell, DataTable, Note, RowGroup, RowHeader } from "@/components/list/data-table";
import { RelativeTime } from "@/components/time/time";
import { textLinkClass } from "@/components/ui/link";
import { Mono } from "@/components/ui/mono";
import { Section } from "@/components/ui/section";
import type { KeyInLineage } from "@/lib/api-keys/lineage";
import type { KeyRow } from "@/lib/api-keys/list";
import { numberText } from "@/lib/text/number";

const COLUMNS = [
  { id: "key", label: "Key" },
  { id: "status", label: "Status" },
  { id: "created", label: "Created" },
  { id: "rotated", label: "Rotated" },
];

/** The keys that this one replaced and those that replaced it, oldest first. */
export function Lineage({
  found: { key, lineage, leftOut },
  href,
}: {
  found: KeyInLineage;
  /** The page of another key. */
  href: (keyId: string) => string;
}) {
  if (lineage.length === 1) {
    return (
      <Section title="Rotations">
        <p className="text-soft">This key hasn’t been rotated, and doesn’t replace another key.</p>
      </Section>
    );
  }
  return (
    <Section title="Rotations">
      {leftOut.older > 0 ? <LeftOut count={leftOut.older} which="older" /> : null}
      <div className="rounded-lg border border-line bg-surface">
        <DataTable caption="The rotations of this key, oldest first" columns={COLUMNS}>
          {lineage.map((row) => (
            <LineageRow key={row.id} row={row} href={row.id === key.id ? null : href(row.id)} />
          ))}
        </DataTable>
      </div>
      {leftOut.newer > 0 ? <LeftOut count={leftOut.newer} which="newer" /> : null}
    </Section>
  );
}

function LeftOut({ count, which }: { count: number; which: "older" | "newer" }) {
  return (
    <p className="px-1 py-2 text-xs text-soft">
      {`${numberText(count)} ${which} ${count === 1 ? "key isn’t" : "keys aren’t"} shown here. Open the ${which === "older" ? "first" : "last"} key of this list to see more.`}
    </p>
  );
}

/** @param href null for the key whose page this is */
function LineageRow({ row, href }: { row: KeyRow; href: string | null }) {
  return (
    <RowGroup>
      <tr className={clsx("list-row", href === null && "bg-sunken")} aria-current={href === null ? "true" : undefined}>
        <RowHeader>
          {href === null ? (
            <>
              <Mono>{row.display}</Mono> <span className="text-xs font-normal text-soft">this key</span>
            </>
          ) : (
            <Link href={href} prefetch={false} className={clsx("inline-block min-h-6 min-w-6", textLinkClass)}>
              <Mono>{row.display}</Mono>
            </Link>
          )}
        </RowHeader>
        <Cell label="Status">
          <StatusBadge status={row.status} refusal={row.refusal} />
        </Cell>
        <Cell label="Created">
          <RelativeTime at={row.createdAt} />
          <Note>
            by <bdi translate="no">{row.createdBy}</bdi>
          </Note>
        </Cell>
        <Cell label="Rotated">
          {row.rotatedAt ? (
            <>
              <RelativeTime at={row.rotatedAt} />
              <Note>
                by <bdi translate="no">{row.rotatedBy}</bdi>
              </Note>
            </>
          ) : (
            <span className="text-soft">Not yet</span>
          )}
        </Cell>
      </tr>
    </RowGroup>
  );
}
