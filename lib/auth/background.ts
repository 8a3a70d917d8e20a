import "server-only";

import type { IncomingMessage } from "node:http";

import { BACKGROUND_COOKIE } from "@/lib/auth/background-cookie";

/** The header field that marks a background request. The server drops the client's own value. */
export const BACKGROUND_FIELD = "x-neo-background";

/**
 * Whether a page sent this request without user activity: the automatic refresh of an open list, marked by a cookie, or
 * Next's link prefetch. Such requests don't extend the idle limit. A request that changes data always counts as activity.
 * @param request the method and headers as received
 */
export function isBackground({ method, headers }: Pick<IncomingMessage, "method" | "headers">): boolean {
  if (method !== "GET" && method !== "HEAD") return false;
  // Read here, because Next hides its own header from pages.
  if (headers["next-router-prefetch"] !== undefined || headers["next-router-segment-prefetch"] !== undefined)
    return true;
  return (headers.cookie ?? "").split(/;\s*/).includes(`${BACKGROUND_COOKIE}=1`);
}

/** Marks a background request before Next handles it. */
export function markBackground(request: IncomingMessage): void {
  if (isBackground(request)) request.headers[BACKGROUND_FIELD] = "1";
  else delete request.headers["x-neo-background"];
}
