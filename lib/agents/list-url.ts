import { createLoader, createSerializer, parseAsInteger, parseAsStringLiteral } from "nuqs/server";

import { AutonomyType, TriggerType } from "@/lib/generated/prisma/enums";
import { searchText } from "@/lib/text/search-text";

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
