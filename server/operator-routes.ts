import "server-only";

import { randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";

import { isHttps } from "@/lib/config/env";
import { answerHeaders, FIXED_HEADERS } from "@/lib/http/security-headers";
import { counts } from "@/lib/telemetry/counts";

/** The route files for operators by their paths: health, readiness and metrics. Each answers GET. */
export type OperatorRoutes = Readonly<
  Record<string, { readonly GET: (request: Request) => Response | Promise<Response> }>
>;

/** The headers that every answer but the API's has. */
const fixedHeaders = () => ({
  ...FIXED_HEADERS,
  ...answerHeaders({ nonce: randomBytes(16).toString("base64"), https: isHttps(), development: false }),
});

/** Answers health, readiness and metrics without Next, so that an instance without the dashboard has them too. */
export async function serveOperator(
  path: string,
  { GET }: OperatorRoutes[string],
  { url = "", method = "", headers }: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const arrivedAt = performance.now();
  const { authorization } = headers;
  const answer =
    method === "GET" || method === "HEAD"
      ? await GET(new Request(new URL(url, "http://localhost"), { headers: authorization ? { authorization } : {} }))
      : new Response(null, { status: 405, headers: { Allow: "GET, HEAD" } });
  const body = Buffer.from(await answer.arrayBuffer());
  response.writeHead(answer.status, {
    ...fixedHeaders(),
    ...Object.fromEntries(answer.headers),
    "Content-Length": body.length,
  });
  response.end(body);
  counts.requests.of("dashboard", path, method).observe(answer.status, performance.now() - arrivedAt);
}
