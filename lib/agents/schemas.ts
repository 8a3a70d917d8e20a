import { z } from "zod";

import { AutonomyType, TriggerType } from "@/lib/generated/prisma/enums";

export const autonomyType = z.enum(AutonomyType, { error: `must be one of ${Object.values(AutonomyType).join(", ")}` });
export const triggerType = z.enum(TriggerType, { error: `must be one of ${Object.values(TriggerType).join(", ")}` });

/** What an agent can be about (public-api.md, "Agents"). */
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
export const entityType = z.enum(ENTITY_TYPES);

/** Who a conversational agent talks to. */
export const AUDIENCES = ["MSP", "END_USER"] as const;
/** Who of the audience may talk to it. */
export const ACCESSES = ["ALL_USERS", "ADMINS_ONLY", "SPECIFIC_USERS"] as const;

/** A text to search for, 1 to 200 characters after trimming; NUL is no character PostgreSQL can look for. */
export const searchText = z
  .string()
  .trim()
  .min(1, "must have 1 to 200 characters")
  .max(200, "must have 1 to 200 characters")
  .refine((text) => !text.includes("\0"), "must not contain a NUL");

/** The filters of a list of agents as they come in a query. */
export const agentFilterQuery = {
  enabled: z
    .enum(["true", "false"], { error: "must be true or false" })
    .transform((text) => text === "true")
    .optional(),
  trigger_type: triggerType.optional(),
  autonomy_type: autonomyType.optional(),
  q: searchText.optional(),
};
