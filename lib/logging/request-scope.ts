import "server-only";

import { AsyncLocalStorage } from "node:async_hooks";

import { processWide } from "@/lib/config/process-wide";

const scope = processWide("request scope", () => new AsyncLocalStorage<string>());

/** Does the work of the request with this id: everything it logs carries the id. */
export function runWithId<T>(requestId: string, work: () => T): T {
  return scope.run(requestId, work);
}

/** The id of the request that this code works for; undefined where it is unknown. */
export function currentRequestId(): string | undefined {
  return scope.getStore();
}
