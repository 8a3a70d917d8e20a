import "server-only";

import { headers } from "next/headers";

import { env } from "@/lib/config/env";
import { AppError } from "@/lib/errors/app-error";

/**
 * Refuses a cross-site request; those that call an action were refused before Next saw them (lib/auth/refused-actions.ts). Next compares `Origin` with `X-Forwarded-Host`, which the client chooses; this compares it
 * with NEXTAUTH_URL.
 * @throws AppError FORBIDDEN when `Origin` is missing, `null` or another site's
 */
export async function requireSameOrigin(): Promise<void> {
  const own = env().NEXTAUTH_URL;
  if ((await headers()).get("origin") !== own) {
    throw new AppError("FORBIDDEN", `This only works from ${own}. Open that address and try again.`);
  }
}
