import type { Agent } from "@/lib/agents/service";

/** An agent as the API shows it (public-api.md, "Agents"): the documented fields, snake case, moments as ISO 8601 in UTC. */
export function serializeAgent(agent: Agent) {
  return {
    id: agent.id,
    name: agent.name,
    description: agent.description,
    autonomy_type: agent.autonomyType,
    trigger_type: agent.triggerType,
    entity_type: agent.entityType,
    actions: agent.actions,
    agent_settings: agent.agentSettings,
    callback_settings: agent.callbackSettings,
    schedule: agent.schedule,
    ticket_conditions: agent.ticketConditions,
    time_entry_conditions: agent.timeEntryConditions,
    toolbox: agent.toolbox,
    ...(agent.autonomyType === "CONVERSATIONAL" && {
      audience: agent.audience ?? "MSP",
      access: agent.access ?? "ALL_USERS",
    }),
    enabled: agent.enabled,
    created_at: agent.createdAt.toISOString(),
    updated_at: agent.updatedAt.toISOString(),
  };
}
