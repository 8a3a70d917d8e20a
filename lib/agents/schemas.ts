import { z } from "zod";

import { AutonomyType, TriggerType } from "@/lib/generated/prisma/enums";
import { characterProblem, NAME_MAX } from "@/lib/text/name";

/** One of these words; the error lists them. */
const choice = <const T extends Readonly<Record<string, string>>>(words: T) =>
  z.enum(words, { error: `must be one of ${Object.values(words).join(", ")}` });

const autonomyType = choice(AutonomyType);
export const triggerType = choice(TriggerType);

/** The topics of agents (docs/api.md, "Agents"). */
export const ENTITY_TYPES = [
  "ticket",
  "project_ticket",
  "task",
  "scheduled_entry",
  "time_entry",
  "project",
  "company",
  "contact",
  "resource",
  "contract",
  "opportunity",
  "none",
  "configuration",
  "note",
] as const;
export const entityType = z.enum(ENTITY_TYPES, { error: `must be one of ${ENTITY_TYPES.join(", ")}` });

/** Who a conversational agent talks to. */
const AUDIENCES = ["MSP", "END_USER"] as const;
/** Which of the audience may talk to it. */
const ACCESSES = ["ALL_USERS", "ADMINS_ONLY", "SPECIFIC_USERS"] as const;
export const audience = z.enum(AUDIENCES, { error: `must be one of ${AUDIENCES.join(", ")}` });
export const access = z.enum(ACCESSES, { error: `must be one of ${ACCESSES.join(", ")}` });

/** Longest description of an agent, in characters. */
export const DESCRIPTION_MAX = 4_000;

/** The example agent of the documentation. */
export const AGENT_EXAMPLE = {
  name: "Ticket triage",
  description: "Sorts new tickets by queue and priority.",
  autonomy_type: "CHAINED_ACTIONS",
  trigger_type: "TRIGGERED",
  entity_type: "ticket",
  actions: [{ type: "classify", fields: ["queue", "priority"], min_confidence: 0.8 }],
  ticket_conditions: { event: "created", all: [] },
};

const characters = (text: string) => Array.from(text).length;

const name = z
  .string("must be a text")
  .trim()
  .refine((text) => text !== "" && characters(text) <= NAME_MAX, `must have 1 to ${NAME_MAX} characters`)
  // The same rule as for key names.
  .superRefine((text, context) => {
    if (text === "" || !characterProblem(text)) return;
    const message = "must be a line of visible text, without invisible, control or text-direction characters";
    context.addIssue({ code: "custom", message });
  })
  .meta({
    description: `1 to ${NAME_MAX} characters on one line.`,
    minLength: 1,
    maxLength: NAME_MAX,
    example: AGENT_EXAMPLE.name,
  });

const description = z
  .string("must be a text or null")
  .refine((text) => characters(text) <= DESCRIPTION_MAX, `must have at most ${DESCRIPTION_MAX} characters`)
  .nullable()
  .meta({
    description: `Up to ${DESCRIPTION_MAX} characters.`,
    maxLength: DESCRIPTION_MAX,
    example: AGENT_EXAMPLE.description,
  });

/** JSON as sent, neither copied nor interpreted: its shape is up to the agent's runtime. */
const json = z.unknown().refine((value) => !namesPrototype(value), "must not have a field named __proto__");

/** Prisma would silently drop this field; a document is stored whole or refused. */
function namesPrototype(root: unknown): boolean {
  const open: unknown[] = [root];
  while (open.length > 0) {
    const value = open.pop();
    if (typeof value !== "object" || value === null) continue;
    if (Object.hasOwn(value, "__proto__")) return true;
    open.push(...(Object.values(value) as unknown[]));
  }
  return false;
}

/** A document of settings: an object, or null for none. */
const settings = (meta: { description: string; example: unknown }) =>
  json
    .refine((value) => typeof value === "object" && !Array.isArray(value), "must be an object or null")
    .meta({ type: ["object", "null"], additionalProperties: true, ...meta });

const actions = json
  .refine(Array.isArray, "must be an array")
  .transform((value) => value as unknown[])
  .meta({
    type: "array",
    items: {},
    description: "What a chain does, step by step.",
    example: AGENT_EXAMPLE.actions,
  });

/** Fields of every type of agent, on creation and change. */
const common = {
  description: description.optional(),
  agent_settings: settings({ description: "How the agent works.", example: { max_steps: 25 } }).optional(),
  callback_settings: settings({
    description: "Whom to notify about its runs.",
    example: { url: "https://hooks.example.com/neo", events: ["completed"] },
  }).optional(),
  schedule: settings({
    description: "When it runs, for `SCHEDULED`.",
    example: { cron: "0 8 * * 1-5", timezone: "Europe/London" },
  }).optional(),
  ticket_conditions: settings({
    description: "Which tickets it is for, for `TRIGGERED`.",
    example: AGENT_EXAMPLE.ticket_conditions,
  }).optional(),
  time_entry_conditions: settings({
    description: "Which time entries it is for, for `TRIGGERED`.",
    example: { event: "submitted", all: [] },
  }).optional(),
  toolbox: settings({ description: "What it may use.", example: { tools: ["knowledge_base"] } }).optional(),
  enabled: z.boolean("must be true or false").optional().meta({ description: "Whether it runs.", example: true }),
};

const entity = entityType.optional().meta({ description: "What it is about. Immutable.", example: "ticket" });
const conversationalOnly = z.never("is only for CONVERSATIONAL agents").optional();

const creation = {
  name,
  ...common,
  trigger_type: triggerType.meta({ description: "What starts it.", example: AGENT_EXAMPLE.trigger_type }),
  entity_type: entity,
};
const notConversational = { audience: conversationalOnly, access: conversationalOnly };

const chainedActionsCreation = z
  .object({
    autonomy_type: z
      .literal("CHAINED_ACTIONS")
      .optional()
      .meta({ description: "The default where it is left out. Immutable." }),
    ...creation,
    ...notConversational,
    actions,
  })
  .meta({
    id: "ChainedActionsAgentCreation",
    description: "An agent that follows a chain of actions.",
    example: AGENT_EXAMPLE,
  });

const agenticCreation = z
  .object({
    autonomy_type: z.literal("AGENTIC").meta({ description: "Immutable." }),
    ...creation,
    ...notConversational,
    actions: actions.optional(),
  })
  .meta({
    id: "AgenticAgentCreation",
    description: "An agent that decides on its own what to do.",
    example: {
      name: "Overnight review",
      autonomy_type: "AGENTIC",
      trigger_type: "SCHEDULED",
      schedule: { cron: "0 8 * * 1-5", timezone: "Europe/London" },
      toolbox: { tools: ["knowledge_base"] },
    },
  });

const conversationalCreation = z
  .object({
    autonomy_type: z.literal("CONVERSATIONAL").meta({ description: "Immutable." }),
    ...creation,
    actions: actions.optional(),
    audience: audience
      .optional()
      .meta({ description: "Who it talks to; `MSP` when left out. Immutable.", example: "MSP" }),
    access: access
      .optional()
      .meta({ description: "Who of them may; `ALL_USERS` when left out.", example: "ALL_USERS" }),
  })
  .meta({
    id: "ConversationalAgentCreation",
    description: "An agent that people talk to.",
    example: {
      name: "Service desk",
      autonomy_type: "CONVERSATIONAL",
      trigger_type: "NONE",
      audience: "END_USER",
      access: "ALL_USERS",
      agent_settings: { max_steps: 25 },
    },
  });

/** The body of `POST /public-api/agents`. Fields it does not know, the tenant and the creator among them, are ignored. */
export const agentCreation = z
  .discriminatedUnion("autonomy_type", [chainedActionsCreation, agenticCreation, conversationalCreation], {
    error: ({ input }) =>
      typeof input === "object" && input !== null && "autonomy_type" in input
        ? `must be one of ${Object.values(AutonomyType).join(", ")}`
        : "must be an object",
  })
  .meta({
    id: "AgentCreation",
    description:
      "An agent to make. Documents come back as they were sent, numbers by their value; a number that a double cannot hold exactly, such as 9007199254740993, is refused with 422 and its path: send it as a string. Fields that are not listed are ignored, and named in `meta.warnings`.",
    example: AGENT_EXAMPLE,
  });
export type AgentCreation = z.output<typeof agentCreation>;

/** The body of `PUT /public-api/agents/{agent_id}`: what it names is changed, the rest stays. */
export const agentPatch = z
  .object(
    {
      name: name.optional(),
      ...common,
      trigger_type: triggerType
        .optional()
        .meta({ description: "What starts it.", example: AGENT_EXAMPLE.trigger_type }),
      actions: actions.optional(),
      access: access.optional().meta({
        description: "Who of the audience may talk to it; `CONVERSATIONAL` agents only.",
        example: "ADMINS_ONLY",
      }),
      autonomy_type: autonomyType.optional().meta({ description: "Immutable: a different value is a conflict." }),
      entity_type: entityType.optional().meta({ description: "Immutable: a different value is a conflict." }),
      audience: audience.optional().meta({
        description: "Immutable: a different value is a conflict. `CONVERSATIONAL` agents only.",
      }),
    },
    "must be an object",
  )
  .meta({
    id: "AgentPatch",
    description:
      "What to change. What is left out stays; null empties. Fields that are not listed are ignored, and named in `meta.warnings`.",
    example: { enabled: false, description: null },
  });
export type AgentPatch = z.output<typeof agentPatch>;

/** A change from the dashboard; absent fields stay. */
export const agentEdit = z.strictObject({
  agentId: z.string(),
  name: name.optional(),
  description: description.optional(),
  enabled: z.boolean("must be true or false").optional(),
});

/** Search text, 1 to 200 characters after trimming; PostgreSQL rejects NUL. */
const searchQuery = z
  .string()
  .trim()
  .refine((text) => text !== "" && text.length <= NAME_MAX, `must have 1 to ${NAME_MAX} characters`)
  .refine((text) => !text.includes("\0"), "must not contain a NUL")
  .meta({ minLength: 1, maxLength: NAME_MAX });

/** The query parameters that filter the list of agents. */
export const agentFilterQuery = {
  enabled: z
    .enum(["true", "false"], { error: "must be true or false" })
    .transform((text) => text === "true")
    .optional(),
  trigger_type: triggerType.optional(),
  autonomy_type: autonomyType.optional(),
  q: searchQuery.optional(),
};
