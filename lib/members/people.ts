import "server-only";

import { assertAdmin, type MemberActor } from "@/lib/actor";
import { prisma } from "@/lib/db/client";
import { memberStatus } from "@/lib/members/status";
import { searchPeople } from "@/lib/microsoft/directory";
import { ownTenant } from "@/lib/tenants/service";

/**
 * Finds people of the actor's directory, with their status for those whom the members list has; these come last, because they can't be
 * invited.
 * @throws AppError FORBIDDEN for anyone but an admin
 */
export async function findPeople(actor: MemberActor, text: string) {
  assertAdmin(actor);
  const found = await searchPeople((await ownTenant(actor)).entraTenantId, text);
  if (!found.ok) return found;
  const members = await prisma().member.findMany({
    where: { tenantId: actor.tenantId, oid: { in: found.data.map(({ oid }) => oid) } },
    select: { oid: true, joinedAt: true, removedAt: true },
  });
  const statuses = new Map(members.map(({ oid, ...times }) => [oid, memberStatus(times)]));
  const people = found.data.map((person) => ({ ...person, status: statuses.get(person.oid) ?? null }));
  return { ok: true, data: people.toSorted((a, b) => Number(a.status !== null) - Number(b.status !== null)) } as const;
}
