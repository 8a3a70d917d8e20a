import { ScrollText } from "lucide-react";
import type { Metadata } from "next";
import { redirect } from "next/navigation";
import type { SearchParams } from "nuqs/server";

import { AuditLogPager, eventsFound } from "@/components/audit-log/audit-log-pager";
import { AuditLogTable } from "@/components/audit-log/audit-log-table";
import { AuditLogToolbar } from "@/components/audit-log/audit-log-toolbar";
import { AUDIT_LOG_PATH } from "@/components/shell/paths";
import { ClockProvider } from "@/components/time/time";
import { ExportLink } from "@/components/list/export-link";
import { ListFrame, NoMatch } from "@/components/list/list-frame";
import { ClearFilters } from "@/components/list/list-toolbar";
import { Message } from "@/components/ui/message";
import {
  auditHref,
  type AuditUrl,
  auditUrlParsers,
  filtersOf,
  loadAuditUrl,
  parsePlace,
} from "@/lib/audit-log/list-url";
import { countAuditEvents } from "@/lib/audit-log/count";
import { listAuditActors, listAuditEvents } from "@/lib/audit-log/list";
import { findTargets } from "@/lib/audit-log/targets";
import { requirePageAccess } from "@/lib/auth/guard";
import { renderedForId } from "@/lib/auth/rendered-for";
import { redactSearch } from "@/lib/text/redact-search";
import { isMisstated } from "@/lib/text/list-address";

export const metadata: Metadata = { title: "Audit log" };

export default async function AuditLogPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const url = await loadAuditUrl(searchParams);
  const here = AUDIT_LOG_PATH + auditHref({ ...url, q: redactSearch(url.q) });
  const { actor, now } = await requirePageAccess(here, "Admin");
  if (redactSearch(url.q) !== url.q) redirect(here);

  const filters = filtersOf(url);
  const after = parsePlace(url.after);
  const before = after ? undefined : parsePlace(url.before);
  const shown = auditHref({ ...url, after: after ? url.after : "", before: before ? url.before : "" });
  if (isMisstated(auditUrlParsers, await searchParams, shown)) redirect(AUDIT_LOG_PATH + shown);
  const [{ rows, hasMore }, actors] = await Promise.all([
    listAuditEvents(actor, filters, { size: url.size, after, before }),
    listAuditActors(actor),
  ]);
  const isAll = !after && !before && !hasMore;
  const [targets, total] = await Promise.all([
    findTargets(actor, rows),
    countAuditEvents(actor, filters, { rows: rows.length, isAll }),
  ]);
  const filtered = Object.values(filters).some((value) => value !== undefined);
  return (
    <ClockProvider now={now.toISOString()}>
      <ListFrame
        toolbar={
          <div className="flex flex-1 items-start justify-between gap-2 max-xl:flex-col max-xl:items-stretch">
            <AuditLogToolbar
              url={url}
              actors={actors}
              targetName={rows.find(({ targetId }) => targetId === url.target_id)?.targetName}
              found={eventsFound(total)}
            />
            <ExportLinks url={url} renderedFor={renderedForId(actor)} />
          </div>
        }
        pages={
          <AuditLogPager
            rows={rows}
            total={total}
            hasNewer={before ? hasMore : after !== undefined}
            hasOlder={before ? true : hasMore}
            url={url}
          />
        }
        hasRows={rows.length > 0}
      >
        {rows.length > 0 ? (
          <AuditLogTable rows={rows} targets={targets} url={url} />
        ) : filtered ? (
          <NoMatch
            title="Nothing matches"
            hint="Try other words, other filters or a longer time."
            path={AUDIT_LOG_PATH}
          />
        ) : (
          <NoEvents isBeyondEnd={Boolean(after ?? before)} />
        )}
      </ListFrame>
    </ClockProvider>
  );
}

/** An empty log, or a page beyond its end. */
function NoEvents({ isBeyondEnd }: { isBeyondEnd: boolean }) {
  return (
    <Message
      as="h2"
      icon={ScrollText}
      title={isBeyondEnd ? "No more events" : "No events yet"}
      text="Every sign-in, every refusal and every change to members, keys and agents is recorded here, and can’t be changed or removed."
      action={isBeyondEnd ? <ClearFilters path={AUDIT_LOG_PATH} label="Go to the newest" /> : null}
    />
  );
}

/** Links that download all events that match the filters. */
function ExportLinks({ url, renderedFor }: { url: AuditUrl; renderedFor: string }) {
  const query = auditHref({ ...url, size: null, after: null, before: null }).replace("?", "&");
  return (
    <div role="group" aria-label="Export matching events" className="flex gap-2 print:hidden">
      {(["csv", "ndjson"] as const).map((format) => (
        <ExportLink
          key={format}
          href={`${AUDIT_LOG_PATH}/export`}
          query={`?format=${format}${query}`}
          renderedFor={renderedFor}
        >
          <span className="sr-only">Export as </span>
          <span>{format === "csv" ? "CSV" : "NDJSON"}</span>
        </ExportLink>
      ))}
    </div>
  );
}
