import { RETRY_AFTER_UNAVAILABLE_S } from "@/lib/http/envelope";
import { isReady, readiness } from "@/lib/db/readiness";

export const dynamic = "force-dynamic";

/** Readiness: 200 while this instance can serve requests, else 503 with the failing check (the database or its migrations). */
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
