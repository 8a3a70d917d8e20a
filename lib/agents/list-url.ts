import { createLoader, createSerializer, parseAsString } from "nuqs/server";

const parsers = { after: parseAsString.withDefault("") };

/** Reads the agents page's state from its `searchParams`. */
export const loadAgentListUrl = createLoader(parsers);

/** Writes the agents page's state as a link. */
export const agentListHref = createSerializer(parsers);

/** The row a page ends with, as its next page's URL names it. */
export function toAfter(row: { createdAt: Date; id: string }): string {
  return `${String(row.createdAt.getTime())}_${row.id}`;
}

/** Reads what {@link toAfter} wrote; anything else is the first page. The tenant is not in it: it comes from the session. */
export function parseAfter(text: string): { at: number; id: string } | undefined {
  const [, at, id] = /^(\d{1,15})_([0-9a-f-]{36})$/.exec(text) ?? [];
  return at && id && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id) ? { at: Number(at), id } : undefined;
}
