import { Download } from "lucide-react";

import { buttonClass } from "@/components/ui/button";
import { auditHref, type AuditUrl } from "@/lib/audit-log/list-url";

/** Links that download all events that match the filters. */
export function ExportLinks({ url, path, renderedFor }: { url: AuditUrl; path: string; renderedFor: string }) {
  const query = auditHref({ ...url, after: null, before: null }).replace("?", "&");
  // No `download` attribute: the browser would report a failure instead of showing why the export was refused.
  return (
    <div role="group" aria-label="Export matching events" className="flex gap-2 print:hidden">
      {(["csv", "ndjson"] as const).map((format) => (
        <a key={format} href={`${path}/export?format=${format}&for=${renderedFor}${query}`} className={buttonClass()}>
          <Download aria-hidden className="size-4" />
          <span className="sr-only">Export as </span>
          <span>{format === "csv" ? "CSV" : "NDJSON"}</span>
        </a>
      ))}
    </div>
  );
}
