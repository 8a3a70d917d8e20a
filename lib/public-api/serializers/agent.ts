import { z } from "zod";

import { access, AGENT_EXAMPLE, audience, DESCRIPTION_MAX, entityType, triggerType } from "@/lib/agents/schemas";
import type { Agent } from "@/lib/agents/service";
import type { AutonomyType } from "@/lib/generated/prisma/enums";
import { NAME_MAX } from "@/lib/text/name";

const document = (description: string) => z.record(z.string(), z.unknown()).nullable().meta({ description });

const example = {
  id: "0190a1b2-0000-7000-8000-00000000000a",
  ...AGENT_EXAMPLE,
  agent_settings: null,
  callback_settings: null,
  schedule: null,
  time_entry_conditions: null,
  toolbox: null,
  enabled: true,
  created_at: "2026-11-01T09:00:00.000Z",
  updated_at: "2026-11-02T10:30:00.000Z",
};

const common = {
  id: z.guid(),
  name: z.string().meta({ minLength: 1, maxLength: NAME_MAX }),
  description: z
    .string()
    .nullable()
    .meta({ description: `Up to ${DESCRIPTION_MAX} characters.` }),
  trigger_type: triggerType.meta({ description: "What starts it." }),
  entity_type: entityType.meta({ description: "What it is about. Immutable." }),
  actions: z.array(z.unknown()).meta({ description: "What a chain does, step by step." }),
  agent_settings: document("How the agent works."),
  callback_settings: document("Whom to notify about its runs."),
  schedule: document("When it runs, for `SCHEDULED`."),
  ticket_conditions: document("Which tickets it is for, for `TRIGGERED`."),
  time_entry_conditions: document("Which time entries it is for, for `TRIGGERED`."),
  toolbox: document("What it may use."),
  enabled: z.boolean(),
  created_at: z.iso.datetime(),
  updated_at: z.iso.datetime(),
};

const autonomy = <const T extends AutonomyType>(type: T) =>
  z.literal(type).meta({ description: "How it decides what to do. Immutable." });

/** An agent as the API shows it (docs/api.md, "Agents"). */
export const agentData = z
  .discriminatedUnion("autonomy_type", [
    z.object({ ...common, autonomy_type: autonomy("CHAINED_ACTIONS") }).meta({ id: "ChainedActionsAgent", example }),
    z
      .object({ ...common, autonomy_type: autonomy("AGENTIC") })
      .meta({ id: "AgenticAgent", example: { ...example, autonomy_type: "AGENTIC" } }),
    z
      .object({
        ...common,
        autonomy_type: autonomy("CONVERSATIONAL"),
        audience: audience.meta({ description: "Who it talks to. Immutable." }),
        access: access.meta({ description: "Who of the audience may." }),
      })
      .meta({
        id: "ConversationalAgent",
        example: { ...example, autonomy_type: "CONVERSATIONAL", audience: "MSP", access: "ALL_USERS" },
      }),
  ])
  .meta({ id: "Agent", description: "What the dashboard calls an agent or a workflow.", example });

/** The answer of `DELETE /public-api/agents/{agent_id}`. */
export const deletedAgentData = z
  .object({ id: z.guid(), deleted: z.literal(true) })
  .meta({ id: "DeletedAgent", example: { id: "0190a1b2-0000-7000-8000-00000000000a", deleted: true } });

/** An agent as the API shows it: the documented fields, snake case, times as ISO 8601 in UTC. */
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
