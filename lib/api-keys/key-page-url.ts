import { createLoader, createSerializer, parseAsStringLiteral } from "nuqs/server";

import { keyListParsers } from "@/lib/api-keys/list-url";
import { RANGE_NAMES } from "@/lib/usage/range";

/** The URL of a key's page: the range of its chart, and the state of the list that it leads back to. */
const keyPageParsers = { ...keyListParsers, range: parseAsStringLiteral(RANGE_NAMES).withDefault("30d") };

/** Reads the page's state from its `searchParams`. An unknown or malformed value counts as absent. */
export const loadKeyPageUrl = createLoader(keyPageParsers);

/** Writes the page's state as a link. */
export const keyPageHref = createSerializer(keyPageParsers);

/** The page's state in its URL. */
export type KeyPageUrl = Awaited<ReturnType<typeof loadKeyPageUrl>>;
