import type { Instrumentation } from "next";

/** Runs once before Next answers a request. */
export async function register(): Promise<void> {
  // The benchmark and a test of the routes set NEO_PLAIN_NEXT.
  if (process.env.NEXT_RUNTIME === "nodejs" && process.env.NEO_PLAIN_NEXT !== "1")
    (await import("./instrumentation-node")).refuseOtherServers();
}

/** Runs for each error of a page, route or action that nobody caught. */
export const onRequestError: Instrumentation.onRequestError = async (error, request, context) => {
  if (process.env.NEXT_RUNTIME === "nodejs") {
    await (await import("./instrumentation-node")).recordRequestError(error, request, context);
  }
};
