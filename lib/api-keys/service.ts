import "server-only";

import { v7 as uuidv7 } from "uuid";

import { assertAdmin, assertKeyManager, type KeyManager, type MemberActor, NEEDS_ADMIN } from "@/lib/actor";
import type { RequestContext } from "@/lib/audit-log/actions";
import { type AuditEntry, recordAudit, recordAudits } from "@/lib/audit-log/record";
import { prisma } from "@/lib/db/client";
import { env } from "@/lib/config/env";
import { AppError } from "@/lib/errors/app-error";
import type { ApiKey, Prisma } from "@/lib/generated/prisma/client";
import { actedBy } from "@/lib/api-keys/acted-by";
import { assertFutureExpiry, resolveExpiry, type ExpiryChoice } from "@/lib/api-keys/expiry";
import { generateKey } from "@/lib/api-keys/format";
import { storedHash } from "@/lib/api-keys/hash";
import { assertWithinKeyLimits } from "@/lib/api-keys/limits";
import { ownerColumns } from "@/lib/api-keys/owner";
import { lockForRevocation } from "@/lib/api-keys/revocation-lock";
import { cleanName } from "@/lib/text/name";
import { isUuid } from "@/lib/text/uuid";
import type { KeyOwner, RevokeKeysInput } from "@/lib/api-keys/schemas";
import { overlapEnd } from "@/lib/api-keys/rotation-overlap";
import { keyLifetime, keyRefusal } from "@/lib/api-keys/status";

/** The same for a missing key and for another organisation's. */
export const NO_SUCH_KEY = "API key not found.";

/** Rotated, within its grace period, which never outlasts the key's own expiry. */
export const rotating = (now: Date) =>
  ({ revokedAt: null, graceEndsAt: { gt: now } }) satisfies Prisma.ApiKeyWhereInput;

/** Accepts calls: neither revoked nor past its end, its expiry or that of its grace period. */
export const working = (now: Date) =>
  ({ revokedAt: null, OR: [{ endsAt: null }, { endsAt: { gt: now } }] }) satisfies Prisma.ApiKeyWhereInput;

/** Writes in the same transaction as the new key. */
export type Alongside = (tx: Prisma.TransactionClient, made: { readonly id: string }) => Promise<void>;

/** What is chosen for a key. */
export interface NewKey {
  readonly name: string;
  readonly expiry: ExpiryChoice;
  readonly owner?: KeyOwner | undefined;
  readonly note?: string | null | undefined;
  /** Whether it may only read. */
  readonly readOnly?: boolean | undefined;
  /** Where it may call from; none is anywhere. */
  readonly networks?: readonly string[] | undefined;
}

/** A new key. `key` is the plaintext: shown once and stored nowhere. */
export type IssuedKey = Awaited<ReturnType<typeof issue>>;

/** Issues a key, as the successor of `old` where there is one: then it also has the owner, the note and the limits of that. */
export async function issue(
  actor: KeyManager,
  { old, ...wanted }: NewKey & { old?: ApiKey },
  context: RequestContext,
  alongside?: Alongside,
) {
  const { now } = context;
  const { name, expiry, owner = null, note = null, readOnly = false, networks = [] } = wanted;
  const expiresAt = resolveExpiry(expiry, now, old && keyLifetime(old));
  assertFutureExpiry(expiresAt, now);
  const environment = env().NEO_ENVIRONMENT;
  const key = generateKey(environment);
  const id = uuidv7();
  const by = actedBy(actor);
  const row = {
    id,
    tenantId: actor.tenantId,
    name,
    environment,
    last4: key.slice(-4),
    hash: storedHash(key),
    createdAt: now,
    createdById: by.member,
    createdByApplicationId: by.application,
    expiresAt,
    lineageId: old?.lineageId ?? id,
    replacesId: old?.id ?? null,
  };
  const limits = { readOnly, networks: [...networks] };
  const details = {
    ...{ last4: row.last4, expires_at: expiresAt?.toISOString() ?? null },
    ...(readOnly && { read_only: true }),
    ...(networks.length > 0 && { networks }),
  };
  await prisma().$transaction(async (tx) => {
    if (old) await lockLineage(tx, old);
    const entry = old ? await retire(tx, old, row) : ({ action: "api_key.created", target: row, details } as const);
    const described = old ? await describing(tx, old) : { ...(await ownerColumns(tx, actor, owner)), note, ...limits };
    await tx.apiKey.create({ data: { ...row, ...described } });
    await recordAudit(tx, actor, entry, context);
    await assertWithinKeyLimits(tx, actor, old ? "successor" : "new", now);
    await alongside?.(tx, row);
  });
  return { id, name, key, createdAt: now, expiresAt };
}

/**
 * Creates a key for the actor's organisation.
 * @param alongside writes in the same transaction
 * @throws AppError FORBIDDEN as {@link assertKeyManager}; UNPROCESSABLE for an expiry in the past or an owner who is no member; as {@link assertWithinKeyLimits}
 */
export async function createKey(
  actor: KeyManager,
  wanted: NewKey,
  context: RequestContext,
  alongside?: Alongside,
): Promise<IssuedKey> {
  assertKeyManager(actor);
  if (wanted.expiry.kind === "same") {
    throw new AppError("UNPROCESSABLE", "Choose an expiry.", { fields: { expiry: "Choose an expiry." } });
  }
  return issue(actor, wanted, context, alongside);
}

/**
 * Lets one rotation or edit of a chain happen at a time, by a lock of its first key: an edit changes every key of the chain, also one
 * that a rotation is making.
 */
export const lockLineage = (tx: Prisma.TransactionClient, { tenantId, lineageId }: ApiKey) =>
  tx.$queryRaw`select 1 from api_keys where tenant_id = ${tenantId}::uuid and id = ${lineageId}::uuid for no key update`;

/** What is true of a whole chain, as it is now that its key is locked. */
const describing = (tx: Prisma.TransactionClient, { id, tenantId }: ApiKey) =>
  tx.apiKey.findUniqueOrThrow({
    where: { id, tenantId },
    select: { name: true, ownerId: true, ownerEmail: true, note: true, readOnly: true, networks: true },
  });

/**
 * Marks a key as rotated.
 * @returns the audit entry of the rotation
 * @throws AppError CONFLICT for a key that is revoked, already rotated, or expired
 */
async function retire(
  tx: Prisma.TransactionClient,
  { id, tenantId, ...old }: ApiKey,
  next: Pick<ApiKey, "id" | "last4" | "createdAt" | "createdById" | "createdByApplicationId" | "expiresAt">,
): Promise<AuditEntry> {
  const now = next.createdAt;
  const graceEndsAt = overlapEnd(old.expiresAt, now);
  const works = { revokedAt: null, rotatedAt: null, OR: [{ expiresAt: null }, { expiresAt: { gt: now } }] };
  const { count } = await tx.apiKey.updateMany({
    where: { id, tenantId, ...works },
    data: {
      ...{ rotatedAt: now, graceEndsAt },
      ...{ rotatedById: next.createdById, rotatedByApplicationId: next.createdByApplicationId },
    },
  });
  if (count === 0) {
    const successor = { replacedBy: { select: { id: true } } };
    throw rotationRefusal(await tx.apiKey.findUniqueOrThrow({ where: { id, tenantId }, include: successor }));
  }
  const details = {
    last4: old.last4,
    works_until: graceEndsAt.toISOString(),
    new_key_id: next.id,
    new_last4: next.last4,
    new_expires_at: next.expiresAt?.toISOString() ?? null,
  };
  return { action: "api_key.rotated", target: { id, name: old.name }, details };
}

/** Why a rotation changed no row. */
function rotationRefusal(key: ApiKey & { replacedBy: { id: string } | null }): AppError {
  if (key.revokedAt) {
    const message = "This key is revoked and can't be rotated. Create a new key instead.";
    return new AppError("CONFLICT", message, { reason: "already_revoked" });
  }
  if (!key.rotatedAt) {
    const message = "This key has expired and can't be rotated. Create a new key instead.";
    return new AppError("CONFLICT", message, { reason: "already_expired" });
  }
  return new AppError(
    "CONFLICT",
    "This key was already rotated. Rotate the newer key that replaced it, or revoke this one.",
    { reason: "already_rotated", ...(key.replacedBy && { details: { successor_id: key.replacedBy.id } }) },
  );
}

/**
 * Issues a successor of a working key; the old key works until min(its own expiry, now + 24 h).
 * Of two concurrent rotations, exactly one succeeds.
 * @param alongside writes in the same transaction
 * @throws AppError FORBIDDEN as {@link assertKeyManager}; NOT_FOUND for another organisation's or no key; CONFLICT for one that is revoked,
 *   expired or already rotated; as {@link assertWithinKeyLimits}
 */
export async function rotateKey(
  actor: KeyManager,
  keyId: string,
  expiry: ExpiryChoice,
  context: RequestContext,
  alongside?: Alongside,
): Promise<IssuedKey & { readonly oldKeyWorksUntil: Date }> {
  assertKeyManager(actor);
  const old = await findOwnKey(actor, keyId);
  const issued = await issue(actor, { name: old.name, expiry, old }, context, alongside);
  return { ...issued, oldKeyWorksUntil: overlapEnd(old.expiresAt, context.now) };
}

/**
 * Revokes a key immediately and permanently. The other key of a rotating pair is left alone.
 * @param typedName the name that a person typed to confirm
 * @returns whether this call revoked it; false when it was already revoked
 * @throws AppError FORBIDDEN; NOT_FOUND; UNPROCESSABLE for the field `typedName` when it is another name
 */
export async function revokeKey(actor: KeyManager, keyId: string, context: RequestContext, typedName?: string) {
  assertKeyManager(actor);
  const key = await findOwnKey(actor, keyId);
  if (typedName !== undefined && cleanName(typedName) !== key.name) {
    const message = "The name doesn’t match.";
    throw new AppError("UNPROCESSABLE", message, { fields: { typedName: message } });
  }
  if (key.revokedAt) return { revoked: false };
  return prisma().$transaction((tx) => revokeWithin(tx, actor, key, context));
}

/**
 * Ends the overlap of a rotation: revokes the old key before it stops on its own. The new key is left alone.
 * @param keyId the old key
 * @returns whether this call ended it; false when the old key no longer worked
 * @throws AppError FORBIDDEN; NOT_FOUND; CONFLICT for a key that nothing replaced
 */
export async function endOverlap(actor: MemberActor, keyId: string, context: RequestContext) {
  assertAdmin(actor, NEEDS_ADMIN);
  const key = await findOwnKey(actor, keyId);
  if (!key.rotatedAt) throw new AppError("CONFLICT", "This key wasn’t rotated, so there’s no overlap to end.");
  if (keyRefusal(key, context.now)) return { ended: false };
  const details = { cause: "overlap_ended", works_until: key.graceEndsAt?.toISOString() ?? null };
  const { revoked } = await prisma().$transaction((tx) => revokeWithin(tx, actor, key, context, details));
  return { ended: revoked };
}

/** Revokes a key in a transaction, and records that. @returns whether this call revoked it */
export async function revokeWithin(
  tx: Prisma.TransactionClient,
  actor: KeyManager,
  key: ApiKey,
  context: RequestContext,
  details: Readonly<Record<string, string | null>> = {},
) {
  const by = actedBy(actor);
  const { count } = await tx.apiKey.updateMany({
    where: { id: key.id, tenantId: actor.tenantId, revokedAt: null },
    data: { revokedAt: context.now, revokedById: by.member, revokedByApplicationId: by.application },
  });
  // A concurrent revocation came first, and recorded itself.
  if (count === 0) return { revoked: false };
  const entry = { action: "api_key.revoked", target: key, details: { last4: key.last4, ...details } } as const;
  await recordAudit(tx, actor, entry, context);
  return { revoked: true };
}

/**
 * Revokes several keys in one transaction: all that still work, or none. The others stay as they are, as do the other keys of their
 * rotations.
 * @returns how many this call revoked, and how many had stopped working before
 * @throws AppError FORBIDDEN; NOT_FOUND and CONFLICT as {@link lockForRevocation}
 */
export async function revokeKeys(
  actor: MemberActor,
  { reason, ...shown }: Omit<RevokeKeysInput, "typedCount">,
  context: RequestContext,
) {
  assertAdmin(actor, NEEDS_ADMIN);
  const { tenantId, memberId } = actor;
  return prisma().$transaction(async (tx) => {
    const { working, stopped } = await lockForRevocation(tx, tenantId, shown, context.now);
    await tx.apiKey.updateMany({
      where: { tenantId, id: { in: working.map(({ id }) => id) } },
      data: { revokedAt: context.now, revokedById: memberId },
    });
    const entries = working.map((key): AuditEntry => {
      return { action: "api_key.revoked", target: key, details: { last4: key.last4, reason } };
    });
    if (entries.length > 0) await recordAudits(tx, actor, entries, context);
    return { revoked: working.length, stopped };
  });
}

/**
 * One key of the actor's organisation.
 * @param keyId any text; not found unless it is a UUID
 * @throws AppError NOT_FOUND, the same for a missing key and another organisation's
 */
export async function findOwnKey(actor: KeyManager, keyId: string): Promise<ApiKey> {
  const id = keyId.toLowerCase();
  const key = isUuid(id) ? await prisma().apiKey.findUnique({ where: { id, tenantId: actor.tenantId } }) : null;
  if (!key) throw new AppError("NOT_FOUND", NO_SUCH_KEY);
  return key;
}
