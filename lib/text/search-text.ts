import { createParser } from "nuqs/server";

/** Longest search that is looked at; no name is longer. */
const SEARCH_MAX = 200;

/** Search text of a list without what PostgreSQL refuses: control characters and broken surrogates. */
export const searchText = createParser({
  parse: (text) =>
    text
      .toWellFormed()
      .replace(/\p{Cc}/gu, "")
      .slice(0, SEARCH_MAX),
  serialize: (text) => text,
});
