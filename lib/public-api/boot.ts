import "server-only";

import { subscribe } from "node:diagnostics_channel";
import type { IncomingMessage } from "node:http";

import { after } from "next/server";

import { env } from "@/lib/env";
import { prepareIncoming } from "@/lib/public-api/incoming";
import { lastUsed } from "@/lib/public-api/last-used";
import { memberActivity } from "@/lib/public-api/member-activity";

/**
 * What the API needs of its process, called once at boot: a look at each request before Next has it, and on SIGTERM
 * and SIGINT the writing of when keys were last used and people last called. Next drains the requests under way and awaits what `after` was given.
 */
export function startPublicApi(): void {
  subscribe("http.server.request.start", (message) =>
    prepareIncoming((message as { request: IncomingMessage }).request, env().TRUSTED_PROXY_HOPS),
  );
  for (const writer of [lastUsed(), memberActivity()]) {
    writer.hold = after;
    for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => void writer.stop());
  }
}
