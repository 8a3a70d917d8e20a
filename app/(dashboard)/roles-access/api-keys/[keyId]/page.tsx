import type { Metadata } from "next";
import { redirect } from "next/navigation";
import type { SearchParams } from "nuqs/server";
import { cache } from "react";

import { keyView } from "@/components/api-keys/dialog/steps";
import { KeyDialogsProvider } from "@/components/api-keys/key-dialog-provider";
import { KeyHeader } from "@/components/api-keys/key-header";
import { Lineage } from "@/components/api-keys/lineage";
import { RotationSection } from "@/components/api-keys/rotation/rotation-section";
import { TopCallers } from "@/components/usage/callers";
import { isNeverUsed, NeverUsed } from "@/components/usage/never-used";
import { RecentRefusals } from "@/components/usage/refusals";
import { UsageSection } from "@/components/usage/usage-section";
import { RecentEvents } from "@/components/audit-log/recent-events";
import { RememberVisit } from "@/components/command-palette/remember-visit";
import { ListNotes } from "@/components/list/list-notes";
import { NotFound } from "@/components/shell/not-found";
import { OfflineNote } from "@/components/shell/offline-note";
import { API_KEYS_PATH } from "@/components/shell/paths";
import { ClockProvider } from "@/components/time/time";
import { BackLink } from "@/components/ui/back-link";
import type { MemberActor } from "@/lib/actor";
import { readLineage } from "@/lib/api-keys/lineage";
import { keyListHref } from "@/lib/api-keys/list-url";
import { keyPageHref, type KeyPageUrl, loadKeyPageUrl } from "@/lib/api-keys/key-page-url";
import { readRotation } from "@/lib/api-keys/rotation";
import { readKeyUsage } from "@/lib/api-keys/usage";
import { listAuditEvents } from "@/lib/audit-log/list";
import { currentSession, requirePageAccess } from "@/lib/auth/guard";
import { renderedForId } from "@/lib/auth/rendered-for";
import { env } from "@/lib/config/env";
import { ifFound } from "@/lib/errors/if-found";
import { answerWith } from "@/lib/http/page-status";
import { redactSearch } from "@/lib/text/redact-search";

import { endOverlapAction } from "../actions";
import { KEY_ACTIONS } from "../key-actions";

const NOT_FOUND = "Key not found";

interface Props {
  params: Promise<{ keyId: string }>;
  searchParams: Promise<SearchParams>;
}

/** Events that are listed; the audit log has the others. */
const EVENTS = 10;

/** The key and its lineage, read once per request. */
const findKey = cache((actor: MemberActor, keyId: string, now: Date) => ifFound(readLineage(actor, keyId, now)));

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  try {
    const signedIn = await currentSession();
    if (!signedIn) return {};
    return { title: (await findKey(signedIn.actor, (await params).keyId, signedIn.now))?.key.name ?? NOT_FOUND };
  } catch {
    // A failure here also happens in the page, where it is reported.
    return { title: "API key" };
  }
}

export default async function KeyPage({ params, searchParams }: Props) {
  const { keyId } = await params;
  const url = await loadKeyPageUrl(searchParams);
  const q = redactSearch(url.q);
  const here = `${API_KEYS_PATH}/${encodeURIComponent(keyId)}${keyPageHref({ ...url, q })}`;
  const { actor, now } = await requirePageAccess(here, "Admin");
  if (q !== url.q) redirect(here);
  const [found, usage, events] = await Promise.all([
    findKey(actor, keyId, now),
    ifFound(readKeyUsage(actor, keyId, url.range, now)),
    listAuditEvents(actor, { targetId: keyId }, { size: EVENTS }),
  ]);
  const list = API_KEYS_PATH + keyListHref(url);
  if (!found || !usage) {
    await answerWith(404);
    return <NotFound title={NOT_FOUND} text="The address may be wrong." to={list} label="Go to API keys" as="h2" />;
  }
  const { key, lineage } = found;
  const rotation = lineage.length > 1 ? await readRotation(actor, key.id, now) : null;
  const href = (id: string, change: Partial<KeyPageUrl>) =>
    `${API_KEYS_PATH}/${id}${keyPageHref({ ...url, ...change })}`;
  const { USAGE_ADDRESSES: addresses, NEXTAUTH_URL } = env();
  return (
    <ClockProvider now={now.toISOString()}>
      <KeyDialogsProvider actions={KEY_ACTIONS} target={key.refusal === null ? keyView(key) : null}>
        <RememberVisit kind="key" label={key.name} href={`${API_KEYS_PATH}/${key.id}`} />
        <BackLink href={list} label="All API keys" />
        <KeyHeader row={key} latest={usage.latest} hasRotation={rotation !== null} />
        {rotation ? <RotationSection of={keyView(key)} initial={rotation} end={endOverlapAction} /> : null}
        {isNeverUsed(usage) ? (
          <NeverUsed apiUrl={key.refusal === null ? NEXTAUTH_URL : null} />
        ) : (
          <>
            <UsageSection
              usage={usage}
              file={{ href: `${API_KEYS_PATH}/usage-export`, query: `?key=${key.id}` }}
              href={(range) => href(key.id, { range })}
              renderedFor={renderedForId(actor)}
            />
            <TopCallers callers={usage.callers} addresses={addresses} />
          </>
        )}
        <RecentRefusals refusals={usage.refusals} addresses={addresses} />
        <Lineage found={found} href={(id) => href(id, {})} />
        <RecentEvents noun="key" id={key.id} events={events.rows}>
          {key.replaces === null ? null : (
            <span>The rotation that issued this key is recorded as an event of the key it replaced.</span>
          )}
        </RecentEvents>
        <ListNotes />
        <OfflineNote what="page" />
      </KeyDialogsProvider>
    </ClockProvider>
  );
}
