import { createLoader, createParser, createSerializer, parseAsString, parseAsStringLiteral } from "nuqs/server";

import { AUDIT_ACTIONS, TARGET_KINDS } from "@/lib/audit-log/actions";
import { listSize } from "@/lib/text/list-size";
import { searchText } from "@/lib/text/search-text";
import { isUuid } from "@/lib/text/uuid";
import { isInCalendar } from "@/lib/text/years";

/** A time, normalized to `toISOString`. */
const time = createParser({
  parse: (text) => {
    const date = new Date(text);
    return /^\d{4}-/.test(text) && isInCalendar(date) ? date.toISOString() : null;
  },
  serialize: (text) => text,
});

const uuid = createParser({ parse: (text) => (isUuid(text) ? text : null), serialize: (text) => text });

/** The filters in the URL of the page and of the export. An unknown or malformed value counts as absent. */
const auditFilterParsers = {
  q: searchText.withDefault(""),
  action: parseAsStringLiteral(AUDIT_ACTIONS),
  actor: uuid,
  target: parseAsStringLiteral(TARGET_KINDS),
  target_id: uuid,
  /** Inclusive, and exclusive. */
  from: time,
  to: time,
};

/** The whole state of the page: the filters, its size, and the row it continues after (older events) or before (newer ones). */
export const auditUrlParsers = {
  ...auditFilterParsers,
  size: listSize,
  after: parseAsString.withDefault(""),
  before: parseAsString.withDefault(""),
};

/** Reads the page's state from its `searchParams`. */
export const loadAuditUrl = createLoader(auditUrlParsers);

/** Writes the page's state as a link. */
export const auditHref = createSerializer(auditUrlParsers);

/** The page's state in its URL. */
export type AuditUrl = Awaited<ReturnType<typeof loadAuditUrl>>;

/** The filters, as lists and exports take them. */
export function filtersOf({
  q,
  action,
  actor,
  target,
  target_id,
  from,
  to,
}: Pick<AuditUrl, keyof typeof auditFilterParsers>) {
  return {
    q: q || undefined,
    action: action ?? undefined,
    actor: actor ?? undefined,
    target: target ?? undefined,
    targetId: target_id ?? undefined,
    from: from ? new Date(from) : undefined,
    to: to ? new Date(to) : undefined,
  };
}

/** A row's position, as links write it. */
export function toPlace(row: { at: Date; id: string }): string {
  return `${String(row.at.getTime())}_${row.id}`;
}

/** Parses {@link toPlace}; undefined for anything else. It names no tenant: that comes from the session. */
export function parsePlace(text: string): { at: number; id: string } | undefined {
  const [, at, id] = /^(\d{1,15})_([0-9a-f-]{36})$/.exec(text) ?? [];
  // Up to the year 9999, beyond which the database would fail.
  return at && id && isUuid(id) && Number(at) < 253_402_300_800_000 ? { at: Number(at), id } : undefined;
}
