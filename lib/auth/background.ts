import "server-only";

import { subscribe } from "node:diagnostics_channel";
import type { IncomingMessage } from "node:http";

import { BACKGROUND_COOKIE } from "@/lib/auth/background-cookie";

/** The field that marks a request as the page's own doing; whatever a client sends under that name is dropped. */
export const BACKGROUND_FIELD = "x-neo-background";

/**
 * Whether a page sent this request without its user: the refresh of an open list, marked by a cookie, or Next's
 * fetching ahead of links. A person sits at none of them, so they do not put off the idle limit. What changes something
 * always counts.
 * @param request its method and headers as they came in
 */
export function isBackground({ method, headers }: Pick<IncomingMessage, "method" | "headers">): boolean {
  if (method !== "GET" && method !== "HEAD") return false;
  // Only here: Next hides its own header from pages.
  if (headers["next-router-prefetch"] !== undefined || headers["next-router-segment-prefetch"] !== undefined)
    return true;
  return (headers.cookie ?? "").split(/;\s*/).includes(`${BACKGROUND_COOKIE}=1`);
}

/** Marks requests as they come in, before Next has them. Called once at boot. */
export function markBackgroundRequests(): void {
  subscribe("http.server.request.start", (message) => {
    const { request } = message as { request: IncomingMessage };
    if (isBackground(request)) request.headers[BACKGROUND_FIELD] = "1";
    else delete request.headers["x-neo-background"];
  });
}
