import "server-only";

import { format, stripVTControlCharacters } from "node:util";

import { unavailableReason } from "@/lib/errors/app-error";
import { log, warnSampled } from "@/lib/logging/log";

/**
 * Logs what Next and libraries print as errors and warnings, so that it is JSON and redacted too. Outages are left out:
 * `recordRequestError` logs them. Called once at boot, in production only.
 */
export function logConsole(): void {
  for (const level of ["error", "warn"] as const) {
    // eslint-disable-next-line no-console -- replaced here, so that accidental uses are logged too
    console[level] = (...printed: unknown[]) => {
      const err = printed.find((part) => part instanceof Error);
      if (printed.length === 1 && err && unavailableReason(err)) return;
      // A page of another release, or a made-up id.
      if (err?.message.startsWith("Failed to find Server Action"))
        return warnSampled({}, "a server action was called that this release does not have");
      const words = printed.filter((part) => part !== err);
      log()[level]({ err }, stripVTControlCharacters(format(...words)).trim() || "an error that nobody caught");
    };
  }
}
