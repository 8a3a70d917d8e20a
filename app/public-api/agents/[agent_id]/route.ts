import { z } from "zod";

import { getAgent } from "@/lib/agents/service";
import { operation, publicRoute } from "@/lib/public-api/handler";
import { serializeAgent } from "@/lib/public-api/serializers/agent";

export const dynamic = "force-dynamic";

export const { GET, HEAD, OPTIONS, POST, PUT, PATCH, DELETE } = publicRoute("/public-api/agents/{agent_id}", {
  GET: operation({
    summary: "Get an agent",
    tag: "Agents",
    allow: { key: true, member: "Viewer" },
    params: z.object({ agent_id: z.guid("No such agent.") }),
    data: z.record(z.string(), z.unknown()),
    handler: async ({ actor, params }) => ({ data: serializeAgent(await getAgent(actor, params.agent_id)) }),
  }),
});
