import type { Metadata } from "next";
import { redirect } from "next/navigation";
import type { SearchParams } from "nuqs/server";

import { NoAgentMatches, NoAgentsYet } from "@/components/agents/agents-empty";
import { AgentsTable } from "@/components/agents/agents-table";
import { AgentsToolbar } from "@/components/agents/agents-toolbar";
import { AGENTS_PATH } from "@/components/shell/paths";
import { ClockProvider } from "@/components/time/clock";
import { foundText } from "@/components/list/count-text";
import { ListNotes } from "@/components/list/list-notes";
import { Pagination } from "@/components/list/pagination";
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
  return (
    <ClockProvider now={now.toISOString()}>
      <h1 className="mb-4 text-xl font-semibold">Agents</h1>
      {list.any ? (
        <AgentsToolbar
          url={{ q: url.q, state: url.state, type: url.type, trigger: url.trigger }}
          found={foundText(list.total, list.totalIsFloor, NOUN, list.page)}
        />
      ) : null}
      <div className="rounded-lg border border-line bg-surface">
        {list.rows.length > 0 ? (
          <AgentsTable agents={list.rows} update={roleReaches(actor.role, "User") ? updateAgentAction : null} />
        ) : null}
        {list.total === 0 && list.any ? <NoAgentMatches path={AGENTS_PATH} /> : null}
        {list.any ? null : <NoAgentsYet />}
      </div>
      <Pagination
        list={list}
        pageSize={PAGE_SIZE}
        noun={NOUN}
        href={(page) => AGENTS_PATH + agentListHref({ ...url, page })}
      />
      {list.total > 0 ? <ListNotes /> : null}
    </ClockProvider>
  );
}
