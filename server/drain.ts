import "server-only";

import type { Server } from "node:http";
import { Server as NetServer } from "node:net";

import type { Connections } from "@/server/connections";

/** How often idle connections are closed during the shutdown, in milliseconds. */
const SWEEP_MS = 1_000;

/** When connections are closed whatever happens on them, in milliseconds: a change takes 6 s at most, an export has no limit. */
const DEADLINE_MS = 10_000;

/**
 * Stops listening and resolves when no connection is left, without cutting a request (docs/decisions/033): every answer from now on
 * says `Connection: close`, and connections that stay idle for a second are closed. Node's own `close()` immediately closes every idle
 * connection, even one on which a request has just arrived.
 */
export async function drain(server: Server, connections: Connections): Promise<void> {
  server.prependListener("request", (_, response) => (response.shouldKeepAlive = false));
  const sweep = setInterval(() => connections.closeIdle(), SWEEP_MS);
  const deadline = setTimeout(() => server.closeAllConnections(), DEADLINE_MS);
  await new Promise<void>((resolve) => NetServer.prototype.close.call(server, () => resolve()));
  clearInterval(sweep);
  clearTimeout(deadline);
}
