import "server-only";

import type { MemberActor } from "@/lib/actor";
import { prisma } from "@/lib/db/client";

/**
 * Links to the targets of events that still exist.
 * @param events of the actor's organisation
 * @returns a path by target id
 */
export async function findTargets(
  { tenantId }: MemberActor,
  events: readonly { targetType: string; targetId: string }[],
): Promise<ReadonlyMap<string, string>> {
  const where = (kind: string) => {
    const ids = new Set(events.filter(({ targetType }) => targetType === kind).map(({ targetId }) => targetId));
    return ids.size > 0 ? { tenantId, id: { in: [...ids] } } : null;
  };
  const [keys, agents, members] = [where("api_key"), where("agent"), where("member")];
  // Applications stay when they are unbound. What an organisation allows is said on the page of its applications.
  const applications = events.filter(({ targetType }) => ["application", "organisation"].includes(targetType));
  const [foundKeys, foundAgents, foundMembers] = await Promise.all([
    keys ? prisma().apiKey.findMany({ where: keys, select: { id: true } }) : [],
    agents ? prisma().agent.findMany({ where: agents, select: { id: true } }) : [],
    members ? prisma().member.findMany({ where: members, select: { id: true, name: true } }) : [],
  ]);
  return new Map([
    ...applications.map(({ targetType, targetId }) => {
      const path = "/roles-access/applications";
      return [targetId, targetType === "application" ? `${path}/${targetId}` : path] as const;
    }),
    ...foundKeys.map(({ id }) => [id, `/roles-access/api-keys/${id}`] as const),
    ...foundAgents.map(({ id }) => [id, `/agents/${id}`] as const),
    ...foundMembers.map(({ id, name }) => [id, `/roles-access/members?q=${encodeURIComponent(name)}`] as const),
  ]);
}
