import "server-only";

import { type MemberActor, roleReaches } from "@/lib/actor";
import { findAgents } from "@/lib/agents/list";
import { findKeys, type FoundKey } from "@/lib/api-keys/find-keys";
import { MIN_SEARCH } from "@/lib/command-palette/min-search";
import { findMembers, type FoundMember } from "@/lib/members/list";
import { searchText } from "@/lib/text/search-text";

/** Most results of a kind. */
const MOST = 5;

/** What a search finds in the member's organisation. */
export interface Found {
  readonly keys: readonly FoundKey[];
  readonly agents: readonly { readonly id: string; readonly name: string }[];
  readonly members: readonly FoundMember[];
}

/**
 * Searches the lists that the member may open: agents for everyone, keys and members for admins.
 * @param query `q`, the text; with `current`, only keys that can be rotated and revoked are wanted
 * @param now the database's clock
 */
export async function searchEverything(actor: MemberActor, query: URLSearchParams, now: Date): Promise<Found> {
  const search = (searchText.parse(query.get("q") ?? "") ?? "").trim();
  if (search.length < MIN_SEARCH) return { keys: [], agents: [], members: [] };
  const isAdmin = roleReaches(actor.role, "Admin");
  const onlyCurrent = query.has("current");
  const [keys, agents, members] = await Promise.all([
    isAdmin ? findKeys(actor, search, { take: MOST, onlyCurrent }, now) : [],
    onlyCurrent ? [] : findAgents(actor, search, MOST),
    isAdmin && !onlyCurrent ? findMembers(actor, search, MOST) : [],
  ]);
  return { keys, agents, members };
}
