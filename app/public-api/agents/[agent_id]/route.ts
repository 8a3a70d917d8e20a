import { z } from "zod";

import { agentPatch } from "@/lib/agents/schemas";
import { deleteAgent, getAgent, NO_SUCH_AGENT, updateAgent } from "@/lib/agents/service";
import { AppError } from "@/lib/errors/app-error";
import type { Agent } from "@/lib/generated/prisma/client";
import { etagOf, ifMatchHolds, ifNoneMatchNames } from "@/lib/public-api/etag";
import { operation, createRoute } from "@/lib/public-api/create-route";
import type { RequestFacts } from "@/lib/public-api/operation";
import { agentData, deletedAgentData, serializeAgent } from "@/lib/public-api/serializers/agent";

const common = { tag: "Agents", params: z.object({ agent_id: z.guid(NO_SUCH_AGENT) }), etag: true } as const;

/** An agent and its `ETag`. */
const shown = (agent: Agent) => ({ data: serializeAgent(agent), headers: { ETag: etagOf(agent) } });

/** Preconditions of a change: the client is still connected, and `If-Match`, if sent, matches the current agent. */
function optionsOf({ signal, ifMatch }: RequestFacts) {
  if (ifMatch === null) return { signal };
  const precondition = (agent: Agent) => {
    const etag = etagOf(agent);
    if (ifMatchHolds(ifMatch, etag)) return;
    // Compressing proxies weaken tags, and some clients drop the quotes.
    const isBent = ifNoneMatchNames(ifMatch, etag) || ifNoneMatchNames(`"${ifMatch.trim()}"`, etag);
    throw new AppError(
      "PRECONDITION_FAILED",
      isBent
        ? `If-Match compares strong entity tags: send ${etag}, in its quotes and without W/.`
        : "The agent was changed since you read it. Get it again, then repeat the change.",
    );
  };
  return { signal, precondition };
}

export const dynamic = "force-dynamic";

export const { GET, HEAD, OPTIONS, POST, PUT, PATCH, DELETE } = createRoute("/public-api/agents/{agent_id}", {
  GET: operation({
    ...common,
    operationId: "getAgent",
    summary: "Get an agent",
    allow: { key: true, member: "Viewer" },
    data: agentData,
    handler: async ({ actor, params }) => shown(await getAgent(actor, params.agent_id)),
  }),
  PUT: operation({
    ...common,
    operationId: "updateAgent",
    summary: "Update an agent",
    description:
      "Changes the fields in the body and leaves the rest; null clears a field. `autonomy_type`, `entity_type` and `audience` are immutable: a different value is a conflict. With `If-Match`, the agent is changed only while it still has that `ETag`.",
    allow: { key: true, member: "User" },
    body: agentPatch,
    data: agentData,
    handler: async ({ actor, params, body, now, request }) =>
      shown(await updateAgent(actor, params.agent_id, body, { now, ...request.origin }, optionsOf(request))),
  }),
  DELETE: operation({
    ...common,
    operationId: "deleteAgent",
    summary: "Delete an agent",
    description: "With `If-Match`, the agent is deleted only while it still has that `ETag`.",
    allow: { key: true, member: "Admin" },
    data: deletedAgentData,
    handler: async ({ actor, params, now, request }) => {
      const { id } = await deleteAgent(actor, params.agent_id, { now, ...request.origin }, optionsOf(request));
      return { data: { id, deleted: true } };
    },
  }),
});
