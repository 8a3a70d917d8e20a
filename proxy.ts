import { randomBytes } from "node:crypto";

import { type NextRequest, NextResponse } from "next/server";

import { env } from "@/lib/env";
import { answerHeaders } from "@/lib/security-headers";

/** Gives every page and every answer of the dashboard its policy, with a nonce of its own. It guards nothing: pages, actions and routes do that themselves. */
export function proxy(request: NextRequest): NextResponse {
  const answer = answerHeaders({
    nonce: randomBytes(16).toString("base64"),
    https: env().NEXTAUTH_URL.startsWith("https://"),
    development: process.env.NODE_ENV === "development",
  });
  // Next takes the nonce for its own scripts from the request; whatever a client sent under that name is replaced.
  const headers = new Headers(request.headers);
  headers.set("Content-Security-Policy", answer["Content-Security-Policy"] ?? "");
  const response = NextResponse.next({ request: { headers } });
  for (const [name, value] of Object.entries(answer)) response.headers.set(name, value);
  return response;
}

export const config = {
  // Not the API: passing through here cost it 29 % of its throughput. Not files: they run nothing and need no nonce.
  matcher: "/((?!public-api(?:/|$)|_next/static/|icon\\.svg$).*)",
};
