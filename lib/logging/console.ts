import "server-only";

import { format, stripVTControlCharacters } from "node:util";

import { unavailableReason } from "@/lib/errors/app-error";
import { log, warnSampled } from "@/lib/logging/log";

/**
 * Makes log lines of what Next and libraries print as errors and warnings: so they are JSON too, and no credential gets past
 * them. An outage that a page failed by is left out: `noteRequestError` logs it. Called once at boot, in production; what is printed while developing is for a person.
 */
export function logConsole(): void {
  for (const level of ["error", "warn"] as const) {
    // eslint-disable-next-line no-console -- replaced here, so that nobody uses it by accident either
    console[level] = (...printed: unknown[]) => {
      const err = printed.find((part) => part instanceof Error);
      if (printed.length === 1 && err && unavailableReason(err)) return;
      // A page of another release, or anybody who makes up an id.
      if (err?.message.startsWith("Failed to find Server Action"))
        return warnSampled({}, "a server action was called that this release does not have");
      const words = printed.filter((part) => part !== err);
      log()[level]({ err }, stripVTControlCharacters(format(...words)).trim() || "an error that nobody caught");
    };
  }
}
