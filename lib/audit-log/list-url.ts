import { createLoader, createParser, createSerializer, parseAsString, parseAsStringLiteral } from "nuqs/server";

import { AUDIT_ACTIONS, TARGET_KINDS } from "@/lib/audit-log/actions";
import { searchText } from "@/lib/text/search-text";
import { isUuid } from "@/lib/text/uuid";
import { isInCalendar } from "@/lib/text/years";

/** A moment, as `toISOString` writes it; no other spelling is needed. */
const moment = createParser({
  parse: (text) => {
    const date = new Date(text);
    return /^\d{4}-/.test(text) && isInCalendar(date) ? date.toISOString() : null;
  },
  serialize: (text) => text,
});

/** The filters in the URL of the page and of the export. An unknown or malformed value counts as absent. */
export const auditFilterParsers = {
  q: searchText.withDefault(""),
  action: parseAsStringLiteral(AUDIT_ACTIONS),
  actor: createParser({ parse: (text) => (isUuid(text) ? text : null), serialize: (text) => text }),
  target: parseAsStringLiteral(TARGET_KINDS),
  /** From this moment on, itself included; before that one, itself excluded. */
  from: moment,
  to: moment,
};

/** The whole state of the page: the filters, and the row that it begins after (older ones) or ends before (newer ones). */
export const auditUrlParsers = {
  ...auditFilterParsers,
  after: parseAsString.withDefault(""),
  before: parseAsString.withDefault(""),
};

/** Reads the page's state from its `searchParams`. */
export const loadAuditUrl = createLoader(auditUrlParsers);

/** Writes the page's state as a link. */
export const auditHref = createSerializer(auditUrlParsers);

/** The state of the page, as its URL says it. */
export type AuditUrl = Awaited<ReturnType<typeof loadAuditUrl>>;

/** The filters, as lists and exports take them. */
export function filtersOf({ q, action, actor, target, from, to }: Omit<AuditUrl, "after" | "before">) {
  return {
    q: q || undefined,
    action: action ?? undefined,
    actor: actor ?? undefined,
    target: target ?? undefined,
    from: from ? new Date(from) : undefined,
    to: to ? new Date(to) : undefined,
  };
}

/** A row as a link to the rows beyond it names it. */
export function toPlace(row: { at: Date; id: string }): string {
  return `${String(row.at.getTime())}_${row.id}`;
}

/** Reads what {@link toPlace} wrote; anything else is no place. The tenant is not in it: it comes from the session. */
export function parsePlace(text: string): { at: number; id: string } | undefined {
  const [, at, id] = /^(\d{1,15})_([0-9a-f-]{36})$/.exec(text) ?? [];
  // Later than any moment of the database it would be refused there.
  return at && id && isUuid(id) && Number(at) < 253_402_300_800_000 ? { at: Number(at), id } : undefined;
}
