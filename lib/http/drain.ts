import "server-only";

import { subscribe } from "node:diagnostics_channel";
import { Server, type ServerResponse } from "node:http";

/** How often connections that have become idle are closed while the process ends, in milliseconds. */
const SWEEP_MS = 1_000;

/** A server's own method in the place of the class's, for as long as it has one. */
type Closable = Pick<Server, "closeIdleConnections">;

/**
 * Lets connections that are kept open end without cutting a request. On SIGTERM and SIGINT Next stops listening, and Node then
 * closes every idle connection at once, also one on which a request has just arrived; on the others it goes on to serve
 * whatever comes. Instead each connection hears `Connection: close` with its next answer, and only those that have nothing
 * to ask are closed, a second later.
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
