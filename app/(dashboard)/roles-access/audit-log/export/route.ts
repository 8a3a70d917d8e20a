import { AUDIT_LOG_PATH } from "@/components/shell/paths";
import { EXPORT_FORMATS, EXPORT_TYPES, exportStream } from "@/lib/audit-log/export";
import { filtersOf, loadAuditUrl } from "@/lib/audit-log/list-url";
import { readAuditEvents } from "@/lib/audit-log/list";
import { downloadHandler } from "@/lib/auth/download-handler";
import { AppError } from "@/lib/errors/app-error";

export const dynamic = "force-dynamic";

const ROUTE = {
  path: `${AUDIT_LOG_PATH}/export`,
  role: "Admin",
  instead: "Open the audit log and export it from there.",
} as const;

/** The organisation's audit log as a file, with the page's filters. */
export const GET = downloadHandler(ROUTE, (actor, query) => {
  const format = EXPORT_FORMATS.find((known) => known === query.get("format"));
  if (!format) throw new AppError("BAD_REQUEST", `format must be one of ${EXPORT_FORMATS.join(", ")}.`);
  const body = exportStream(format, readAuditEvents(actor, filtersOf(loadAuditUrl(query))));
  return { body, type: EXPORT_TYPES[format], name: ["audit-log", format] };
});
