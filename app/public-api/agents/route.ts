import { z } from "zod";

import { agentFilterQuery } from "@/lib/agents/schemas";
import { listAgents } from "@/lib/agents/service";
import { operation, publicRoute } from "@/lib/public-api/handler";
import { cursorPage } from "@/lib/public-api/page";
import { pageQuery } from "@/lib/public-api/query";
import { serializeAgent } from "@/lib/public-api/serializers/agent";

export const dynamic = "force-dynamic";

export const { GET, HEAD, OPTIONS, POST, PUT, PATCH, DELETE } = publicRoute("/public-api/agents", {
  GET: operation({
    summary: "List agents",
    tag: "Agents",
    allow: { key: true, member: "Viewer" },
    paginated: true,
    data: z.array(z.record(z.string(), z.unknown())),
    query: z.strictObject({ ...agentFilterQuery, ...pageQuery }),
    handler: async ({ actor, query: { page_size, cursor, enabled, trigger_type, autonomy_type, q } }) => {
      const filters = { enabled, triggerType: trigger_type, autonomyType: autonomy_type, q };
      const page = cursorPage({ list: "agents", tenantId: actor.tenantId, filters }, page_size, cursor);
      const { rows, hasMore } = await listAgents(actor, { filters, page });
      return { data: rows.map(serializeAgent), pagination: page.next(hasMore ? rows.at(-1) : undefined) };
    },
  }),
});
