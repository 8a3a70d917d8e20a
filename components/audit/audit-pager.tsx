import { ChevronLeft, ChevronRight } from "lucide-react";
import Link from "next/link";

import { buttonClass } from "@/components/ui/button";
import { auditHref, type AuditUrl, toPlace } from "@/lib/audit/list-url";

/** Newer and older rows. Links, so that a page can be opened in a tab of its own. */
export function AuditPager({
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
  return (
    <nav aria-label="Pages" className="flex flex-wrap justify-end gap-2 px-1 pt-3">
      <Step to={hasNewer ? path + auditHref({ ...url, before: null, after: null }) : null}>Newest</Step>
      <Step to={newer} rel="prev">
        <ChevronLeft aria-hidden className="size-4" />
        Newer
      </Step>
      <Step to={older} rel="next">
        Older
        <ChevronRight aria-hidden className="size-4" />
      </Step>
    </nav>
  );
}

function Step({ to, rel, children }: { to: string | null; rel?: string; children: React.ReactNode }) {
  if (!to) return null;
  return (
    <Link href={to} rel={rel} prefetch={false} className={buttonClass("plain", true)}>
      {children}
    </Link>
  );
}
