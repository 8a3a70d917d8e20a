import "server-only";

import { subscribe } from "node:diagnostics_channel";
import type { IncomingMessage } from "node:http";

import { after } from "next/server";

import { lastUsed } from "@/lib/public-api/last-used";

/** Joins repeated Authorization fields, of which Node would keep the first without a word, so that they can be refused. */
function joinRepeatedAuthorization(message: unknown): void {
  const { request } = message as { request: IncomingMessage };
  const raw = request.rawHeaders;
  let joined: string | undefined;
  for (let i = 0; i < raw.length; i += 2) {
    if (raw[i]?.length !== 13 || raw[i]?.toLowerCase() !== "authorization") continue;
    if (joined === undefined) joined = raw[i + 1] ?? "";
    else request.headers.authorization = joined = `${joined}, ${raw[i + 1] ?? ""}`;
  }
}

/**
 * What the API needs of its process, called once at boot: sees repeated Authorization headers, and on SIGTERM and
 * SIGINT writes when keys were last used. Next drains the requests under way first and awaits what `after` was given.
 */
export function startPublicApi(): void {
  subscribe("http.server.request.start", joinRepeatedAuthorization);
  const writer = lastUsed();
  writer.hold = after;
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => void writer.stop());
}
