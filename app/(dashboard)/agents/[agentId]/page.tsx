import type { Metadata } from "next";
import Link from "next/link";
import { cache } from "react";

import { AgentDocuments, AgentFacts, AgentHeader } from "@/components/agents/agent-details";
import { AgentEditor } from "@/components/agents/agent-editor";
import { AgentState, AgentSwitch } from "@/components/agents/agent-switch";
import { RememberVisit } from "@/components/command-palette/remember-visit";
import { ListNotes } from "@/components/list/list-notes";
import { NotFound } from "@/components/shell/not-found";
import { OfflineNote } from "@/components/shell/offline-note";
import { AGENTS_PATH, AUDIT_LOG_PATH } from "@/components/shell/paths";
import { ClockProvider } from "@/components/time/time";
import { BackLink } from "@/components/ui/back-link";
import { buttonClass } from "@/components/ui/button";
import { UndoHost } from "@/components/ui/undo";
import { type MemberActor, roleReaches } from "@/lib/actor";
import { type Agent, agentCreator, getAgent } from "@/lib/agents/service";
import { auditHref } from "@/lib/audit-log/list-url";
import { currentSession, requirePageAccess } from "@/lib/auth/guard";
import { ifFound } from "@/lib/errors/if-found";
import { answerWith } from "@/lib/http/page-status";
import { isUuid } from "@/lib/text/uuid";

import { updateAgentAction } from "../actions";

const NOT_FOUND = "Agent not found";

interface Props {
  params: Promise<{ agentId: string }>;
}

/** The agent, read once per request. */
const findAgent = cache((actor: MemberActor, agentId: string): Promise<Agent | null> =>
  ifFound(getAgent(actor, agentId)),
);

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
    return <AgentNotFound actor={actor} agentId={agentId} />;
  }
  const creator = await agentCreator(actor, agent);
  const { id, name, description, enabled } = agent;
  const canEdit = roleReaches(actor.role, "User");
  return (
    <ClockProvider now={now.toISOString()}>
      <RememberVisit kind="agent" label={name} href={`${AGENTS_PATH}/${id}`} />
      <BackLink href={AGENTS_PATH} label="Agents" />
      <UndoHost>
        <AgentHeader agent={agent}>
          {canEdit ? (
            <>
              <AgentSwitch agent={{ id, name, enabled }} update={updateAgentAction} />
              <AgentEditor agent={{ id, name, description }} update={updateAgentAction} />
            </>
          ) : (
            <AgentState enabled={enabled} />
          )}
        </AgentHeader>
      </UndoHost>
      <AgentFacts agent={agent} creator={creator} />
      <AgentDocuments agent={agent} canEdit={canEdit} />
      <ListNotes />
      <OfflineNote what="page" />
    </ClockProvider>
  );
}

/** A deleted agent is still in the audit log. */
function AgentNotFound({ actor, agentId }: { actor: MemberActor; agentId: string }) {
  return (
    <NotFound
      title={NOT_FOUND}
      text="It may have been deleted, or the address is wrong."
      more={
        actor.role === "Admin" && isUuid(agentId) ? (
          <Link href={AUDIT_LOG_PATH + auditHref({ target_id: agentId })} prefetch={false} className={buttonClass()}>
            Look in the audit log
          </Link>
        ) : null
      }
    />
  );
}
