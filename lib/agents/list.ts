import "server-only";

import type { Actor } from "@/lib/actor";
import type { AgentFilters } from "@/lib/agents/service";
import { prisma } from "@/lib/db/client";
import type { AutonomyType, TriggerType } from "@/lib/generated/prisma/enums";
import type { AgentWhereInput } from "@/lib/generated/prisma/models";
import { likeLiteral } from "@/lib/text/like";

/** Agents on one page of the dashboard's list. */
export const PAGE_SIZE = 50;

/** The list is counted exactly up to here, and says "more than" beyond. */
const COUNT_LIMIT = 1_000;

/** No list is that long; a larger number in the URL is nonsense. */
const LAST_PAGE = 1_000_000;

/** One agent as the list shows it: none of its documents. */
export interface AgentRow {
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  readonly autonomyType: AutonomyType;
  readonly triggerType: TriggerType;
  readonly enabled: boolean;
  readonly updatedAt: Date;
}

/** One page of the list. */
export interface AgentListPage {
  readonly rows: readonly AgentRow[];
  /** Agents that match, over all pages. */
  readonly total: number;
  /** There are more than `total`: counting stopped there. */
  readonly totalIsFloor: boolean;
  readonly page: number;
  readonly hasNext: boolean;
  /** Whether the organisation has any agent at all, so that "none yet" and "no match" can be told apart. */
  readonly any: boolean;
}

function whereOf(tenantId: string, { enabled, triggerType, autonomyType, q }: AgentFilters): AgentWhereInput {
  const text = q?.trim();
  const contains = text ? ({ contains: likeLiteral(text), mode: "insensitive" } as const) : undefined;
  return {
    tenantId,
    enabled,
    triggerType,
    autonomyType,
    ...(contains && { OR: [{ name: contains }, { description: contains }] }),
  };
}

/**
 * One page of the organisation's agents, newest first, paged by the database.
 * @param asked the page, from 1; one past the end gives the last
 */
export async function listAgentPage(actor: Actor, filters: AgentFilters, asked: number): Promise<AgentListPage> {
  const { agent } = prisma();
  const where = whereOf(actor.tenantId, filters);
  const readPage = (page: number): Promise<AgentRow[]> =>
    agent.findMany({
      where,
      select: {
        id: true,
        name: true,
        description: true,
        autonomyType: true,
        triggerType: true,
        enabled: true,
        updatedAt: true,
      },
      orderBy: [{ createdAt: "desc" }, { id: "desc" }],
      skip: (page - 1) * PAGE_SIZE,
      take: PAGE_SIZE,
    });
  const wanted = Math.min(Math.max(1, asked), LAST_PAGE);
  // Counting every row would take longer than everything else here; it stops past the page that was asked for.
  const limit = Math.max(COUNT_LIMIT, wanted * PAGE_SIZE);
  const [counted, found] = await Promise.all([agent.count({ where, take: limit + 1 }), readPage(wanted)]);
  const total = Math.min(counted, limit);
  const page = Math.min(wanted, Math.max(1, Math.ceil(total / PAGE_SIZE)));
  return {
    rows: page === wanted ? found : await readPage(page),
    total,
    totalIsFloor: counted > limit,
    page,
    hasNext: counted > page * PAGE_SIZE,
    any: total > 0 || (await agent.findFirst({ where: { tenantId: actor.tenantId }, select: { id: true } })) !== null,
  };
}
