import { DAY_MS } from "@/lib/text/time-units";

/** How long the old key still works after a rotation: 24 hours (docs/api.md, "Rotation"). */
export const OVERLAP_MS = DAY_MS;

/** When the old key stops after a rotation at `now`: min(its own expiry, now + 24 h). */
export function overlapEnd(expiresAt: Date | null, now: Date): Date {
  const end = new Date(now.getTime() + OVERLAP_MS);
  return expiresAt && expiresAt < end ? expiresAt : end;
}
