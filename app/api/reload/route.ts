import type { NextRequest } from "next/server";

import { RENDERED_FOR_FIELD } from "@/lib/auth/rendered-for";
import { safePath } from "@/lib/auth/safe-path";

export const dynamic = "force-dynamic";

/** Reloads a page of another session: Next's client router can't read this response, so the browser loads it as a document. */
export function GET(request: NextRequest): Response {
  const headers = { "Cache-Control": "no-store" };
  if (request.headers.has(RENDERED_FOR_FIELD)) return new Response(null, { status: 409, headers });
  return new Response(null, {
    status: 303,
    headers: { ...headers, Location: safePath(request.nextUrl.searchParams.get("to") ?? undefined) },
  });
}
