import { parseAsNumberLiteral } from "nuqs/server";

/** How many rows a page of a list may have. */
export const LIST_SIZES = [25, 50, 100] as const;

/** Rows on a page of a list. */
export type ListSize = (typeof LIST_SIZES)[number];

/** Rows on a page, in a list's URL. */
export const listSize = parseAsNumberLiteral(LIST_SIZES).withDefault(50);
