import { createLoader, createParser, createSerializer, parseAsInteger, parseAsStringLiteral } from "nuqs/server";

import { ATTENTION_REASONS } from "@/lib/api-keys/attention-reasons";
import { KEY_STATUSES } from "@/lib/api-keys/status";
import { listSize } from "@/lib/text/list-size";
import { searchText } from "@/lib/text/search-text";
import { isUuid } from "@/lib/text/uuid";

/** Columns the list can be sorted by. */
export const KEY_SORTS = ["name", "created", "expires", "used"] as const;

/** Instead of a person: everybody who is no longer a member. */
export const REMOVED = "removed";

/** What the list can be narrowed to: every key that works, or those of one status. */
export const KEY_FILTERS = ["working", ...KEY_STATUSES] as const;

/** Whose keys: those of removed members, or of the member with this id. */
const creator = createParser({
  parse: (text) => (text === REMOVED || isUuid(text) ? text : null),
  serialize: (text) => text,
});

/** The list's part of the URL. An unknown or malformed value counts as absent. */
export const keyListParsers = {
  q: searchText.withDefault(""),
  status: parseAsStringLiteral(KEY_FILTERS),
  creator,
  attention: parseAsStringLiteral(ATTENTION_REASONS),
  sort: parseAsStringLiteral(KEY_SORTS).withDefault("created"),
  dir: parseAsStringLiteral(["asc", "desc"]).withDefault("desc"),
  page: parseAsInteger.withDefault(1),
  size: listSize,
};

/** Reads the list's state from a page's `searchParams`. */
export const loadKeyListUrl = createLoader(keyListParsers);

/** Writes the list's state as a link. */
export const keyListHref = createSerializer(keyListParsers);

/** The list's state in its URL. */
export type KeyListUrl = Awaited<ReturnType<typeof loadKeyListUrl>>;
