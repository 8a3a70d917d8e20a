import "server-only";

import type { IncomingMessage, ServerResponse } from "node:http";

import { markBackground } from "@/lib/auth/background";
import { prepareRequest } from "@/lib/auth/incoming-requests";
import { env } from "@/lib/config/env";
import { mapOutagesTo503 } from "@/lib/http/outage-status";
import { pageTimer } from "@/lib/http/page-times";

/** What Next gives for answering requests. */
type NextHandler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** @returns answers requests of the dashboard: what happens to each before Next sees it, in order */
export function pagesListener(next: NextHandler): NextHandler {
  const { NEXTAUTH_URL, METRICS_TOKEN } = env();
  const address = new URL(NEXTAUTH_URL);
  const time = METRICS_TOKEN ? pageTimer() : null;
  return (request, response) => {
    time?.(request, response);
    mapOutagesTo503(request, response, NEXTAUTH_URL);
    markBackground(request);
    prepareRequest(request, address);
    return next(request, response);
  };
}
