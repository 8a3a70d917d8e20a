import { SIGN_IN_ERRORS } from "@/lib/auth/sign-in-errors";
import { env } from "@/lib/config/env";
import { carriesToken } from "@/lib/telemetry/metrics-token";

export const dynamic = "force-dynamic";

const NO_STORE = { "Cache-Control": "no-store" };

/** This process's metrics for Prometheus, for requests with METRICS_TOKEN; 404 without that setting. */
export async function GET(request: Request): Promise<Response> {
  const { METRICS_TOKEN } = env();
  if (!METRICS_TOKEN) return new Response("There is nothing here.\n", { status: 404, headers: NO_STORE });
  if (!carriesToken(request.headers.get("authorization"), METRICS_TOKEN)) {
    const headers = { ...NO_STORE, "WWW-Authenticate": 'Bearer realm="metrics"' };
    return new Response("Send METRICS_TOKEN as a bearer token.\n", { status: 401, headers });
  }
  // Only this route needs prom-client.
  const { exposition } = await import("@/lib/telemetry/prometheus");
  const { text, contentType } = await exposition(["signed_in", ...SIGN_IN_ERRORS]);
  return new Response(text, { headers: { ...NO_STORE, "Content-Type": contentType } });
}
