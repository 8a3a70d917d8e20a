import { getAgent } from "@/lib/agents/service";
import { operation, publicRoute } from "@/lib/public-api/handler";
import { serializeAgent } from "@/lib/public-api/serializers/agent";

export const dynamic = "force-dynamic";

export const { GET, HEAD, OPTIONS, POST, PUT, PATCH, DELETE } = publicRoute("/public-api/agents/{agent_id}", {
  GET: operation({
    auth: "key",
    handler: async ({ caller, params }) => ({
      data: serializeAgent(await getAgent(caller.actor, String(params.agent_id))),
    }),
  }),
});
