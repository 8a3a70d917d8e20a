import "server-only";

import type { IncomingMessage, ServerResponse } from "node:http";

import { markBackground } from "@/lib/auth/background";
import { actionProblem, REFUSED_ACTION_PATH } from "@/lib/auth/refused-actions";
import { env } from "@/lib/config/env";
import { mapOutagesTo503 } from "@/lib/http/page-response";
import { isPercentEncoded } from "@/lib/text/percent-encoding";
import { pageRecorder } from "@/server/record-page";

/** A target with valid percent-encoded UTF-8; with any other, Next fails before it can render the 404 page. */
function readableTarget(target: string): string {
  const [path = ""] = target.split(/[?#]/, 1);
  const readable = path.split("/").map((part) => (isPercentEncoded(part) ? part : part.replaceAll("%", "%25")));
  return readable.join("/") + target.slice(path.length);
}

/**
 * Sets `Host` from NEXTAUTH_URL, because Next derives its own address from `Host`, which proxies change or omit. Routes
 * refused action calls and TRACE to {@link REFUSED_ACTION_PATH}.
 * @param address NEXTAUTH_URL
 */
export function prepareRequest(request: Pick<IncomingMessage, "method" | "url" | "headers">, address: URL): void {
  const { headers } = request;
  headers.host = headers["x-forwarded-host"] = address.host;
  headers["x-forwarded-proto"] = address.protocol.slice(0, -1);
  delete headers["x-forwarded-port"];
  request.url = readableTarget(request.url ?? "");
  // Node's Request, and so Next, throws for TRACE; a route without a handler for the method answers 405.
  if (request.method === "TRACE") {
    request.method = "PATCH";
    request.url = REFUSED_ACTION_PATH;
  }
  const problem = actionProblem(request, address.origin);
  if (problem === null) return;
  request.url = `${REFUSED_ACTION_PATH}?problem=${problem}`;
  delete headers["next-action"];
}

/** What Next gives for answering requests. */
type NextHandler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** @returns answers requests of the dashboard: what happens to each before Next sees it, in order */
export function pagesListener(next: NextHandler): NextHandler {
  const { NEXTAUTH_URL, METRICS_TOKEN, LOG_REQUESTS } = env();
  const address = new URL(NEXTAUTH_URL);
  const record = METRICS_TOKEN || LOG_REQUESTS === "all" ? pageRecorder() : null;
  return (request, response) => {
    record?.(request, response);
    mapOutagesTo503(request, response, NEXTAUTH_URL);
    markBackground(request);
    prepareRequest(request, address);
    return next(request, response);
  };
}
