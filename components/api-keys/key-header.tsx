import { ContactGone, REMOVED } from "@/components/api-keys/contact-gone";
import { CopyableId } from "@/components/ui/copyable-id";
import { KeyRowButtons } from "@/components/api-keys/key-dialog-provider";
import { StatusBadge } from "@/components/api-keys/key-status-badge";
import { keyView } from "@/components/api-keys/dialog/steps";
import { LastUse } from "@/components/usage/last-use";
import { TakeOverButton } from "@/components/api-keys/take-over-button";
import { LocalDateAndDistance, RelativeTime } from "@/components/time/time";
import { DoneFact, Fact, FactNote, Facts, NoteFact } from "@/components/ui/facts";
import { Mono } from "@/components/ui/mono";
import { Networks } from "@/components/ui/networks";
import { SubjectHeader } from "@/components/ui/subject-header";
import type { KeyRow } from "@/lib/api-keys/list";
import type { Usage } from "@/lib/usage/read";

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
      <SubjectHeader
        name={name}
        detail={
          <>
            <StatusBadge status={row.status} refusal={row.refusal} />
            <Mono>{display}</Mono>
          </>
        }
      >
        {row.refusal === null ? <KeyRowButtons target={keyView(row)} /> : null}
      </SubjectHeader>
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
        <NoteFact note={note} />
      </Facts>
    </>
  );
}

/** When the key stops working, or why it doesn't work any more. */
function Ending({ row, hasRotation }: { row: KeyRow; hasRotation: boolean }) {
  const { status, refusal, endsAt, revokedAt, revokedBy, rotatedAt, rotatedBy } = row;
  if (revokedAt) return <DoneFact key="revoked" label="Revoked" at={revokedAt} by={revokedBy} />;
  if (status === "rotating" && rotatedAt && hasRotation)
    return <DoneFact key="rotated" label="Rotated" at={rotatedAt} by={rotatedBy} />;
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
