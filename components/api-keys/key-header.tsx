import { ContactGone, REMOVED } from "@/components/api-keys/contact-gone";
import { CopyableId } from "@/components/ui/copyable-id";
import { KeyRowButtons } from "@/components/api-keys/key-dialog-provider";
import { StatusBadge } from "@/components/api-keys/key-status-badge";
import { keyView } from "@/components/api-keys/dialog/steps";
import { LastUse } from "@/components/api-keys/usage/last-use";
import { TakeOverButton } from "@/components/api-keys/take-over-button";
import { LocalDateAndDistance, RelativeTime } from "@/components/time/time";
import { Fact, FactNote, Facts } from "@/components/ui/facts";
import { Mono } from "@/components/ui/mono";
import { Networks } from "@/components/ui/networks";
import type { KeyRow } from "@/lib/api-keys/list";
import type { Usage } from "@/lib/api-keys/usage/read";

/**
 * What a key is: its name, its buttons, and what is known of it.
 * @param hasRotation whether the page says below until when the key works
 */
export function KeyHeader({
  row,
  latest,
  hasRotation,
}: {
  row: KeyRow;
  latest: Usage["latest"];
  hasRotation: boolean;
}) {
  const { id, name, display, owner, note } = row;
  return (
    <>
      <div className="mt-1 flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
        <div className="min-w-0 flex-1 basis-72">
          <h2 className="text-xl font-semibold [overflow-wrap:anywhere]">
            <bdi>{name}</bdi>
          </h2>
          <div className="mt-1 flex flex-wrap items-center gap-x-3 gap-y-1">
            <StatusBadge status={row.status} refusal={row.refusal} />
            <Mono>{display}</Mono>
          </div>
        </div>
        {row.refusal === null ? <KeyRowButtons target={keyView(row)} /> : null}
      </div>
      <Facts>
        <Fact label="Owner">
          {owner ? (
            <>
              <bdi translate="no">{owner.name}</bdi>
              {owner.name === owner.email ? null : <FactNote>{owner.email}</FactNote>}
              {owner.removed ? <FactNote>{REMOVED.member}</FactNote> : null}
            </>
          ) : (
            <span className="text-soft">None</span>
          )}
          {row.contactGone ? (
            <>
              <FactNote>
                <ContactGone />
              </FactNote>
              {row.status === "rotating" ? null : <TakeOverButton keyId={id} name={name} />}
            </>
          ) : null}
        </Fact>
        <Fact label="Created">
          <RelativeTime at={row.createdAt} />
          <FactNote>
            <span>by </span>
            <bdi translate="no">{row.createdBy}</bdi>
            {row.creatorRemoved ? <span>{`, ${REMOVED[row.creatorRemoved]}`}</span> : null}
          </FactNote>
        </Fact>
        <Ending row={row} hasRotation={hasRotation} />
        <Fact label="Last used">
          <LastUse latest={latest} />
        </Fact>
        <Fact label="ID">
          <CopyableId id={id} />
        </Fact>
        <Fact label="Access">{row.readOnly ? "Read-only" : "Full access"}</Fact>
        <Fact label="Allowed networks">
          <Networks networks={row.networks} />
        </Fact>
        {note === null ? null : (
          <Fact label="Note" className="max-w-2xl whitespace-pre-line sm:col-span-2 lg:col-span-3">
            <bdi>{note}</bdi>
          </Fact>
        )}
      </Facts>
    </>
  );
}

/** What was done to the key, when and by whom. */
function Done({ label, at, by }: { label: string; at: Date; by: string | null }) {
  return (
    <Fact label={label}>
      <RelativeTime at={at} />
      <FactNote>
        by <bdi translate="no">{by}</bdi>
      </FactNote>
    </Fact>
  );
}

/** When the key stops working, or why it doesn't work any more. */
function Ending({ row, hasRotation }: { row: KeyRow; hasRotation: boolean }) {
  const { status, refusal, endsAt, revokedAt, revokedBy, rotatedAt, rotatedBy } = row;
  if (revokedAt) return <Done key="revoked" label="Revoked" at={revokedAt} by={revokedBy} />;
  if (status === "rotating" && rotatedAt && hasRotation)
    return <Done key="rotated" label="Rotated" at={rotatedAt} by={rotatedBy} />;
  const label = refusal ? "Expired" : status === "rotating" ? "Works until" : "Expires";
  return (
    <Fact key="ends" label={refusal === "rotated_out" ? "Worked until" : label}>
      {endsAt ? <LocalDateAndDistance at={endsAt} /> : <span className="text-soft">No expiry</span>}
      {rotatedAt ? (
        <FactNote>
          Rotated <RelativeTime at={rotatedAt} /> by <bdi translate="no">{rotatedBy}</bdi>
        </FactNote>
      ) : null}
    </Fact>
  );
}
