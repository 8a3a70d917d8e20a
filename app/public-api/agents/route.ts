import { z } from "zod";

import { agentCreation, agentFilterQuery } from "@/lib/agents/schemas";
import { createAgent } from "@/lib/agents/service";
import { listAgentsAsJson } from "@/lib/public-api/agent-list";
import { operation, createRoute } from "@/lib/public-api/create-route";
import { cursorPage } from "@/lib/public-api/cursor";
import { pageQuery } from "@/lib/public-api/query";
import { agentData, serializeAgent } from "@/lib/public-api/serializers/agent";

export const dynamic = "force-dynamic";

export const { GET, HEAD, OPTIONS, POST, PUT, PATCH, DELETE } = createRoute("/public-api/agents", {
  GET: operation({
    operationId: "listAgents",
    summary: "List agents",
    description:
      "Newest first. A page holds 1 MiB of agents at most, or a single larger one, so it can be shorter than `page_size`: `has_more` says whether others follow.",
    tag: "Agents",
    allow: { key: true, member: "Viewer" },
    query: z.strictObject({ ...agentFilterQuery, ...pageQuery }),
    paginated: true,
    data: z.array(agentData),
    handler: async ({ actor, request, query: { page_size, cursor, enabled, trigger_type, autonomy_type, q } }) => {
      const filters = { enabled, triggerType: trigger_type, autonomyType: autonomy_type, q };
      const page = cursorPage({ list: "agents", tenantId: actor.tenantId, filters }, page_size, cursor);
      const { json, pagination } = await listAgentsAsJson(actor, filters, page, request.arrivedAt);
      return { data: json, pagination };
    },
  }),
  POST: operation({
    operationId: "createAgent",
    summary: "Create an agent",
    description:
      "The tenant and the creator come from the credential. Unknown fields are ignored and listed in `meta.warnings`.",
    tag: "Agents",
    allow: { key: true, member: "User" },
    body: agentCreation,
    status: 201,
    idempotent: "answer",
    data: agentData,
    location: (agent) => `/public-api/agents/${(agent as { id: string }).id}`,
    handler: async ({ actor, body, now, request, remember }) => {
      const agent = await createAgent(actor, body, { now, ...request.origin }, (tx, made) =>
        remember(tx, { data: serializeAgent(made) }),
      );
      return { data: serializeAgent(agent) };
    },
  }),
});
