import "server-only";

import { env } from "@/lib/config/env";
import { log } from "@/lib/logging/log";

/** Organisations that one instance asks Microsoft about at the same time. */
const AT_ONCE = 4;

/**
 * Regularly looks for members whose accounts were disabled or deleted at Microsoft. Every instance does, whatever it serves; in the
 * database each organisation is claimed by one of them.
 * @returns a function that stops it
 */
export function startCheckingAccounts(): () => void {
  const tickMs = (env().ACCOUNT_CHECK_SECONDS * 1000) / 4;
  let stopped = false;
  let failing = false;
  let timer: NodeJS.Timeout;
  const wait = (ms: number) => {
    timer = setTimeout(() => void run(), ms).unref();
  };
  const run = async () => {
    try {
      // Loaded here: Microsoft's library takes a while, and nothing else of an instance for the API only needs it.
      const { checkNextOrganisation } = await import("@/lib/members/account-check");
      const lane = async () => {
        while (!stopped && (await checkNextOrganisation()));
      };
      // Mostly none is due, which one connection finds out.
      if (await checkNextOrganisation()) await Promise.all(Array.from({ length: AT_ONCE }, lane));
      failing = false;
    } catch (err) {
      // The next run retries.
      if (!failing) log().error({ err }, "members' accounts could not be checked and will be retried");
      failing = true;
    }
    if (!stopped) wait(tickMs * (0.75 + Math.random() / 2));
  };
  wait(tickMs * Math.random());
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}
