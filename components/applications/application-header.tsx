import { ApplicationRowButtons } from "@/components/applications/application-dialogs";
import { LastUse } from "@/components/api-keys/usage/last-use";
import { LocalDateAndDistance, RelativeTime } from "@/components/time/time";
import { Badge } from "@/components/ui/badge";
import { CopyableId } from "@/components/ui/copyable-id";
import { Fact, FactNote, Facts } from "@/components/ui/facts";
import { Networks } from "@/components/ui/networks";
import type { Usage } from "@/lib/api-keys/usage/read";
import type { ApplicationDetails } from "@/lib/applications/list";
import { APPLICATION_ROLES } from "@/lib/applications/roles";
import { applicationStatus } from "@/lib/applications/status";

/**
 * What an application is: its name, its buttons while it is bound, and what is known of it.
 * @param now the database's clock
 */
export function ApplicationHeader({
  application,
  latest,
  now,
}: {
  application: ApplicationDetails;
  latest: Usage["latest"];
  now: Date;
}) {
  const { boundBy, boundById: _bound, boundAt, unboundBy, unboundById: _unbound, unboundAt, ...target } = application;
  const { name, role, clientId, oid, networks, expiresAt, note } = target;
  const status = applicationStatus({ expiresAt, unboundAt }, now);
  return (
    <>
      <div className="mt-1 flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
        <div className="min-w-0 flex-1 basis-72">
          <h2 className="text-xl font-semibold [overflow-wrap:anywhere]">
            <bdi>{name}</bdi>
          </h2>
          <div className="mt-1 flex flex-wrap items-center gap-x-3 gap-y-1">
            {status === "bound" ? null : (
              <Badge
                tone="bad"
                icon="warning"
                title="Its calls are refused."
                label={status === "expired" ? "Expired" : "Unbound"}
              />
            )}
            <span className="text-soft">{APPLICATION_ROLES[role].name}</span>
          </div>
        </div>
        {unboundAt ? null : <ApplicationRowButtons target={target} />}
      </div>
      <Facts>
        <Fact label="Application (client) ID">
          <CopyableId id={clientId} />
        </Fact>
        <Fact label="Object ID">
          <CopyableId id={oid} />
        </Fact>
        <Fact label="Allowed networks">
          <Networks networks={networks} />
        </Fact>
        <Moment label="Bound" at={boundAt} by={boundBy.name} />
        {unboundAt ? (
          <Moment label="Unbound" at={unboundAt} by={unboundBy?.name ?? ""} />
        ) : (
          <Fact label={status === "expired" ? "Expired" : "Expires"}>
            {expiresAt ? <LocalDateAndDistance at={expiresAt} /> : <span className="text-soft">No expiry</span>}
          </Fact>
        )}
        <Fact label="Last used">
          <LastUse latest={latest} />
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

/** When something was done, and by whom. */
function Moment({ label, at, by }: { label: string; at: Date; by: string }) {
  return (
    <Fact label={label}>
      <RelativeTime at={at} />
      <FactNote>
        by <bdi translate="no">{by}</bdi>
      </FactNote>
    </Fact>
  );
}
