import type { Metadata } from "next";
import { redirect } from "next/navigation";
import type { SearchParams } from "nuqs/server";

import { NoEvents, NoMatch } from "@/components/audit-log/audit-log-empty";
import { AuditPager } from "@/components/audit-log/audit-log-pager";
import { AuditTable } from "@/components/audit-log/audit-log-table";
import { AuditToolbar } from "@/components/audit-log/audit-log-toolbar";
import { ExportLinks } from "@/components/audit-log/export-links";
import { AUDIT_LOG_PATH } from "@/components/shell/paths";
import { ClockProvider } from "@/components/time/clock";
import { foundText } from "@/components/list/count-text";
import { ListNotes } from "@/components/list/list-notes";
import { auditHref, auditUrlParsers, filtersOf, loadAuditUrl, parsePlace } from "@/lib/audit-log/list-url";
import { listAuditActors, listAuditEvents } from "@/lib/audit-log/service";
import { findTargets } from "@/lib/audit-log/targets";
import { requirePageAccess } from "@/lib/auth/guard";
import { renderedForId } from "@/lib/auth/rendered-for";
import { PAGE_SIZE } from "@/lib/db/list-page";
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
    listAuditEvents(actor, filters, { size: PAGE_SIZE, after, before }),
    listAuditActors(actor),
  ]);
  const targets = await findTargets(actor, rows);
  const filtered = Object.values(filters).some((value) => value !== undefined);
  return (
    <ClockProvider now={now.toISOString()}>
      <div className="mb-3 flex items-start justify-between gap-2 max-xl:flex-col max-xl:items-stretch print:hidden">
        <AuditToolbar url={url} actors={actors} found={foundText(rows.length, hasMore, ["event", "events"])} />
        <ExportLinks url={url} path={AUDIT_LOG_PATH} renderedFor={renderedForId(actor)} />
      </div>
      <div className="rounded-lg border border-line bg-surface">
        {rows.length > 0 ? <AuditTable rows={rows} targets={targets} url={url} path={AUDIT_LOG_PATH} /> : null}
        {rows.length === 0 && filtered ? <NoMatch path={AUDIT_LOG_PATH} /> : null}
        {rows.length === 0 && !filtered ? <NoEvents path={after || before ? AUDIT_LOG_PATH : null} /> : null}
      </div>
      <AuditPager
        rows={rows}
        hasNewer={before ? hasMore : after !== undefined}
        hasOlder={before ? true : hasMore}
        url={url}
        path={AUDIT_LOG_PATH}
      />
      {rows.length > 0 ? <ListNotes /> : null}
    </ClockProvider>
  );
}
