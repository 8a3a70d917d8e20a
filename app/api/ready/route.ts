import { RETRY_AFTER_UNAVAILABLE_S } from "@/lib/http/envelope";
import { isReady, readiness } from "@/lib/db/readiness";

export const dynamic = "force-dynamic";

/** Readiness: requests may be sent here. Says which of the database and its migrations is amiss, and nothing else of them. */
export async function GET(): Promise<Response> {
  const checks = await readiness();
  const ready = isReady(checks);
  return Response.json(
    { status: ready ? "ok" : "unavailable", checks },
    {
      status: ready ? 200 : 503,
      headers: { "Cache-Control": "no-store", ...(!ready && { "Retry-After": String(RETRY_AFTER_UNAVAILABLE_S) }) },
    },
  );
}
