import "server-only";

import { subscribe } from "node:diagnostics_channel";
import { Server, type ServerResponse } from "node:http";

/** How often idle connections are closed during the shutdown, in milliseconds. */
const SWEEP_MS = 1_000;

/** The method that the server's own property replaces. */
type Closable = Pick<Server, "closeIdleConnections">;

/**
 * Drains keep-alive connections on SIGTERM and SIGINT without cutting a request (docs/decisions/033). When Next stops listening, Node
 * immediately closes every idle connection, even one on which a request has just arrived. Instead, each connection gets `Connection: close`
 * with its next response, and those that stay idle for a second are closed.
 */
export function drainOnSignal(): void {
  let server: Server | undefined;
  let draining = false;
  subscribe("http.server.request.start", (message) => {
    const started = message as { response: ServerResponse; server: Server };
    server ??= started.server;
    if (draining) started.response.shouldKeepAlive = false;
  });
  const begin = () => {
    draining = true;
    const closable: Closable | undefined = server;
    if (!closable) return;
    closable.closeIdleConnections = () => undefined;
    setInterval(() => Server.prototype.closeIdleConnections.call(closable), SWEEP_MS).unref();
  };
  // Before Next's own listener, which stops listening.
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.prependOnceListener(signal, begin);
}
