import "server-only";

import type { Actor } from "@/lib/actor";
import { prisma } from "@/lib/db";
import { AppError } from "@/lib/errors";
import type { AutonomyType, TriggerType } from "@/lib/generated/prisma/enums";
import type { AgentModel, AgentWhereInput } from "@/lib/generated/prisma/models";
import { likeLiteral } from "@/lib/like";

/** An agent as it is stored. */
export type Agent = AgentModel;

/** Which agents to list; an absent filter lets all pass. */
export interface AgentFilters {
  readonly enabled?: boolean | undefined;
  readonly triggerType?: TriggerType | undefined;
  readonly autonomyType?: AutonomyType | undefined;
  /** Found in the name or the description, in any case. */
  readonly q?: string | undefined;
}

/** A page of a list, newest first. */
export interface AgentPage {
  readonly size: number;
  /** The last row already seen: its creation as epoch milliseconds and its id. */
  readonly after?: { readonly at: number; readonly id: string } | undefined;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * Lists the agents of the actor's tenant, newest first. Keyset: rows that are inserted meanwhile move nothing.
 * @returns up to `page.size` agents, and whether more follow
 */
export async function listAgents(
  actor: Actor,
  { filters = {}, page }: { filters?: AgentFilters; page: AgentPage },
): Promise<{ rows: Agent[]; hasMore: boolean }> {
  const conditions: AgentWhereInput[] = [];
  if (filters.q !== undefined) {
    const contains = { contains: likeLiteral(filters.q), mode: "insensitive" } as const;
    conditions.push({ OR: [{ name: contains }, { description: contains }] });
  }
  if (page.after) {
    const at = new Date(page.after.at);
    // The first condition repeats what the second implies, in a form that the index can start from.
    conditions.push({ createdAt: { lte: at } }, { OR: [{ createdAt: { lt: at } }, { id: { lt: page.after.id } }] });
  }
  const rows = await prisma().agent.findMany({
    where: {
      tenantId: actor.tenantId,
      enabled: filters.enabled,
      triggerType: filters.triggerType,
      autonomyType: filters.autonomyType,
      AND: conditions,
    },
    orderBy: [{ createdAt: "desc" }, { id: "desc" }],
    take: page.size + 1,
  });
  const hasMore = rows.length > page.size;
  return { rows: hasMore ? rows.slice(0, page.size) : rows, hasMore };
}

/**
 * One agent of the actor's tenant.
 * @param agentId any text; what is no UUID is an agent that does not exist
 * @throws AppError NOT_FOUND, the same whether it is absent or another tenant's
 */
export async function getAgent(actor: Actor, agentId: string): Promise<Agent> {
  const agent = UUID.test(agentId)
    ? await prisma().agent.findFirst({ where: { id: agentId.toLowerCase(), tenantId: actor.tenantId } })
    : null;
  if (!agent) throw new AppError("NOT_FOUND", "No such agent.");
  return agent;
}
