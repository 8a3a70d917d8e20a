import "server-only";

import { assertAdmin, type MemberActor, NEEDS_ADMIN } from "@/lib/actor";
import { ownerColumns } from "@/lib/api-keys/owner";
import { findOwnKey, lockLineage, type NewKey, working } from "@/lib/api-keys/service";
import type { RequestContext } from "@/lib/audit-log/actions";
import { recordAudit } from "@/lib/audit-log/record";
import { prisma } from "@/lib/db/client";
import { escapeLike } from "@/lib/text/like";
import { cleanName } from "@/lib/text/name";

/**
 * Changes the name, owner, note or limits of a key, and so of every key of its rotations: they are one integration's, and no old key may
 * do more than its successor. What is left out keeps its value; a change that changes nothing writes nothing.
 * @throws AppError FORBIDDEN; NOT_FOUND; UNPROCESSABLE for an owner who is no member
 */
export async function updateKey(
  actor: MemberActor,
  keyId: string,
  { name, owner, note, readOnly, networks }: Partial<Omit<NewKey, "expiry">>,
  context: RequestContext,
): Promise<void> {
  assertAdmin(actor, NEEDS_ADMIN);
  const { tenantId } = actor;
  const found = await findOwnKey(actor, keyId);
  const { id, lineageId } = found;
  await prisma().$transaction(async (tx) => {
    // A rotation takes the same lock, so its successor gets either the old values or the new ones.
    await lockLineage(tx, found);
    const key = await tx.apiKey.findUniqueOrThrow({ where: { id, tenantId } });
    const data = {
      ...(name !== undefined && { name }),
      ...(owner !== undefined && (await ownerColumns(tx, actor, owner))),
      ...(note !== undefined && { note }),
      ...(readOnly !== undefined && { readOnly }),
      ...(networks !== undefined && { networks: [...networks] }),
    };
    const columns = Object.keys(data) as (keyof typeof data)[];
    const changes = columns.filter((column) => JSON.stringify(data[column]) !== JSON.stringify(key[column]));
    if (changes.length === 0) return;
    await tx.apiKey.updateMany({ where: { tenantId, lineageId }, data });
    const changed = [...new Set(changes.map((column) => (column.startsWith("owner") ? "owner" : SAID[column])))];
    const before = Object.fromEntries(changes.map((column) => [`old_${SAID[column]}`, key[column]]));
    // Of a limit also what it is now: readers of the log need to know how wide a key is.
    const after = Object.fromEntries(
      LIMITS.filter((one) => changes.includes(one)).map((one) => [SAID[one], data[one]]),
    );
    const details = { last4: key.last4, changed, ...before, ...after };
    await recordAudit(
      tx,
      actor,
      { action: "api_key.updated", target: { id, name: name ?? key.name }, details },
      context,
    );
  });
}

/** How the audit log calls what was there before. */
const SAID = {
  ...{ name: "name", note: "note", ownerId: "owner_id", ownerEmail: "owner_email" },
  ...{ readOnly: "read_only", networks: "networks" },
} as const;

const LIMITS = ["readOnly", "networks"] as const;

/**
 * Whether another integration's working key has this name, in upper or lower case: the forms say so, and allow it.
 * @param except a key whose own rotations don't count
 * @param now the database's clock
 */
export async function isNameTaken(actor: MemberActor, name: string, except: string | undefined, now: Date) {
  assertAdmin(actor, NEEDS_ADMIN);
  const own = except === undefined ? null : await findOwnKey(actor, except);
  const same = await prisma().apiKey.findFirst({
    where: {
      tenantId: actor.tenantId,
      name: { equals: escapeLike(cleanName(name.toWellFormed())), mode: "insensitive" },
      ...working(now),
      ...(own && { lineageId: { not: own.lineageId } }),
    },
    select: { id: true },
  });
  return same !== null;
}
