import { createLoader, createSerializer, parseAsInteger, parseAsStringLiteral } from "nuqs/server";

import { AutonomyType, TriggerType } from "@/lib/generated/prisma/enums";
import { listSize } from "@/lib/text/list-size";
import { searchText } from "@/lib/text/search-text";

/** Columns the list can be sorted by. */
export const AGENT_SORTS = ["name", "created", "updated"] as const;

/** The list's part of the URL. An unknown or malformed value counts as absent. */
export const agentListParsers = {
  q: searchText.withDefault(""),
  state: parseAsStringLiteral(["on", "off"]),
  type: parseAsStringLiteral(Object.values(AutonomyType)),
  trigger: parseAsStringLiteral(Object.values(TriggerType)),
  sort: parseAsStringLiteral(AGENT_SORTS).withDefault("created"),
  dir: parseAsStringLiteral(["asc", "desc"]).withDefault("desc"),
  page: parseAsInteger.withDefault(1),
  size: listSize,
};

/** Reads the agents page's state from its `searchParams`. */
export const loadAgentListUrl = createLoader(agentListParsers);

/** Writes the agents page's state as a link. */
export const agentListHref = createSerializer(agentListParsers);

/** The list's state in its URL. */
export type AgentListUrl = Awaited<ReturnType<typeof loadAgentListUrl>>;
