import { ApplicationRowButtons } from "@/components/applications/application-dialogs";
import { LastUse } from "@/components/usage/last-use";
import { LocalDateAndDistance } from "@/components/time/time";
import { Badge } from "@/components/ui/badge";
import { CopyableId } from "@/components/ui/copyable-id";
import { DoneFact, Fact, Facts, NoteFact } from "@/components/ui/facts";
import { Networks } from "@/components/ui/networks";
import { SubjectHeader } from "@/components/ui/subject-header";
import type { Usage } from "@/lib/usage/read";
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
      <SubjectHeader
        name={name}
        detail={
          <>
            {status === "bound" ? null : (
              <Badge
                tone="bad"
                icon="warning"
                title="Its calls are refused."
                label={status === "expired" ? "Expired" : "Unbound"}
              />
            )}
            <span className="text-soft">{APPLICATION_ROLES[role].name}</span>
          </>
        }
      >
        {unboundAt ? null : <ApplicationRowButtons target={target} />}
      </SubjectHeader>
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
        <DoneFact label="Bound" at={boundAt} by={boundBy.name} />
        {unboundAt ? (
          <DoneFact label="Unbound" at={unboundAt} by={unboundBy?.name ?? ""} />
        ) : (
          <Fact label={status === "expired" ? "Expired" : "Expires"}>
            {expiresAt ? <LocalDateAndDistance at={expiresAt} /> : <span className="text-soft">No expiry</span>}
          </Fact>
        )}
        <Fact label="Last used">
          <LastUse latest={latest} />
        </Fact>
        <NoteFact note={note} />
      </Facts>
    </>
  );
}
