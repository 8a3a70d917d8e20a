import { DAY_MS } from "@/lib/text/time-units";

/** The timestamps that decide a key's status, by the database's clock. */
export interface KeyMoments {
  readonly expiresAt: Date | null;
  readonly rotatedAt: Date | null;
  readonly graceEndsAt: Date | null;
  readonly revokedAt: Date | null;
}

/** A key that ends within this time is "Expiring soon": 7 days. */
export const EXPIRING_SOON_MS = 7 * DAY_MS;

/** People and callers are warned from this time before a key's expiry on: 14 days. */
export const EXPIRY_WARNING_MS = 14 * DAY_MS;

/** "Actively in use" where keys are revoked: used within the last 24 hours. */
const IN_USE_MS = DAY_MS;

/** Whether a key is in use: its last use was within {@link IN_USE_MS} before `now`. */
export const isInUse = (lastUsedAt: Date | null, now: Date): boolean =>
  lastUsedAt !== null && now.getTime() - lastUsedAt.getTime() < IN_USE_MS;

/** Why a key no longer works. */
export type Refusal = "revoked" | "rotated_out" | "expired";

/** A key's status in the list, most urgent first. */
export const KEY_STATUSES = ["rotating", "expiring", "active", "expired", "revoked"] as const;
export type KeyStatus = (typeof KEY_STATUSES)[number];

/**
 * Why this key is refused at `now`, or null while it works.
 * A key that ends at T is refused at T.
 */
export function keyRefusal(key: KeyMoments, now: Date): Refusal | null {
  if (key.revokedAt) return "revoked";
  if (key.rotatedAt && key.graceEndsAt && now >= key.graceEndsAt) return "rotated_out";
  if (key.expiresAt && now >= key.expiresAt) return "expired";
  return null;
}

/** "This key works at `now`" in SQL, as {@link keyRefusal} says it; a test compares the two. Columns of api_keys, and `now` of their type. */
export const KEY_WORKS_SQL = `revoked_at is null and (rotated_at is null or grace_ends_at is null or grace_ends_at > now)
  and (expires_at is null or expires_at > now)`;

/** The status shown for this key at `now`. A key whose overlap is over is "expired". */
export function keyStatus(key: KeyMoments, now: Date): KeyStatus {
  const refusal = keyRefusal(key, now);
  if (refusal) return refusal === "revoked" ? "revoked" : "expired";
  if (key.rotatedAt) return "rotating";
  if (key.expiresAt && key.expiresAt.getTime() - now.getTime() <= EXPIRING_SOON_MS) return "expiring";
  return "active";
}

/** When a key stops working unless it is revoked earlier; null for never. */
export function keyEnd(key: KeyMoments): Date | null {
  return key.graceEndsAt ?? key.expiresAt;
}

/** The lifetime a key got at creation, in milliseconds; null for one that never expires. */
export function keyLifetime(key: { createdAt: Date; expiresAt: Date | null }): number | null {
  return key.expiresAt ? key.expiresAt.getTime() - key.createdAt.getTime() : null;
}
