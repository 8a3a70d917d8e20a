import "server-only";

import { subscribe } from "node:diagnostics_channel";
import { type IncomingMessage, Server } from "node:http";
import type { Socket } from "node:net";

import { after } from "next/server";

import { env } from "@/lib/config/env";
import { refuseInWords } from "@/lib/http/broken-request";
import { prepareIncoming } from "@/lib/http/normalize-request";
import { lastUsed } from "@/lib/api-keys/last-used";
import { lastActive } from "@/lib/members/last-active";

/**
 * Lets a request that offers another protocol (`curl --http2` and Java's client do) be answered over this one, as RFC 9110
 * §7.8 has it: once a server listens for upgrades, Node hands it all of them, and Next leaves them without an answer.
 */
function ignoreUpgrades(message: unknown): void {
  const { server } = (message as { socket: Socket & { server?: unknown } }).socket;
  if (server instanceof Server) server.removeAllListeners("upgrade");
}

/** Milliseconds in which a client must have sent the head of a request, and all of it. Node's own are one minute and five. */
const HEAD_TIMEOUT_MS = 15_000;
const REQUEST_TIMEOUT_MS = 30_000;

/**
 * Ends connections whose client dawdles, on which an attacker would otherwise sit for minutes (docs/decisions/030). Node looks for
 * them every 30 seconds, so one lasts twice that at most. The server is known only from its connections: Next makes it.
 */
function limitDawdling(message: unknown): void {
  const { server } = (message as { socket: Socket & { server?: unknown } }).socket;
  if (!(server instanceof Server)) return;
  server.headersTimeout = HEAD_TIMEOUT_MS;
  server.requestTimeout = REQUEST_TIMEOUT_MS;
}

/**
 * What the API needs of its process, called once at boot: a look at each request before Next has it, an end to those that dawdle, and on SIGTERM
 * and SIGINT the writing of when keys were last used and people last called. Next drains the requests under way and awaits what `after` was given.
 */
export function startPublicApi(): void {
  subscribe("http.server.request.start", (message) =>
    prepareIncoming((message as { request: IncomingMessage }).request, env().TRUSTED_PROXY_HOPS),
  );
  subscribe("net.server.socket", limitDawdling);
  subscribe("net.server.socket", refuseInWords);
  // The development server's hot reload is a web socket.
  if (process.env.NODE_ENV === "production") subscribe("net.server.socket", ignoreUpgrades);
  for (const writer of [lastUsed(), lastActive()]) {
    writer.hold = after;
    for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => void writer.stop());
  }
}
