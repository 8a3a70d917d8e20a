import type { Metadata } from "next";
import { cache } from "react";

import { AgentState, AgentSwitch } from "@/components/agents/agent-switch";
import { agentLabel, triggerLabel } from "@/components/agents/agents-table";
import { AgentEditor } from "@/components/agents/agent-editor";
import { NotFound } from "@/components/shell/not-found";
import { AGENTS_PATH } from "@/components/shell/paths";
import { ListNotes } from "@/components/list/list-notes";
import { ClockProvider, RelativeTime } from "@/components/time/time";
import { BackLink } from "@/components/ui/back-link";
import { Fact, FactNote, Facts } from "@/components/ui/facts";
import { Mono } from "@/components/ui/mono";
import { type MemberActor, roleReaches } from "@/lib/actor";
import { type Agent, agentCreator, getAgent } from "@/lib/agents/service";
import { currentSession, requirePageAccess } from "@/lib/auth/guard";
import { AppError } from "@/lib/errors/app-error";
import { answerWith } from "@/lib/http/page-status";

import { updateAgentAction } from "../actions";

const NOT_FOUND = "Agent not found";

interface Props {
  params: Promise<{ agentId: string }>;
}

/** The agent, read once per request; null for one that does not exist or belongs to another organisation. */
const findAgent = cache(async (actor: MemberActor, agentId: string): Promise<Agent | null> => {
  try {
    return await getAgent(actor, agentId);
  } catch (error) {
    if (error instanceof AppError && error.code === "NOT_FOUND") return null;
    throw error;
  }
});

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  try {
    const signedIn = await currentSession();
    return signedIn ? { title: (await findAgent(signedIn.actor, (await params).agentId))?.name ?? NOT_FOUND } : {};
  } catch {
    // A failure here also happens in the page, where it is reported.
    return { title: "Agent" };
  }
}

export default async function AgentPage({ params }: Props) {
  const { agentId } = await params;
  const { actor, now } = await requirePageAccess(`${AGENTS_PATH}/${encodeURIComponent(agentId)}`);
  const agent = await findAgent(actor, agentId);
  if (!agent) {
    await answerWith(404);
    return <NotFound title={NOT_FOUND} text="It may have been deleted, or the address is wrong." />;
  }
  const creator = await agentCreator(actor, agent);
  const { id, name, description, enabled } = agent;
  return (
    <ClockProvider now={now.toISOString()}>
      <BackLink href={AGENTS_PATH} label="Agents" />
      <div className="mt-1 flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
        <div className="min-w-0 flex-1 basis-72">
          <h1 className="text-xl font-semibold [overflow-wrap:anywhere]">
            <bdi>{name}</bdi>
          </h1>
          <p className="mt-1 max-w-2xl [overflow-wrap:anywhere] whitespace-pre-line text-soft">
            {description ?? "No description"}
          </p>
        </div>
        <div className="flex items-center gap-4">
          {roleReaches(actor.role, "User") ? (
            <>
              <AgentSwitch agent={{ id, name, enabled }} update={updateAgentAction} />
              <AgentEditor agent={{ id, name, description }} update={updateAgentAction} />
            </>
          ) : (
            <AgentState enabled={enabled} />
          )}
        </div>
      </div>
      <AgentFacts agent={agent} creator={creator} />
      <ListNotes />
      <Documents agent={agent} />
    </ClockProvider>
  );
}

function AgentFacts({ agent, creator }: { agent: Agent; creator: Awaited<ReturnType<typeof agentCreator>> }) {
  return (
    <Facts>
      <Fact label="Type">{agentLabel(agent.autonomyType)}</Fact>
      <Fact label="Trigger">{triggerLabel(agent.triggerType)}</Fact>
      <Fact label="Topic">{agent.entityType === "none" ? "None" : agentLabel(agent.entityType)}</Fact>
      {agent.audience ? <Fact label="Talks to">{agent.audience === "MSP" ? "MSP staff" : "End users"}</Fact> : null}
      {agent.access ? <Fact label="Visible to">{agentLabel(agent.access)}</Fact> : null}
      <Fact label="Created">
        <RelativeTime at={agent.createdAt} />
        {creator ? (
          <FactNote>
            <span>{creator.kind === "key" ? "by the API key " : "by "}</span>
            <bdi translate="no">{creator.name}</bdi>
          </FactNote>
        ) : null}
      </Fact>
      <Fact label="Updated">
        <RelativeTime at={agent.updatedAt} />
      </Fact>
      <Fact label="ID">
        <Mono>{agent.id}</Mono>
      </Fact>
    </Facts>
  );
}

/** The agent's JSON documents, which only the API can change. */
function Documents({ agent }: { agent: Agent }) {
  const documents = (
    [
      ["Actions", Array.isArray(agent.actions) && agent.actions.length === 0 ? null : agent.actions],
      ["Settings", agent.agentSettings],
      ["Callbacks", agent.callbackSettings],
      ["Schedule", agent.schedule],
      ["Ticket conditions", agent.ticketConditions],
      ["Time entry conditions", agent.timeEntryConditions],
      ["Toolbox", agent.toolbox],
    ] as const
  ).filter(([, document]) => document !== null);
  if (documents.length === 0) return null;
  return (
    <section aria-labelledby="configuration" className="mt-6">
      <h2 id="configuration" className="mb-2 font-semibold">
        Configuration
      </h2>
      <p className="mb-3 text-xs text-soft">Read-only. Edit through the API.</p>
      <div className="grid gap-2">
        {documents.map(([label, document]) => (
          <details key={label} className="rounded-lg border border-line bg-surface">
            <summary className="px-4 py-2 font-medium">{label}</summary>
            <pre
              translate="no"
              className="border-t border-line px-4 py-3 font-mono text-xs [overflow-wrap:anywhere] whitespace-pre-wrap"
            >
              {JSON.stringify(document, null, 2)}
            </pre>
          </details>
        ))}
      </div>
    </section>
  );
}
