import "server-only";

import { v7 as uuidv7 } from "uuid";

import { assertAdmin, type MemberActor } from "@/lib/actor";
import type { RequestOrigin } from "@/lib/audit-log/actions";
import { recordAudit } from "@/lib/audit-log/service";
import { prisma } from "@/lib/db/client";
import { env } from "@/lib/config/env";
import { AppError } from "@/lib/errors/app-error";
import type { ApiKey, Prisma } from "@/lib/generated/prisma/client";
import { assertFutureExpiry, resolveExpiry, type ExpiryChoice } from "@/lib/api-keys/expiry";
import { displayKey, generateKey, parseKey } from "@/lib/api-keys/format";
import { storedHash } from "@/lib/api-keys/hash";
import { assertWithinKeyLimits } from "@/lib/api-keys/limits";
import { cleanName } from "@/lib/text/name";
import { isUuid } from "@/lib/text/uuid";
import type { CreateKeyInput } from "@/lib/api-keys/schemas";
import { graceEnd, keyEnd, keyLifetime, keyRefusal } from "@/lib/api-keys/status";

/** A key just made. `key` is the plaintext: it is shown once and kept nowhere. */
export interface IssuedKey {
  readonly id: string;
  readonly name: string;
  readonly key: string;
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
}

/** A rotation: the new key, and until when the old one still works. */
export interface Rotation extends IssuedKey {
  readonly oldKeyWorksUntil: Date;
}

/** A key whose plaintext was in an answer that never arrived: nobody has it. */
export interface LostKey {
  readonly id: string;
  readonly name: string;
  readonly display: string;
  readonly createdAt: Date;
  /** For a rotation: until when the last old key works; null when none does. */
  readonly oldKeyWorksUntil: Date | null;
}

/** Why a caller may not manage keys (docs/api.md, "Credentials"). */
export const NEEDS_ADMIN = "API-key management requires admin role.";

/** The same for a missing key and for another organisation's. */
export const NO_SUCH_KEY = "API key not found.";

/** What else is written in the transaction that makes a key. */
export type Alongside = (tx: Prisma.TransactionClient, made: { readonly id: string }) => Promise<void>;

function newKeyRow(actor: MemberActor, now: Date, fields: { name: string; expiresAt: Date | null }) {
  const key = generateKey(env().NEO_ENVIRONMENT);
  const parsed = parseKey(key);
  if (!parsed) throw new Error("generateKey made a key that parseKey does not read");
  const id = uuidv7();
  const row = {
    id,
    tenantId: actor.tenantId,
    lineageId: id,
    environment: parsed.environment,
    last4: parsed.last4,
    hash: storedHash(key),
    createdAt: now,
    createdById: actor.memberId,
    ...fields,
  };
  return { key, row };
}

/**
 * Makes a key for the actor's organisation.
 * @param now the database's clock
 * @param origin for the audit log, written in the same transaction
 * @param alongside what else that transaction is to write
 * @throws AppError FORBIDDEN for anyone but an admin; UNPROCESSABLE for an expiry that is not ahead; as {@link assertWithinKeyLimits}
 */
export async function createKey(
  actor: MemberActor,
  input: CreateKeyInput,
  now: Date,
  origin: RequestOrigin,
  alongside?: Alongside,
): Promise<IssuedKey> {
  assertAdmin(actor, NEEDS_ADMIN);
  if (input.expiry.kind === "same") {
    throw new AppError("UNPROCESSABLE", "Choose an expiry.", { fields: { expiry: "Choose an expiry." } });
  }
  const expiresAt = resolveExpiry(input.expiry, now);
  assertFutureExpiry(expiresAt, now);
  const { key, row } = newKeyRow(actor, now, { name: input.name, expiresAt });
  await prisma().$transaction(async (tx) => {
    await tx.apiKey.create({ data: row });
    const details = { last4: row.last4, expires_at: expiresAt?.toISOString() ?? null };
    await recordAudit(tx, actor, { action: "api_key.created", target: row, details }, now, origin);
    await assertWithinKeyLimits(tx, actor, "new", now);
    await alongside?.(tx, row);
  });
  return { id: row.id, name: row.name, key, createdAt: now, expiresAt };
}

/**
 * Issues a successor of a working key; the old key works until min(its own expiry, now + 24 h).
 * Of two rotations at once exactly one finds the row unrotated; the other is refused.
 * @param now the database's clock
 * @param origin for the audit log, written in the same transaction
 * @param alongside what else that transaction is to write
 * @throws AppError NOT_FOUND for another organisation's or no key; CONFLICT for one that is revoked, expired or already rotated;
 *   as {@link assertWithinKeyLimits}
 */
export async function rotateKey(
  actor: MemberActor,
  keyId: string,
  expiry: ExpiryChoice,
  now: Date,
  origin: RequestOrigin,
  alongside?: Alongside,
): Promise<Rotation> {
  assertAdmin(actor, NEEDS_ADMIN);
  return rotateFound(actor, await findOwnKey(actor, keyId), expiry, now, origin, alongside);
}

/** As {@link rotateKey}, for a key of the actor's organisation. */
async function rotateFound(
  actor: MemberActor,
  old: ApiKey,
  expiry: ExpiryChoice,
  now: Date,
  origin: RequestOrigin,
  alongside?: Alongside,
): Promise<Rotation> {
  const expiresAt = resolveExpiry(expiry, now, keyLifetime(old));
  assertFutureExpiry(expiresAt, now);
  const oldKeyWorksUntil = graceEnd(old.expiresAt, now);
  const { key, row } = newKeyRow(actor, now, { name: old.name, expiresAt });

  await prisma().$transaction(async (tx) => {
    const { count } = await tx.apiKey.updateMany({
      where: {
        id: old.id,
        tenantId: actor.tenantId,
        revokedAt: null,
        rotatedAt: null,
        OR: [{ expiresAt: null }, { expiresAt: { gt: now } }],
      },
      data: { rotatedAt: now, rotatedById: actor.memberId, graceEndsAt: oldKeyWorksUntil },
    });
    if (count === 0) {
      const current = await tx.apiKey.findUniqueOrThrow({ where: { id: old.id, tenantId: actor.tenantId } });
      throw await rotationRefusal(tx, current);
    }
    await tx.apiKey.create({ data: { ...row, lineageId: old.lineageId, replacesId: old.id } });
    const details = {
      last4: old.last4,
      works_until: oldKeyWorksUntil.toISOString(),
      new_key_id: row.id,
      new_last4: row.last4,
      new_expires_at: expiresAt?.toISOString() ?? null,
    };
    await recordAudit(tx, actor, { action: "api_key.rotated", target: old, details }, now, origin);
    await assertWithinKeyLimits(tx, actor, "successor", now);
    await alongside?.(tx, row);
  });
  return { id: row.id, name: row.name, key, createdAt: now, expiresAt, oldKeyWorksUntil };
}

/** Why a key that the rotation left alone cannot be rotated: it is revoked, rotated already, or expired. */
async function rotationRefusal(tx: Prisma.TransactionClient, key: ApiKey): Promise<AppError> {
  if (key.revokedAt) {
    const message = "This key is revoked and can't be rotated. Create a new key instead.";
    return new AppError("CONFLICT", message, { reason: "already_revoked" });
  }
  if (!key.rotatedAt) {
    const message = "This key has expired and can't be rotated. Create a new key instead.";
    return new AppError("CONFLICT", message, { reason: "already_expired" });
  }
  const successor = await tx.apiKey.findFirst({
    where: { replacesId: key.id, tenantId: key.tenantId },
    select: { id: true },
  });
  return new AppError(
    "CONFLICT",
    "This key was already rotated. Rotate the newer key that replaced it, or revoke this one.",
    { reason: "already_rotated", ...(successor && { details: { successor_id: successor.id } }) },
  );
}

/**
 * Ends a key at once and for good. Leaves the other key of a rotating pair alone.
 * @param now the database's clock
 * @param origin for the audit log, written in the same transaction
 * @returns whether this call revoked it; false when it was revoked already
 * @throws AppError NOT_FOUND for another organisation's or no key
 */
export async function revokeKey(
  actor: MemberActor,
  keyId: string,
  now: Date,
  origin: RequestOrigin,
): Promise<{ revoked: boolean }> {
  assertAdmin(actor, NEEDS_ADMIN);
  const key = await findOwnKey(actor, keyId);
  if (key.revokedAt) return { revoked: false };
  return prisma().$transaction((tx) => revokeWithin(tx, actor, key, now, origin));
}

async function revokeWithin(
  tx: Prisma.TransactionClient,
  actor: MemberActor,
  key: ApiKey,
  now: Date,
  origin: RequestOrigin,
): Promise<{ revoked: boolean }> {
  const { count } = await tx.apiKey.updateMany({
    where: { id: key.id, tenantId: actor.tenantId, revokedAt: null },
    data: { revokedAt: now, revokedById: actor.memberId },
  });
  // Somebody else's revocation came first, and has its own row.
  if (count === 0) return { revoked: false };
  const entry = { action: "api_key.revoked", target: key, details: { last4: key.last4 } } as const;
  await recordAudit(tx, actor, entry, now, origin);
  return { revoked: true };
}

/**
 * Rotates a key whose plaintext nobody has: its successor takes its place and it is revoked in the same transaction, so the
 * key before it keeps its grace and no key without an owner is left.
 * @returns the successor, and until when the last old key works; null when none does
 * @throws as {@link rotateKey}
 */
export async function replaceLostKey(
  actor: MemberActor,
  keyId: string,
  expiry: ExpiryChoice,
  now: Date,
  origin: RequestOrigin,
  alongside?: Alongside,
): Promise<IssuedKey & { readonly oldKeyWorksUntil: Date | null }> {
  assertAdmin(actor, NEEDS_ADMIN);
  const lost = await findOwnKey(actor, keyId);
  const issued = await rotateFound(actor, lost, expiry, now, origin, async (tx, made) => {
    await revokeWithin(tx, actor, lost, now, origin);
    await alongside?.(tx, made);
  });
  return { ...issued, oldKeyWorksUntil: await lastOldKeyEnd(lost, now) };
}

/**
 * The facts of a key whose plaintext never arrived.
 * @param now the database's clock
 * @throws AppError NOT_FOUND, as {@link findOwnKey}
 */
export async function findLostKey(actor: MemberActor, keyId: string, now: Date): Promise<LostKey> {
  const key = await findOwnKey(actor, keyId);
  return {
    id: key.id,
    name: key.name,
    display: displayKey(key),
    createdAt: key.createdAt,
    oldKeyWorksUntil: await lastOldKeyEnd(key, now),
  };
}

/** Until when the last of the keys that a lost one follows works; null when none does. */
async function lastOldKeyEnd(lost: ApiKey, now: Date): Promise<Date | null> {
  // The key right before it may be a lost one too, and revoked: what works is further back.
  const { id, tenantId, lineageId } = lost;
  const before = await prisma().apiKey.findMany({
    where: { tenantId, lineageId, rotatedAt: { not: null }, id: { not: id } },
  });
  const ends = before.filter((one) => !keyRefusal(one, now)).map((one) => keyEnd(one));
  return ends.filter((end) => end !== null).sort((a, b) => b.getTime() - a.getTime())[0] ?? null;
}

/**
 * Revokes a key for a person who typed its name to be sure.
 * @throws AppError UNPROCESSABLE for the field `typedName` when it is another name; and as {@link revokeKey}
 */
export async function revokeKeyByName(
  actor: MemberActor,
  keyId: string,
  typedName: string,
  now: Date,
  origin: RequestOrigin,
): Promise<{ revoked: boolean }> {
  assertAdmin(actor, NEEDS_ADMIN);
  const key = await findOwnKey(actor, keyId);
  if (cleanName(typedName) !== key.name) {
    const message = "The name doesn’t match.";
    throw new AppError("UNPROCESSABLE", message, { fields: { typedName: message } });
  }
  return revokeKey(actor, keyId, now, origin);
}

/**
 * One key of the actor's organisation.
 * @param keyId any text; what is no UUID is a key that does not exist
 * @throws AppError NOT_FOUND, the same for another organisation's key as for none
 */
export async function findOwnKey(actor: MemberActor, keyId: string): Promise<ApiKey> {
  const key = isUuid(keyId.toLowerCase())
    ? await prisma().apiKey.findUnique({ where: { id: keyId.toLowerCase(), tenantId: actor.tenantId } })
    : null;
  if (!key) throw new AppError("NOT_FOUND", NO_SUCH_KEY);
  return key;
}
