import type { Metadata } from "next";
import Link from "next/link";
import type { SearchParams } from "nuqs/server";
import { cache } from "react";

import { ApplicationDialogsProvider } from "@/components/applications/application-dialogs";
import { ApplicationHeader } from "@/components/applications/application-header";
import { TopCallers } from "@/components/usage/callers";
import { isNeverUsed } from "@/components/usage/never-used";
import { RecentRefusals } from "@/components/usage/refusals";
import { UsageSection } from "@/components/usage/usage-section";
import { RecentEvents } from "@/components/audit-log/recent-events";
import { ListNotes } from "@/components/list/list-notes";
import { NotFound } from "@/components/shell/not-found";
import { OfflineNote } from "@/components/shell/offline-note";
import { APPLICATIONS_PATH, AUDIT_LOG_PATH } from "@/components/shell/paths";
import { ClockProvider } from "@/components/time/time";
import { BackLink } from "@/components/ui/back-link";
import { textLinkClass } from "@/components/ui/link";
import { Section } from "@/components/ui/section";
import type { MemberActor } from "@/lib/actor";
import { getApplication, readKeyManagersAllowed } from "@/lib/applications/list";
import { applicationPageHref, loadApplicationPageUrl } from "@/lib/applications/page-url";
import { readApplicationUsage } from "@/lib/applications/usage";
import { listAuditEvents } from "@/lib/audit-log/list";
import { auditHref } from "@/lib/audit-log/list-url";
import { currentSession, requirePageAccess } from "@/lib/auth/guard";
import { renderedForId } from "@/lib/auth/rendered-for";
import { env } from "@/lib/config/env";
import { ifFound } from "@/lib/errors/if-found";
import { answerWith } from "@/lib/http/page-status";

import { APPLICATION_ACTIONS } from "../application-actions";

const NOT_FOUND = "Application not found";

interface Props {
  params: Promise<{ applicationId: string }>;
  searchParams: Promise<SearchParams>;
}

/** Events that are listed; the audit log has the others. */
const EVENTS = 10;

/** The application, read once per request. */
const findApplication = cache((actor: MemberActor, id: string) => ifFound(getApplication(actor, id)));

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  try {
    const signedIn = await currentSession();
    if (!signedIn) return {};
    return { title: (await findApplication(signedIn.actor, (await params).applicationId))?.name ?? NOT_FOUND };
  } catch {
    // A failure here also happens in the page, where it is reported.
    return { title: "Application" };
  }
}

export default async function ApplicationPage({ params, searchParams }: Props) {
  const { applicationId } = await params;
  const { range } = await loadApplicationPageUrl(searchParams);
  const here = `${APPLICATIONS_PATH}/${encodeURIComponent(applicationId)}`;
  const { actor, now } = await requirePageAccess(here + applicationPageHref({ range }), "Admin");
  const [application, usage, events, keyManagersAllowed] = await Promise.all([
    findApplication(actor, applicationId),
    ifFound(readApplicationUsage(actor, applicationId, range, now)),
    listAuditEvents(actor, { targetId: applicationId }, { size: EVENTS }),
    readKeyManagersAllowed(actor),
  ]);
  if (!application || !usage) {
    await answerWith(404);
    return (
      <NotFound
        title={NOT_FOUND}
        text="The address may be wrong."
        to={APPLICATIONS_PATH}
        label="Go to applications"
        as="h2"
      />
    );
  }
  const { id } = application;
  const { USAGE_ADDRESSES: addresses } = env();
  return (
    <ClockProvider now={now.toISOString()}>
      <ApplicationDialogsProvider actions={APPLICATION_ACTIONS} keyManagersAllowed={keyManagersAllowed}>
        <BackLink href={APPLICATIONS_PATH} label="All applications" />
        <ApplicationHeader application={application} latest={usage.latest} now={now} />
        {isNeverUsed(usage) ? (
          <Section title="Requests">
            <p className="rounded-lg border border-line bg-surface p-4 text-soft">No calls yet.</p>
          </Section>
        ) : (
          <>
            <UsageSection
              usage={usage}
              file={{ href: `${APPLICATIONS_PATH}/usage-export`, query: `?application=${id}` }}
              href={(chosen) => here + applicationPageHref({ range: chosen })}
              renderedFor={renderedForId(actor)}
            />
            <TopCallers callers={usage.callers} addresses={addresses} />
          </>
        )}
        <RecentRefusals refusals={usage.refusals} addresses={addresses} />
        <RecentEvents noun="application" id={id} events={events.rows}>
          <Link href={AUDIT_LOG_PATH + auditHref({ actor: id })} prefetch={false} className={textLinkClass}>
            All events by this application
          </Link>
        </RecentEvents>
        <ListNotes />
        <OfflineNote what="page" />
      </ApplicationDialogsProvider>
    </ClockProvider>
  );
}
