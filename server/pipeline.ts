import "server-only";

import { subscribe } from "node:diagnostics_channel";
import { type IncomingMessage, Server } from "node:http";
import type { Socket } from "node:net";

import { after } from "next/server";

import { lastUsed } from "@/lib/api-keys/last-used";
import { markBackgroundRequests } from "@/lib/auth/background";
import { prepareRequests } from "@/lib/auth/incoming-requests";
import { env } from "@/lib/config/env";
import { drainOnSignal } from "@/lib/http/drain";
import { normalizeRequest } from "@/lib/http/normalize-request";
import { mapOutagesTo503 } from "@/lib/http/outage-status";
import { assignRequestIds } from "@/lib/http/request-id";
import { lastActive } from "@/lib/members/last-active";
import { handleBrokenRequests } from "@/server/broken-request";

/** Milliseconds in which a client must have sent the head of a request, and all of it. Node's defaults are one minute and five. */
const HEAD_TIMEOUT_MS = 15_000;
const REQUEST_TIMEOUT_MS = 30_000;

/** Closes slow clients' connections (docs/decisions/030). Node checks every 30 seconds, so one lasts at most twice the timeout. */
function limitSlowClients(server: Server): void {
  server.headersTimeout = HEAD_TIMEOUT_MS;
  server.requestTimeout = REQUEST_TIMEOUT_MS;
}

/**
 * Ignores an offer of another protocol, as `curl --http2` and Java's client make, and answers over this one (RFC 9110 §7.8). Node
 * passes an upgrade to its listeners, and Next never answers it.
 */
function ignoreUpgrades(server: Server): void {
  server.removeAllListeners("upgrade");
}

/** Configures the HTTP server from its first connection on: Next creates it, and nothing else leads to it. */
function configureServer(message: unknown): void {
  const { socket } = message as { socket: Socket & { server?: unknown } };
  if (!(socket.server instanceof Server)) return;
  const server = socket.server as Server;
  limitSlowClients(server);
  handleBrokenRequests(server, socket);
  // The development server's hot reload is a web socket.
  if (process.env.NODE_ENV === "production") ignoreUpgrades(server);
}

/** On SIGTERM and SIGINT writes when keys were last used and members last called; Next awaits what `after` was given. */
function writeActivityOnSignal(): void {
  for (const writer of [lastUsed, lastActive]) {
    writer.hold = after;
    for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => void writer.stop());
  }
}

/** What happens to each request before Next sees it, in order. Called once at boot. */
export function installPipeline(): void {
  subscribe("http.server.request.start", (message) =>
    normalizeRequest((message as { request: IncomingMessage }).request, env().TRUSTED_PROXY_HOPS),
  );
  subscribe("net.server.socket", configureServer);
  writeActivityOnSignal();
  if (process.env.NODE_ENV === "production") drainOnSignal();
  // After the public API's own addresses are normalized.
  assignRequestIds();
  mapOutagesTo503();
  markBackgroundRequests();
  prepareRequests();
}
