import "server-only";

import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";

/** Next with the dashboard, or with everything while developing. */
export interface NextApp {
  readonly handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  /** Passes the web sockets of the development server's hot reload on. */
  acceptUpgrades(server: Server): void;
  /** Waits for what pages have deferred. */
  close(): Promise<void>;
}

/** Loads Next, which only an instance with the dashboard needs. */
export async function startNext(options: {
  dev: boolean;
  hostname: string | undefined;
  port: number;
}): Promise<NextApp> {
  const { default: next } = await import("next");
  // Next listens for upgrades on the server it is given, and never answers them in production. Without a listener Node passes over an
  // offer of another protocol, as `curl --http2` and Java's client make (RFC 9110 §7.8), so Next gets a server that never listens.
  const upgrades = createServer();
  const app = next({
    dev: options.dev,
    port: options.port,
    ...(options.hostname && { hostname: options.hostname }),
    httpServer: upgrades,
  });
  await app.prepare();
  return {
    handle: app.getRequestHandler(),
    acceptUpgrades: (server) =>
      server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
        socket.on("error", () => socket.destroy());
        upgrades.emit("upgrade", request, socket, head);
      }),
    close: () => app.close(),
  };
}
