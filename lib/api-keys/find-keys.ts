import "server-only";

import { assertAdmin, type MemberActor, NEEDS_ADMIN } from "@/lib/actor";
import { displayKey } from "@/lib/api-keys/format";
import { whereMatches } from "@/lib/api-keys/list";
import { loadKeyListUrl } from "@/lib/api-keys/list-url";
import { working } from "@/lib/api-keys/service";
import { type KeyStatus, keyStatus } from "@/lib/api-keys/status";
import { prisma } from "@/lib/db/client";

/** A key as a search names it. */
export interface FoundKey {
  readonly id: string;
  readonly name: string;
  readonly display: string;
  readonly status: KeyStatus;
}

/**
 * The keys that the list's search finds: those that aren't revoked first, then the newest.
 * @param onlyCurrent whether to leave out those that no longer work and those that were rotated
 * @param now the database's clock
 * @throws AppError FORBIDDEN for anyone but an admin
 */
export async function findKeys(
  actor: MemberActor,
  search: string,
  { take, onlyCurrent }: { take: number; onlyCurrent: boolean },
  now: Date,
): Promise<FoundKey[]> {
  assertAdmin(actor, NEEDS_ADMIN);
  const matching = await whereMatches(actor, loadKeyListUrl({ q: search }), now);
  const keys = await prisma().apiKey.findMany({
    where: onlyCurrent ? { AND: [matching, working(now), { rotatedAt: null }] } : matching,
    select: {
      id: true,
      name: true,
      environment: true,
      last4: true,
      expiresAt: true,
      rotatedAt: true,
      graceEndsAt: true,
      revokedAt: true,
    },
    orderBy: [{ revokedAt: { sort: "asc", nulls: "first" } }, { createdAt: "desc" }, { id: "desc" }],
    take,
  });
  return keys.map((key) => ({ id: key.id, name: key.name, display: displayKey(key), status: keyStatus(key, now) }));
}
