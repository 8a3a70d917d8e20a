import { createLoader, createParser, createSerializer, parseAsInteger, parseAsStringLiteral } from "nuqs/server";

import { AutonomyType, TriggerType } from "@/lib/generated/prisma/enums";

/** Longest search that is looked at; no name is longer. */
const SEARCH_MAX = 200;

/** Search text without what PostgreSQL refuses: control characters and broken surrogates. */
const searchText = createParser({
  parse: (text) =>
    text
      .toWellFormed()
      .replace(/\p{Cc}/gu, "")
      .slice(0, SEARCH_MAX),
  serialize: (text) => text,
});

/** The list's part of the URL. An unknown or malformed value counts as absent. */
export const agentListParsers = {
  q: searchText.withDefault(""),
  state: parseAsStringLiteral(["on", "off"]),
  type: parseAsStringLiteral(Object.values(AutonomyType)),
  trigger: parseAsStringLiteral(Object.values(TriggerType)),
  page: parseAsInteger.withDefault(1),
};

/** Reads the agents page's state from its `searchParams`. */
export const loadAgentListUrl = createLoader(agentListParsers);

/** Writes the agents page's state as a link. */
export const agentListHref = createSerializer(agentListParsers);
