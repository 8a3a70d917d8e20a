import type { Application } from "@/lib/generated/prisma/client";

/** Why a binding is refused: it has ended by itself, or was ended. */
export type ApplicationStatus = "bound" | "expired" | "unbound";

/**
 * What a binding is at `now`, the database's clock. Its expiry is the first moment at which it is refused, as a key's is.
 * The lookup of calls repeats this in SQL (lib/public-api/credentials/application-lookup.ts).
 */
export function applicationStatus(
  { unboundAt, expiresAt }: Pick<Application, "unboundAt" | "expiresAt">,
  now: Date,
): ApplicationStatus {
  if (unboundAt) return "unbound";
  return expiresAt && expiresAt <= now ? "expired" : "bound";
}
