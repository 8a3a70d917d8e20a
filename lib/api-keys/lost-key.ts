import "server-only";

import { assertAdmin, type MemberActor, NEEDS_ADMIN } from "@/lib/actor";
import type { RequestContext } from "@/lib/audit-log/actions";
import { prisma } from "@/lib/db/client";
import type { ApiKey } from "@/lib/generated/prisma/client";
import type { ExpiryChoice } from "@/lib/api-keys/expiry";
import { displayKey } from "@/lib/api-keys/format";
import { type Alongside, findOwnKey, issue, type IssuedKey, revokeWithin, rotating } from "@/lib/api-keys/service";

/**
 * Replaces a key whose plaintext nobody has: it is rotated and revoked in one transaction, so the key before it keeps its grace
 * period and no unusable key is left.
 * @returns the successor, and when the last old key stops working; null when none works
 * @throws as {@link rotateKey}
 */
export async function replaceLostKey(
  actor: MemberActor,
  keyId: string,
  expiry: ExpiryChoice,
  context: RequestContext,
  alongside?: Alongside,
): Promise<IssuedKey & { readonly oldKeyWorksUntil: Date | null }> {
  assertAdmin(actor, NEEDS_ADMIN);
  const lost = await findOwnKey(actor, keyId);
  const issued = await issue(actor, { name: lost.name, expiry, old: lost }, context, async (tx, made) => {
    await revokeWithin(tx, actor, lost, context);
    await alongside?.(tx, made);
  });
  return { ...issued, oldKeyWorksUntil: await lastOldKeyEnd(lost, context.now) };
}

/**
 * What is known of a key whose plaintext was in a response that never arrived.
 * @param now the database's clock
 * @returns for a rotation, also when the last old key stops working; null when none works
 * @throws AppError NOT_FOUND, as {@link findOwnKey}
 */
export async function findLostKey(actor: MemberActor, keyId: string, now: Date) {
  const key = await findOwnKey(actor, keyId);
  const { id, name, createdAt } = key;
  return { id, name, display: displayKey(key), createdAt, oldKeyWorksUntil: await lastOldKeyEnd(key, now) };
}

/** When the last working predecessor of a lost key stops; null when none works. */
async function lastOldKeyEnd(lost: ApiKey, now: Date): Promise<Date | null> {
  // The direct predecessor may be lost too, and revoked; a working key is further back.
  const { id, tenantId, lineageId } = lost;
  const last = await prisma().apiKey.findFirst({
    where: { tenantId, lineageId, id: { not: id }, ...rotating(now) },
    orderBy: { graceEndsAt: "desc" },
  });
  return last?.graceEndsAt ?? null;
}
