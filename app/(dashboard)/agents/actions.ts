"use server";

import { refresh } from "next/cache";

import type { ActionResult } from "@/lib/auth/action-result";
import { runAction } from "@/lib/auth/server-action";
import { agentEdit } from "@/lib/agents/schemas";
import { updateAgent } from "@/lib/agents/service";

/** Enables or disables an agent, or changes its name and description. The response includes the refreshed page. */
export async function updateAgentAction(input: unknown): Promise<ActionResult<{ enabled: boolean }>> {
  return runAction({ role: "User", schema: agentEdit, input }, async (actor, { agentId, ...patch }, context) => {
    const { enabled } = await updateAgent(actor, agentId, patch, context);
    refresh();
    return { enabled };
  });
}
