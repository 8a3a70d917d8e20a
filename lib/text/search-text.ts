import { createParser } from "nuqs/server";

import { NAME_MAX } from "@/lib/text/name";

/** The search text of a list's URL, without what PostgreSQL rejects, and no longer than a name: control characters and broken surrogates. */
export const searchText = createParser({
  parse: (text) =>
    text
      .toWellFormed()
      .replace(/\p{Cc}/gu, "")
      .slice(0, NAME_MAX),
  serialize: (text) => text,
});
