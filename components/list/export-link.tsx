import { Download } from "lucide-react";
import type { ReactNode } from "react";

import { buttonClass } from "@/components/ui/button";

/**
 * A link that downloads a file. No `download` attribute: the browser would report a failure instead of showing why the export was
 * refused.
 * @param query what the file has, such as the list's filters: "" or "?…"
 * @param renderedFor the member whom the page was rendered for, which a link can't send as a header field
 */
export function ExportLink({
  href,
  query,
  renderedFor,
  small = false,
  children,
}: {
  href: string;
  query: string;
  renderedFor: string;
  small?: boolean;
  children: ReactNode;
}) {
  return (
    <a href={`${href}?for=${renderedFor}${query.replace("?", "&")}`} className={buttonClass("plain", small)}>
      <Download aria-hidden className="size-4" />
      {children}
    </a>
  );
}
