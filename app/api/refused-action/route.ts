import type { NextRequest } from "next/server";

import { env } from "@/lib/config/env";
import { warnSampled } from "@/lib/logging/log";
import { CLIENT_ADDRESS_FIELD } from "@/lib/http/client-address";
import { runWithRequestId } from "@/lib/http/request-id";

export const dynamic = "force-dynamic";

/** Maximum length of a logged `Origin`, in characters. */
const MAX_LOGGED = 100;

/** Answers server action calls from other origins and those without a valid action id (lib/auth/refused-actions.ts). */
export function POST(request: NextRequest): Response {
  return runWithRequestId(request.headers, () => {
    const headers = { "Cache-Control": "no-store", "Content-Type": "text/plain; charset=utf-8" };
    if (request.nextUrl.searchParams.get("problem") === "no-action") {
      return new Response("There is no such action. Reload the page.\n", {
        status: 404,
        // Next's client router reads this response.
        headers: { ...headers, "x-nextjs-action-not-found": "1" },
      });
    }
    warnSampled(
      {
        origin: request.headers.get("origin")?.slice(0, MAX_LOGGED) ?? null,
        address: request.headers.get(CLIENT_ADDRESS_FIELD),
      },
      "a server action was called from another origin",
    );
    return new Response(`This only works from ${env().NEXTAUTH_URL}. Open that address and try again.\n`, {
      status: 403,
      headers,
    });
  });
}
