import { createParser } from "nuqs/server";

import { NAME_MAX } from "@/lib/text/name";

/**
 * The search text of a list's URL, cut to the length of a name. PostgreSQL rejects control characters and broken surrogates, so they
 * are removed.
 */
export const searchText = createParser({
  parse: (text) =>
    text
      .toWellFormed()
      .replace(/\p{Cc}/gu, "")
      .slice(0, NAME_MAX),
  serialize: (text) => text,
});
