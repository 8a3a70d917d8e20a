import type { Instrumentation } from "next";

/** Runs once when the server starts, before the first request. */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME === "nodejs") {
    const { checkPooler, checkSettings, startProxying, startTelemetry } = await import("./instrumentation-node");
    checkSettings();
    await startProxying();
    await startTelemetry();
    await checkPooler();
    (await import("@/server/pipeline")).installPipeline();
    (await import("@/lib/db/purge")).startPurging();
  }
}

/** Runs for each error of a page, route or action that nobody caught. */
export const onRequestError: Instrumentation.onRequestError = async (error, request, context) => {
  if (process.env.NEXT_RUNTIME === "nodejs") {
    await (await import("./instrumentation-node")).recordRequestError(error, request, context);
  }
};
