import "server-only";

import type { Actor } from "@/lib/actor";
import type { AgentListUrl } from "@/lib/agents/list-url";
import type { AgentFilters } from "@/lib/agents/service";
import { prisma } from "@/lib/db/client";
import { readListPage } from "@/lib/db/list-page";
import { Prisma } from "@/lib/generated/prisma/client";
import type { AgentModel } from "@/lib/generated/prisma/models";
import { escapeLike } from "@/lib/text/like";

/** One agent in the list: no documents. */
export type AgentRow = Pick<
  AgentModel,
  "id" | "name" | "description" | "autonomyType" | "triggerType" | "enabled" | "createdAt" | "updatedAt"
>;

const SHOWN = Prisma.sql`id, name, description, autonomy_type as "autonomyType", trigger_type as "triggerType", enabled,
  created_at as "createdAt", updated_at as "updatedAt"`;

/** SQL rather than Prisma: names are sorted without regard to case, in one order on every server whatever its collation. */
const ORDER: Record<AgentListUrl["sort"], Prisma.Sql> = {
  name: Prisma.sql`lower(name) collate "C"`,
  created: Prisma.sql`created_at`,
  updated: Prisma.sql`updated_at`,
};

const DIRECTION: Record<AgentListUrl["dir"], Prisma.Sql> = { asc: Prisma.sql`asc`, desc: Prisma.sql`desc` };

function whereOf(tenantId: string, { enabled, triggerType, autonomyType, q }: AgentFilters): Prisma.Sql {
  const conditions = [Prisma.sql`tenant_id = ${tenantId}::uuid`];
  if (enabled !== undefined) conditions.push(Prisma.sql`enabled = ${enabled}`);
  if (triggerType) conditions.push(Prisma.sql`trigger_type = ${triggerType}::trigger_type`);
  if (autonomyType) conditions.push(Prisma.sql`autonomy_type = ${autonomyType}::autonomy_type`);
  if (q?.trim()) {
    const pattern = `%${escapeLike(q.trim())}%`;
    conditions.push(Prisma.sql`(name ilike ${pattern} or description ilike ${pattern})`);
  }
  return Prisma.join(conditions, " and ");
}

/** The organisation's agents with a text in their name or description, newest first. */
export async function findAgents({ tenantId }: Actor, search: string, take: number) {
  return prisma().$queryRaw<Pick<AgentRow, "id" | "name">[]>`
    select id, name from agents where ${whereOf(tenantId, { q: search })} order by created_at desc, id desc limit ${take}`;
}

/** One page of the organisation's agents; `any` tells "no agents yet" from "no match". */
export async function listAgentPage(
  { tenantId }: Actor,
  filters: AgentFilters,
  { sort, dir, ...place }: Pick<AgentListUrl, "sort" | "dir" | "page" | "size">,
) {
  const db = prisma();
  const where = whereOf(tenantId, filters);
  const order = Prisma.sql`${ORDER[sort]} ${DIRECTION[dir]}, id ${DIRECTION[dir]}`;
  const page = await readListPage(
    place,
    async () => {
      const [row] = await db.$queryRaw<{ count: number }[]>`select count(*)::int from agents where ${where}`;
      return row?.count ?? 0;
    },
    ({ skip, take }) =>
      db.$queryRaw<AgentRow[]>`
        select ${SHOWN} from agents where ${where} order by ${order} offset ${skip} limit ${take}`,
  );
  const any = page.total > 0 || (await db.agent.findFirst({ where: { tenantId }, select: { id: true } })) !== null;
  return { ...page, any };
}
