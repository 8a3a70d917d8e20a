import { AUDIT_LOG_PATH } from "@/components/shell/paths";
import { auditHref, type AuditUrl } from "@/lib/audit-log/list-url";

/** The log with a change to its URL; the newest events unless the change says otherwise. */
export function auditPath(url: AuditUrl, change: Partial<AuditUrl>): string {
  return AUDIT_LOG_PATH + auditHref({ ...url, after: null, before: null, ...change });
}
