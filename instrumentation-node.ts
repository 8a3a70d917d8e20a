import type { Instrumentation } from "next";

import { type AppError, unavailableReason } from "@/lib/errors/app-error";
import { recordOutage } from "@/lib/http/page-response";
import { ownServer } from "@/lib/http/own-server";
import { REQUEST_ID_FIELD } from "@/lib/http/request-id";
import { log } from "@/lib/logging/log";
import { LogSampler } from "@/lib/logging/sampler";
import { counts } from "@/lib/telemetry/counts";

/** Ends the process where Next runs without this project's server. */
export function refuseOtherServers(): void {
  if (ownServer.runs) return;
  process.stderr.write(
    "Next's own server lacks limits that Neo needs. Start Neo with `npm start`, or `node server.js`.\n",
  );
  process.exit(1);
}

/** An outage writes one line a second for all pages together. */
const outages = new LogSampler<AppError["reason"]>((reason, suppressed) => {
  log().info({ reason, suppressed }, "more requests of the dashboard failed within one second");
});

/** Counts and logs a failed page, route or action. Next prints the error itself, under the same digest; an outage's is in this line. */
export const recordRequestError: Instrumentation.onRequestError = (error, request, context) => {
  counts.pageErrors[context.routeType]++;
  recordOutage(error, request.headers);
  const reason = unavailableReason(error);
  if (reason && !outages.admits(reason, 1, performance.now())) return;
  const { digest } = error as { digest?: unknown };
  const requestId = request.headers[REQUEST_ID_FIELD];
  // The pattern, never the address, which may contain a token.
  const { routePath: route, routeType: kind } = context;
  const outage = reason && { reason, err: error };
  log().error(
    { requestId, method: request.method, route, kind, digest, ...outage },
    "a request of the dashboard failed",
  );
};
