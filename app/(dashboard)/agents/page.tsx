import type { Metadata } from "next";

import { AgentsTable } from "@/components/agents/agents-table";
import { AGENTS_PATH } from "@/components/shell/paths";
import { ClockProvider } from "@/components/ui/clock";
import { agentListHref, loadAgentListUrl, parseAfter, toAfter } from "@/lib/agents/list-url";
import { listAgents } from "@/lib/agents/service";
import { guardPage } from "@/lib/auth/guard";
import { databaseNow } from "@/lib/db";

const PAGE_SIZE = 50;

export const metadata: Metadata = { title: "Agents" };

export default async function AgentsPage({ searchParams }: PageProps<"/agents">) {
  const actor = await guardPage(AGENTS_PATH);
  const { after } = await loadAgentListUrl(searchParams);
  const { rows, hasMore } = await listAgents(actor, { page: { size: PAGE_SIZE, after: parseAfter(after) } });
  const last = rows.at(-1);
  return (
    <ClockProvider now={(await databaseNow()).toISOString()}>
      <h1 className="mb-4 text-xl font-semibold">Agents</h1>
      <AgentsTable
        agents={rows}
        firstHref={after ? AGENTS_PATH : null}
        nextHref={hasMore && last ? AGENTS_PATH + agentListHref({ after: toAfter(last) }) : null}
      />
    </ClockProvider>
  );
}
