import "server-only";

import { assertAdmin, type MemberActor, NEEDS_ADMIN } from "@/lib/actor";
import { whereMatches } from "@/lib/api-keys/list";
import type { KeyListUrl } from "@/lib/api-keys/list-url";
import { SELECTION_MAX } from "@/lib/api-keys/selection-rules";
import { working } from "@/lib/api-keys/service";
import { prisma } from "@/lib/db/client";

/** Keys that can be selected. */
export interface Selectable {
  readonly ids: readonly string[];
  /** There are more than these. */
  readonly hasMore: boolean;
}

/**
 * The working keys that match a list's search and filters, on all its pages, newest first: up to {@link SELECTION_MAX}.
 * @param now the database's clock
 * @throws AppError FORBIDDEN for anyone but an admin
 */
export async function findSelectable(actor: MemberActor, url: KeyListUrl, now: Date): Promise<Selectable> {
  assertAdmin(actor, NEEDS_ADMIN);
  const rows = await prisma().apiKey.findMany({
    where: { AND: [await whereMatches(actor, url, now), working(now)] },
    select: { id: true },
    orderBy: [{ createdAt: "desc" }, { id: "desc" }],
    take: SELECTION_MAX + 1,
  });
  return { ids: rows.slice(0, SELECTION_MAX).map(({ id }) => id), hasMore: rows.length > SELECTION_MAX };
}
