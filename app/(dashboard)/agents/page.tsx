import type { Metadata } from "next";
import { redirect } from "next/navigation";
import type { SearchParams } from "nuqs/server";

import { NoAgentsYet } from "@/components/agents/agents-empty";
import { AgentsTable } from "@/components/agents/agents-table";
import { AgentsToolbar } from "@/components/agents/agents-toolbar";
import { foundText } from "@/components/list/count-text";
import { NoMatch } from "@/components/list/empty-state";
import { ListFrame } from "@/components/list/list-frame";
import { Pagination } from "@/components/list/pagination";
import { AGENTS_PATH } from "@/components/shell/paths";
import { ClockProvider } from "@/components/time/clock";
import { roleReaches } from "@/lib/actor";
import { listAgentPage } from "@/lib/agents/list";
import { agentListHref, agentListParsers, loadAgentListUrl } from "@/lib/agents/list-url";
import { requirePageAccess } from "@/lib/auth/guard";
import { PAGE_SIZE } from "@/lib/db/list-page";
import { isMisstated } from "@/lib/text/list-address";

import { updateAgentAction } from "./actions";

export const metadata: Metadata = { title: "Agents" };

const NOUN = ["agent", "agents"] as const;

export default async function AgentsPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const url = await loadAgentListUrl(searchParams);
  const { actor, now } = await requirePageAccess(AGENTS_PATH + agentListHref(url));
  const filters = {
    q: url.q,
    enabled: url.state ? url.state === "on" : undefined,
    autonomyType: url.type ?? undefined,
    triggerType: url.trigger ?? undefined,
  };
  const list = await listAgentPage(actor, filters, url.page);
  const shown = agentListHref({ ...url, page: list.page });
  if (isMisstated(agentListParsers, await searchParams, shown)) redirect(AGENTS_PATH + shown);
  const href = (page: number) => AGENTS_PATH + agentListHref({ ...url, page });
  const found = foundText(list.total, list.totalIsFloor, NOUN, list.page);
  return (
    <ClockProvider now={now.toISOString()}>
      <h1 className="mb-4 text-xl font-semibold">Agents</h1>
      <ListFrame
        toolbar={
          list.any ? (
            <AgentsToolbar url={{ q: url.q, state: url.state, type: url.type, trigger: url.trigger }} found={found} />
          ) : null
        }
        pages={<Pagination list={list} pageSize={PAGE_SIZE} noun={NOUN} href={href} />}
        hasRows={list.total > 0}
      >
        {list.total > 0 ? (
          <AgentsTable agents={list.rows} update={roleReaches(actor.role, "User") ? updateAgentAction : null} />
        ) : list.any ? (
          <NoMatch title="No agent matches" hint="Try other words or another filter." path={AGENTS_PATH} />
        ) : (
          <NoAgentsYet />
        )}
      </ListFrame>
    </ClockProvider>
  );
}
