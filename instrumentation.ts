/** Runs once when the server starts, before the first request. */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME === "nodejs") {
    (await import("./instrumentation-node")).checkSettings();
    (await import("@/lib/public-api/boot")).startPublicApi();
    (await import("@/lib/auth/background")).markBackgroundRequests();
  }
}
