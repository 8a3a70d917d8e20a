import { createLoader, createSerializer, parseAsStringLiteral } from "nuqs/server";

import { RANGE_NAMES } from "@/lib/usage/range";

/** The URL of an application's page: the range of its chart. */
const parsers = { range: parseAsStringLiteral(RANGE_NAMES).withDefault("30d") };

/** Reads the page's state from its `searchParams`. An unknown or malformed value counts as absent. */
export const loadApplicationPageUrl = createLoader(parsers);

/** Writes the page's state as a link. */
export const applicationPageHref = createSerializer(parsers);
