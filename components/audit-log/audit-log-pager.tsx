import { auditPath } from "@/components/audit-log/audit-path";
import { foundText, PageBar, PageStep } from "@/components/list/pagination";
import type { AuditTotal } from "@/lib/audit-log/count";
import { type AuditUrl, toPlace } from "@/lib/audit-log/list-url";
import { countText, type Noun } from "@/lib/text/number";

const NOUN: Noun = ["event", "events"];

const PREFIXES: Readonly<Record<AuditTotal["precision"], string>> = {
  exact: "",
  more: "More than ",
  least: "At least ",
};

/** The result of a search, for screen readers: "No events match", "More than 10,000 events found". */
export const eventsFound = ({ count, precision }: AuditTotal) =>
  (count > 0 ? PREFIXES[precision] : "") + foundText(count, NOUN);

/** How many events match, rows per page, and links to newer and older events; nothing below an empty page. */
export function AuditLogPager({
  rows,
  total: { count, precision },
  hasNewer,
  hasOlder,
  url,
}: {
  rows: readonly { at: Date; id: string }[];
  total: AuditTotal;
  hasNewer: boolean;
  hasOlder: boolean;
  url: AuditUrl;
}) {
  const [first, last] = [rows.at(0), rows.at(-1)];
  if (!first || !last) return null;
  const here = auditPath(url, url);
  const href = (exists: boolean, change: Partial<AuditUrl>) => (exists ? auditPath(url, change) : null);
  return (
    <PageBar
      text={PREFIXES[precision] + countText(count, NOUN)}
      total={count}
      size={url.size}
      sizeHref={(size) => auditPath(url, { ...url, size })}
    >
      {hasNewer || hasOlder ? (
        <>
          <PageStep label="Newest" to={href(hasNewer, {})} here={here} />
          <PageStep label="Newer" rel="prev" to={href(hasNewer, { before: toPlace(first) })} here={here} />
          <PageStep label="Older" rel="next" to={href(hasOlder, { after: toPlace(last) })} here={here} />
        </>
      ) : null}
    </PageBar>
  );
}
