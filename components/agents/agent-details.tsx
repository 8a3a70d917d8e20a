import { type LucideIcon, MessagesSquare, Sparkles, Workflow } from "lucide-react";
import Link from "next/link";
import type { ReactNode } from "react";

import { agentLabel, triggerLabel } from "@/components/agents/agents-table";
import { CodeBlock } from "@/components/ui/code-block";
import { API_REFERENCE_PATH } from "@/components/shell/paths";
import { RelativeTime } from "@/components/time/time";
import { Fact, FactNote, Facts } from "@/components/ui/facts";
import { textLinkClass } from "@/components/ui/link";
import { Mono } from "@/components/ui/mono";
import type { Actor } from "@/lib/actor";
import type { AutonomyType } from "@/lib/generated/prisma/enums";
import type { AgentModel } from "@/lib/generated/prisma/models";

/** What stands before the creator's name. */
const BY: Readonly<Record<Actor["kind"], string>> = {
  member: "by ",
  key: "by the API key ",
  application: "by the application ",
};

const ICONS: Readonly<Record<AutonomyType, LucideIcon>> = {
  CHAINED_ACTIONS: Workflow,
  AGENTIC: Sparkles,
  CONVERSATIONAL: MessagesSquare,
};

/** What an agent is called, what it is and what it's for. @param children its switch and buttons */
export function AgentHeader({
  agent: { name, description, autonomyType, triggerType },
  children,
}: {
  agent: Pick<AgentModel, "name" | "description" | "autonomyType" | "triggerType">;
  children: ReactNode;
}) {
  const Icon = ICONS[autonomyType];
  return (
    <>
      <div className="mt-2 flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
        <div className="flex min-w-0 flex-1 basis-72 items-start gap-3">
          <span className="grid size-10 shrink-0 place-items-center rounded-lg bg-accent-wash text-accent">
            <Icon aria-hidden className="size-5" />
          </span>
          <div className="min-w-0">
            <h1 className="text-xl font-semibold tracking-tight [overflow-wrap:anywhere]">
              <bdi>{name}</bdi>
            </h1>
            <p className="text-soft">{`${agentLabel(autonomyType)} · ${triggerLabel(triggerType)}`}</p>
          </div>
        </div>
        <div className="flex min-h-10 items-center gap-4">{children}</div>
      </div>
      <p className="mt-4 max-w-prose [overflow-wrap:anywhere] whitespace-pre-line">
        {description ?? <span className="text-soft">No description</span>}
      </p>
    </>
  );
}

/** What else is known of an agent. @param creator the person or key that created it, if known */
export function AgentFacts({
  agent,
  creator,
}: {
  agent: Pick<AgentModel, "id" | "entityType" | "audience" | "access" | "createdAt" | "updatedAt">;
  creator: { readonly kind: Actor["kind"]; readonly name: string } | null;
}) {
  return (
    <Facts>
      <Fact label="Topic">{agent.entityType === "none" ? "None" : agentLabel(agent.entityType)}</Fact>
      {agent.audience ? <Fact label="Talks to">{agent.audience === "MSP" ? "MSP staff" : "End users"}</Fact> : null}
      {agent.access ? <Fact label="Visible to">{agentLabel(agent.access)}</Fact> : null}
      <Fact label="Created">
        <RelativeTime at={agent.createdAt} />
        {creator ? (
          <FactNote>
            <span>{BY[creator.kind]}</span>
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

/** A document of more characters is folded. */
const FOLDED_FROM = 2_000;

/** An agent's JSON documents, which only the API can change. @param canEdit whether the person may change agents */
export function AgentDocuments({ agent, canEdit }: { agent: AgentModel; canEdit: boolean }) {
  const documents = [
    ["Actions", Array.isArray(agent.actions) && agent.actions.length === 0 ? null : agent.actions],
    ["Settings", agent.agentSettings],
    ["Callbacks", agent.callbackSettings],
    ["Schedule", agent.schedule],
    ["Ticket conditions", agent.ticketConditions],
    ["Time entry conditions", agent.timeEntryConditions],
    ["Toolbox", agent.toolbox],
  ] as const;
  const given = documents.flatMap(([label, document]) =>
    document === null ? [] : [[label, JSON.stringify(document, null, 2)] as const],
  );
  if (given.length === 0) return null;
  return (
    <section aria-labelledby="configuration" className="mt-6">
      <h2 id="configuration" className="text-base font-semibold">
        Configuration
      </h2>
      <p className="mb-3 text-soft">
        <span>Read-only. </span>
        {canEdit ? (
          <>
            <Link href={API_REFERENCE_PATH} prefetch={false} className={textLinkClass}>
              Edit through the API
            </Link>
            <span>.</span>
          </>
        ) : null}
      </p>
      <div className="grid gap-3">
        {given.map(([label, code]) => (
          <details key={label} open={code.length < FOLDED_FROM}>
            <summary className="w-fit py-1 font-medium">{label}</summary>
            <CodeBlock wraps title="JSON" code={code} label={label} />
          </details>
        ))}
      </div>
    </section>
  );
}
