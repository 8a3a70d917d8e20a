import { Download } from "lucide-react";
import type { ReactNode } from "react";

import { buttonClass } from "@/components/ui/button";

/**
 * A link that downloads a list. No `download` attribute: the browser would report a failure instead of showing why the export was
 * refused.
 * @param query the list's search and filters: "" or "?…"
 * @param renderedFor the member whom the page was rendered for, which a link can't send as a header field
 */
export function ExportLink({
  href,
  query,
  renderedFor,
  children,
}: {
  href: string;
  query: string;
  renderedFor: string;
  children: ReactNode;
}) {
  return (
    <a href={`${href}?for=${renderedFor}${query.replace("?", "&")}`} className={buttonClass()}>
      <Download aria-hidden className="size-4" />
      {children}
    </a>
  );
}
