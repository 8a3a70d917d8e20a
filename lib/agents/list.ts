import "server-only";

import type { Actor } from "@/lib/actor";
import type { AgentFilters } from "@/lib/agents/service";
import { prisma } from "@/lib/db/client";
import { readListPage } from "@/lib/db/list-page";
import type { AgentModel, AgentSelect, AgentWhereInput } from "@/lib/generated/prisma/models";
import { escapeLike } from "@/lib/text/like";

/** What the list shows of an agent: no documents. */
const SHOWN = {
  id: true,
  name: true,
  description: true,
  autonomyType: true,
  triggerType: true,
  enabled: true,
  updatedAt: true,
} as const satisfies AgentSelect;

/** One agent in the list. */
export type AgentRow = Pick<AgentModel, keyof typeof SHOWN>;

function whereOf(tenantId: string, { enabled, triggerType, autonomyType, q }: AgentFilters): AgentWhereInput {
  const text = q?.trim();
  const contains = text ? ({ contains: escapeLike(text), mode: "insensitive" } as const) : undefined;
  return {
    tenantId,
    enabled,
    triggerType,
    autonomyType,
    ...(contains && { OR: [{ name: contains }, { description: contains }] }),
  };
}

/**
 * One page of the organisation's agents, newest first; `any` tells "no agents yet" from "no match".
 * @param requested the page, from 1; one past the end gives the last
 */
export async function listAgentPage({ tenantId }: Actor, filters: AgentFilters, requested: number) {
  const { agent } = prisma();
  const where = whereOf(tenantId, filters);
  const orderBy = [{ createdAt: "desc" } as const, { id: "desc" } as const];
  const page = await readListPage(
    requested,
    (range) => agent.count({ where, ...range }),
    (range) => agent.findMany({ where, select: SHOWN, orderBy, ...range }),
  );
  const any = page.total > 0 || (await agent.findFirst({ where: { tenantId }, select: { id: true } })) !== null;
  return { ...page, any };
}
