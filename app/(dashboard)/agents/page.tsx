import { Bot } from "lucide-react";
import type { Metadata } from "next";
import Link from "next/link";
import { redirect } from "next/navigation";
import type { SearchParams } from "nuqs/server";

import { agentLabel, AgentsTable, triggerLabel } from "@/components/agents/agents-table";
import { PagedList } from "@/components/list/list-frame";
import { PageHeader } from "@/components/shell/page-header";
import { AGENTS_PATH, API_REFERENCE_PATH, QUICKSTART_PATH } from "@/components/shell/paths";
import { SECTIONS } from "@/components/shell/sections";
import { ClockProvider } from "@/components/time/time";
import { buttonClass } from "@/components/ui/button";
import { Message } from "@/components/ui/message";
import { UndoHost } from "@/components/ui/undo";
import { roleReaches } from "@/lib/actor";
import { listAgentPage } from "@/lib/agents/list";
import { agentListHref, agentListParsers, type AgentListUrl, loadAgentListUrl } from "@/lib/agents/list-url";
import { requirePageAccess } from "@/lib/auth/guard";
import { AutonomyType, TriggerType } from "@/lib/generated/prisma/enums";
import { isMisstated } from "@/lib/text/list-address";

import { updateAgentAction } from "./actions";

export const metadata: Metadata = { title: "Agents" };

const STATES = [
  ["on", "On"],
  ["off", "Off"],
] as const;
const TYPES = Object.values(AutonomyType).map((type) => [type, agentLabel(type)] as const);
const TRIGGERS = Object.values(TriggerType).map((trigger) => [trigger, triggerLabel(trigger)] as const);

const FILTERS = [
  { name: "state", label: "State", all: "On and off", options: STATES },
  { name: "type", label: "Type", all: "All types", options: TYPES },
  { name: "trigger", label: "Trigger", all: "All triggers", options: TRIGGERS },
] as const;

export default async function AgentsPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const url = await loadAgentListUrl(searchParams);
  const { actor, now } = await requirePageAccess(AGENTS_PATH + agentListHref(url));
  const filters = {
    q: url.q,
    enabled: url.state ? url.state === "on" : undefined,
    autonomyType: url.type ?? undefined,
    triggerType: url.trigger ?? undefined,
  };
  const list = await listAgentPage(actor, filters, url);
  const shown = agentListHref({ ...url, page: list.page });
  if (isMisstated(agentListParsers, await searchParams, shown)) redirect(AGENTS_PATH + shown);
  const href = (change: Partial<AgentListUrl>) => AGENTS_PATH + agentListHref({ ...url, ...change });
  return (
    <ClockProvider now={now.toISOString()}>
      <PageHeader title={SECTIONS.agents.title} description={SECTIONS.agents.description} />
      <UndoHost>
        <PagedList
          list={list}
          noun={["agent", "agents"]}
          path={AGENTS_PATH}
          href={href}
          search={{ label: "Search by name or description", filters: FILTERS, url }}
          hint="Try other words or another filter."
          empty={<NoAgentsYet />}
        >
          <AgentsTable
            agents={list.rows}
            update={roleReaches(actor.role, "User") ? updateAgentAction : null}
            sort={url.sort}
            dir={url.dir}
            href={href}
          />
        </PagedList>
      </UndoHost>
    </ClockProvider>
  );
}

function NoAgentsYet() {
  return (
    <Message
      as="h2"
      icon={Bot}
      tone="accent"
      title="No agents yet"
      text="Agents created through the API appear here. The Quickstart shows how to make the first call."
      action={
        <Link href={QUICKSTART_PATH} className={buttonClass("primary")}>
          Open the Quickstart
        </Link>
      }
      more={
        <Link href={API_REFERENCE_PATH} prefetch={false} className={buttonClass()}>
          API reference
        </Link>
      }
    />
  );
}
