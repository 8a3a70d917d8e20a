import { createLoader, createSerializer, parseAsInteger, parseAsStringLiteral } from "nuqs/server";

import { ROLES } from "@/lib/members/roles";
import { MEMBER_STATUSES } from "@/lib/members/status";
import { listSize } from "@/lib/text/list-size";
import { searchText } from "@/lib/text/search-text";

/** Columns the list can be sorted by. */
export const MEMBER_SORTS = ["name", "email", "role", "active"] as const;

/** The list's part of the URL. An unknown or malformed value counts as absent. */
export const memberListParsers = {
  q: searchText.withDefault(""),
  role: parseAsStringLiteral(ROLES),
  status: parseAsStringLiteral(MEMBER_STATUSES),
  sort: parseAsStringLiteral(MEMBER_SORTS).withDefault("name"),
  dir: parseAsStringLiteral(["asc", "desc"]).withDefault("asc"),
  page: parseAsInteger.withDefault(1),
  size: listSize,
};

/** Reads the list's state from a page's `searchParams`. */
export const loadMemberListUrl = createLoader(memberListParsers);

/** Writes the list's state as a link. */
export const memberListHref = createSerializer(memberListParsers);

/** The list's state in its URL. */
export type MemberListUrl = Awaited<ReturnType<typeof loadMemberListUrl>>;
