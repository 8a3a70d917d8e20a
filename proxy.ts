import { randomBytes } from "node:crypto";

import { type NextRequest, NextResponse } from "next/server";

import { unreadableCall } from "@/lib/auth/refused-actions";
import { isHttps } from "@/lib/config/env";
import { warnSampled } from "@/lib/logging/log";
import { REQUEST_ID_FIELD } from "@/lib/http/request-id";
import { answerHeaders } from "@/lib/http/security-headers";

/** Passes the request on, or refuses a server action call with unreadable arguments. @param headers what pages and actions see */
async function answer(request: NextRequest, headers: Headers): Promise<NextResponse> {
  const status = await unreadableCall(request);
  if (status === null) return NextResponse.next({ request: { headers } });
  const requestId = headers.get(REQUEST_ID_FIELD);
  warnSampled({ requestId, status }, "the arguments of a server action could not be read");
  const text = { "Cache-Control": "no-store", "Content-Type": "text/plain; charset=utf-8" };
  return new NextResponse("This call can't be read. Reload the page.\n", { status, headers: text });
}

/**
 * Sets the Content Security Policy, with a fresh nonce, on every dashboard response, and refuses unreadable server action calls.
 * It doesn't check access: pages, actions and routes guard themselves.
 */
export async function proxy(request: NextRequest): Promise<NextResponse> {
  const policy = answerHeaders({
    nonce: randomBytes(16).toString("base64"),
    https: isHttps(),
    development: process.env.NODE_ENV === "development",
  });
  // Next reads the nonce for its own scripts from this request header; a client's value is replaced.
  const headers = new Headers(request.headers);
  headers.set("Content-Security-Policy", policy["Content-Security-Policy"] ?? "");
  const response = await answer(request, headers);
  for (const [name, value] of Object.entries(policy)) response.headers.set(name, value);
  return response;
}

export const config = {
  // Excludes the API, which lost 29 % of its throughput here, and static files, which need no nonce.
  matcher:
    "/((?!public-api(?:/|$)|_next/static/|(?:icon\\.svg|favicon\\.ico|apple-touch-icon\\.png|manifest\\.webmanifest|robots\\.txt|\\.well-known/security\\.txt)$).*)",
};
