import { PageStep } from "@/components/list/pagination";
import { auditHref, type AuditUrl, toPlace } from "@/lib/audit-log/list-url";

/** Links to newer and older events. */
export function AuditLogPager({
  rows,
  hasNewer,
  hasOlder,
  url,
  path,
}: {
  rows: readonly { at: Date; id: string }[];
  hasNewer: boolean;
  hasOlder: boolean;
  url: AuditUrl;
  path: string;
}) {
  const [first, last] = [rows.at(0), rows.at(-1)];
  if (!first || !last || (!hasNewer && !hasOlder)) return null;
  const newer = hasNewer ? path + auditHref({ ...url, after: null, before: toPlace(first) }) : null;
  const older = hasOlder ? path + auditHref({ ...url, before: null, after: toPlace(last) }) : null;
  const here = path + auditHref(url);
  return (
    <nav aria-label="Pages" className="flex flex-wrap justify-end gap-2 px-1 pt-3 print:hidden">
      <PageStep
        label="Newest"
        to={hasNewer ? path + auditHref({ ...url, before: null, after: null }) : null}
        here={here}
      />
      <PageStep label="Newer" rel="prev" to={newer} here={here} />
      <PageStep label="Older" rel="next" to={older} here={here} />
    </nav>
  );
}
