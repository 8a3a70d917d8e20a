import { z } from "zod";

import { agentPatch } from "@/lib/agents/schemas";
import { deleteAgent, getAgent, NO_SUCH_AGENT, updateAgent } from "@/lib/agents/service";
import { operation, publicRoute } from "@/lib/public-api/handler";
import { agentData, deletedAgentData, serializeAgent } from "@/lib/public-api/serializers/agent";

const common = { tag: "Agents", params: z.object({ agent_id: z.guid(NO_SUCH_AGENT) }) } as const;

export const dynamic = "force-dynamic";

export const { GET, HEAD, OPTIONS, POST, PUT, PATCH, DELETE } = publicRoute("/public-api/agents/{agent_id}", {
  GET: operation({
    ...common,
    operationId: "getAgent",
    summary: "Get an agent",
    allow: { key: true, member: "Viewer" },
    data: agentData,
    handler: async ({ actor, params }) => ({ data: serializeAgent(await getAgent(actor, params.agent_id)) }),
  }),
  PUT: operation({
    ...common,
    operationId: "updateAgent",
    summary: "Change an agent",
    description:
      "Changes what the body names; the rest stays, and null empties. `autonomy_type`, `entity_type` and `audience` are immutable: another value than the agent has is a conflict.",
    allow: { key: true, member: "User" },
    body: agentPatch,
    data: agentData,
    handler: async ({ actor, params, body, now, request }) => ({
      data: serializeAgent(await updateAgent(actor, params.agent_id, body, now, request.origin, request.signal)),
    }),
  }),
  DELETE: operation({
    ...common,
    operationId: "deleteAgent",
    summary: "Delete an agent",
    allow: { key: true, member: "Admin" },
    data: deletedAgentData,
    handler: async ({ actor, params, now, request }) => {
      const { id } = await deleteAgent(actor, params.agent_id, now, request.origin, request.signal);
      return { data: { id, deleted: true } };
    },
  }),
});
