"use server";

import { refresh } from "next/cache";

import { serverAction } from "@/lib/auth/server-action";
import { agentEdit } from "@/lib/agents/schemas";
import { updateAgent } from "@/lib/agents/service";

/** Enables or disables an agent, or changes its name and description. The response includes the refreshed page. */
export const updateAgentAction = serverAction(
  { role: "User", freshSignIn: false, schema: agentEdit },
  async (actor, { agentId, ...patch }, context) => {
    const { enabled } = await updateAgent(actor, agentId, patch, context);
    refresh();
    return { enabled };
  },
);
