import "server-only";

import type { Actor } from "@/lib/actor";
import type { AgentFilters } from "@/lib/agents/service";
import { prisma } from "@/lib/db/client";
import { type ListPage, readListPage } from "@/lib/db/list-page";
import type { AutonomyType, TriggerType } from "@/lib/generated/prisma/enums";
import type { AgentWhereInput } from "@/lib/generated/prisma/models";
import { escapeLike } from "@/lib/text/like";

/** One agent in the list, without its documents. */
export interface AgentRow {
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  readonly autonomyType: AutonomyType;
  readonly triggerType: TriggerType;
  readonly enabled: boolean;
  readonly updatedAt: Date;
}

/** One page of the list; `any` tells "no agents yet" from "no match". */
type AgentPage = ListPage<AgentRow> & { readonly any: boolean };

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
 * One page of the organisation's agents, newest first.
 * @param requested the page, from 1; one past the end gives the last
 */
export async function listAgentPage(actor: Actor, filters: AgentFilters, requested: number): Promise<AgentPage> {
  const { agent } = prisma();
  const where = whereOf(actor.tenantId, filters);
  const page = await readListPage<AgentRow>(
    requested,
    (range) => agent.count({ where, ...range }),
    (range) =>
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
        ...range,
      }),
  );
  const any =
    page.total > 0 || (await agent.findFirst({ where: { tenantId: actor.tenantId }, select: { id: true } })) !== null;
  return { ...page, any };
}
