import "server-only";

import { assertAdmin, type MemberActor, NEEDS_ADMIN } from "@/lib/actor";
import { actorName } from "@/lib/api-keys/acted-by";
import { displayKey } from "@/lib/api-keys/format";
import { findOwnKey } from "@/lib/api-keys/service";
import { keyRefusal, type Refusal } from "@/lib/api-keys/status";
import { latestUse } from "@/lib/usage/latest";
import { type OverlapCaller, readOverlapCallers } from "@/lib/api-keys/usage";
import { prisma } from "@/lib/db/client";
import { DAY_MS } from "@/lib/text/time-units";

/** How long an old key is shown after it stopped working: 24 hours, in which its callers notice. */
const SHOWN_MS = DAY_MS;

/** Most old keys that are read: a script that rotates its key each minute has more of them, and a page asks every few seconds. */
const OLD_KEYS_MAX = 25;

/** The latest call with a key; times as texts, so that a page and a JSON response have the same. */
export interface KeyUse {
  readonly at: string;
  /** Null where addresses aren't stored, and where it was forgotten. */
  readonly address: string | null;
  readonly client: string | null;
}

/** An old key of a rotation, and who called with it since it was rotated. */
export interface OldKeyReading {
  readonly id: string;
  readonly display: string;
  readonly createdAt: string;
  readonly worksUntil: string;
  /** Null unless that ended the overlap. */
  readonly revokedAt: string | null;
  readonly revokedBy: string | null;
  readonly lastUse: KeyUse | null;
  readonly callers: readonly (Omit<OverlapCaller, "lastSeen"> & { readonly lastSeen: string })[];
  /** Further callers that aren't listed. */
  readonly moreCallers: number;
}

/** What a rotation looks like at `now`, the database's clock. */
export interface RotationReading {
  readonly now: string;
  readonly newKey: {
    readonly id: string;
    readonly display: string;
    readonly refusal: Refusal | null;
    readonly lastUse: KeyUse | null;
  };
  /** Newest first, up to {@link OLD_KEYS_MAX}: those that work, and those that stopped in the last 24 hours. */
  readonly oldKeys: readonly OldKeyReading[];
}

const SELECT = {
  id: true,
  environment: true,
  last4: true,
  createdAt: true,
  expiresAt: true,
  rotatedAt: true,
  graceEndsAt: true,
  revokedAt: true,
  revokedBy: { select: { name: true } },
  revokedByApplication: { select: { name: true } },
  lastUsedAt: true,
  usageLatest: { select: { at: true, address: true, client: true, endpoint: true } },
} as const;

const readKeys = (tenantId: string, lineageId: string, now: Date) =>
  prisma().apiKey.findMany({
    where: {
      ...{ tenantId, lineageId },
      OR: [{ rotatedAt: null }, { graceEndsAt: { gt: new Date(now.getTime() - SHOWN_MS) } }],
    },
    select: SELECT,
    // The newest key comes first, as it was created last.
    orderBy: [{ createdAt: "desc" }, { id: "desc" }],
    take: 1 + OLD_KEYS_MAX,
  });
type StoredKey = Awaited<ReturnType<typeof readKeys>>[number];

function lastUseOf({ usageLatest, lastUsedAt }: StoredKey): KeyUse | null {
  const use = latestUse(usageLatest, lastUsedAt);
  return use && { at: use.at.toISOString(), address: use.address, client: use.client };
}

const withTexts = ({ callers, more }: { callers: readonly OverlapCaller[]; more: number }) => ({
  callers: callers.map((caller) => ({ ...caller, lastSeen: caller.lastSeen.toISOString() })),
  moreCallers: more,
});

/** When an old key was revoked, and by whom, unless its overlap was over before. */
function endedEarly({ graceEndsAt, revokedAt, revokedBy, revokedByApplication }: StoredKey) {
  const isEarly = revokedAt !== null && graceEndsAt !== null && revokedAt < graceEndsAt;
  return isEarly
    ? { revokedAt: revokedAt.toISOString(), revokedBy: actorName(revokedBy, revokedByApplication) }
    : { revokedAt: null, revokedBy: null };
}

/** Whether a rotated key still works, or stopped recently. One that was revoked as it was rotated never overlapped with its successor. */
function isShown({ rotatedAt, graceEndsAt, revokedAt }: StoredKey, now: Date): boolean {
  if (!rotatedAt || !graceEndsAt) return false;
  const end = revokedAt && revokedAt < graceEndsAt ? revokedAt : graceEndsAt;
  return end > rotatedAt && end.getTime() > now.getTime() - SHOWN_MS;
}

/**
 * The rotation that a key is part of, as its newest key or as an old one: how long old keys work, and who uses which key.
 * @param keyId any text; not found unless it is a UUID
 * @param now the database's clock
 * @returns null where no old key works, or stopped in the last 24 hours, and for an older key than those
 * @throws AppError FORBIDDEN for anyone but an admin; NOT_FOUND, the same for a missing key and another organisation's
 */
export async function readRotation(actor: MemberActor, keyId: string, now: Date): Promise<RotationReading | null> {
  assertAdmin(actor, NEEDS_ADMIN);
  const { id, tenantId, lineageId } = await findOwnKey(actor, keyId);
  const keys = await readKeys(tenantId, lineageId, now);
  const newest = keys.find(({ rotatedAt }) => rotatedAt === null);
  const old = keys.filter((key) => isShown(key, now));
  if (!newest || old.length === 0 || ![newest, ...old].some((key) => key.id === id)) return null;
  const callersOf = await readOverlapCallers(
    tenantId,
    old.map((key) => key.id),
    now,
  );
  return {
    now: now.toISOString(),
    newKey: {
      id: newest.id,
      display: displayKey(newest),
      refusal: keyRefusal(newest, now),
      lastUse: lastUseOf(newest),
    },
    oldKeys: old.map((key) => ({
      id: key.id,
      display: displayKey(key),
      createdAt: key.createdAt.toISOString(),
      worksUntil: (key.graceEndsAt ?? now).toISOString(),
      ...endedEarly(key),
      lastUse: lastUseOf(key),
      ...withTexts(callersOf(key.id)),
    })),
  };
}
