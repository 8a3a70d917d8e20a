import { createLoader, createParser, createSerializer, parseAsInteger, parseAsStringLiteral } from "nuqs/server";

import { KEY_STATUSES } from "@/lib/keys/status";

/** Columns the list can be sorted by. */
export const KEY_SORTS = ["name", "created", "expires", "used"] as const;

/** Longest search that is looked at; no name is longer. */
const SEARCH_MAX = 200;

/** Search text without what PostgreSQL refuses: control characters and broken surrogates. */
export const searchText = createParser({
  parse: (text) =>
    text
      .toWellFormed()
      .replace(/\p{Cc}/gu, "")
      .slice(0, SEARCH_MAX),
  serialize: (text) => text,
});

/** The list's part of the URL. An unknown or malformed value counts as absent. */
export const keyListParsers = {
  q: searchText.withDefault(""),
  status: parseAsStringLiteral(KEY_STATUSES),
  sort: parseAsStringLiteral(KEY_SORTS).withDefault("created"),
  dir: parseAsStringLiteral(["asc", "desc"]).withDefault("desc"),
  page: parseAsInteger.withDefault(1),
};

/** Reads the list's state from a page's `searchParams`. */
export const loadKeyListUrl = createLoader(keyListParsers);

/** Writes the list's state as a link. */
export const keyListHref = createSerializer(keyListParsers);

/** The state of the list, as its URL says it. */
export type KeyListUrl = Awaited<ReturnType<typeof loadKeyListUrl>>;

/** A whole key pasted into the search would end up in the URL and in histories: only its shown form may. */
export function withoutSecret(search: string): string {
  return search.replace(/neo_sk_([a-z0-9]{2,12})_[A-Za-z0-9]{20}([A-Za-z0-9]{4})/g, "neo_sk_$1_…$2");
}
