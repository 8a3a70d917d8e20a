import type { Instrumentation } from "next";

/** Runs once when the server starts, before the first request. */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME === "nodejs") {
    const { checkPooler, checkSettings, startProxying, startTelemetry } = await import("./instrumentation-node");
    checkSettings();
    await startProxying();
    await startTelemetry();
    await checkPooler();
    (await import("@/lib/public-api/boot")).startPublicApi();
    (await import("@/lib/db/purge")).startPurging();
    if (process.env.NODE_ENV === "production") (await import("@/lib/http/drain")).drainOnSignal();
    // After the API has put the addresses right that are its own.
    (await import("@/lib/http/request-id")).nameRequests();
    (await import("@/lib/http/outage-status")).nameOutages();
    (await import("@/lib/auth/background")).markBackgroundRequests();
    (await import("@/lib/auth/incoming-requests")).prepareRequests();
  }
}

/** Runs for each error of a page, route or action that nobody caught. */
export const onRequestError: Instrumentation.onRequestError = async (error, request, context) => {
  if (process.env.NEXT_RUNTIME === "nodejs") {
    await (await import("./instrumentation-node")).noteRequestError(error, request, context);
  }
};
