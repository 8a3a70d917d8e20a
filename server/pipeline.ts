import "server-only";

import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from "node:http";

import { env } from "@/lib/config/env";
import { CLIENT_ADDRESS_FIELD, clientAddress } from "@/lib/http/client-address";
import { type Api, answerServerOptions, refuse } from "@/server/api";
import { answerBrokenRequests, refuseSlow } from "@/server/broken-request";
import { assignRequestId } from "@/lib/http/request-id";
import { limitSlowClients, SLOW_LIMITS } from "@/server/connection-limits";
import { type OperatorRoutes, serveOperator } from "@/server/operator-routes";
import { apiTarget, MAX_FIELDS, requestProblem } from "@/server/normalize-request";

/** What answers requests. */
export interface Entrances {
  readonly api: Pick<Api, "serve">;
  readonly operator: OperatorRoutes;
  /** Everything else: Next with the dashboard. */
  readonly pages: RequestListener;
}

/** Sets the field with the client's address, whatever the client sent under that name. */
function setClientAddress({ headers, socket }: IncomingMessage, trustedProxyHops: number): void {
  const forwarded = headers["x-forwarded-for"];
  const list = Array.isArray(forwarded) ? forwarded.join(",") : forwarded;
  headers[CLIENT_ADDRESS_FIELD] = clientAddress(socket.remoteAddress ?? "", list, trustedProxyHops);
}

/** What happens to each request, in order. */
function requestListener({ api, operator, pages }: Entrances, trustedProxyHops: number): RequestListener {
  return (request: IncomingMessage, response: ServerResponse) => {
    setClientAddress(request, trustedProxyHops);
    const target = apiTarget(request.url ?? "");
    if (request.url === "*" && request.method === "OPTIONS") return void answerServerOptions(request, response);
    const problem = requestProblem(request, target);
    if (problem) return void refuse(request, response, problem);
    if (target) return void api.serve(request, response, target);
    assignRequestId(request, response);
    const [path = ""] = request.url?.split("?", 1) ?? [];
    const route = operator[path];
    if (route) return void serveOperator(path, route, request, response);
    pages(request, response);
  };
}

/** Makes the HTTP server: the limits of its connections, then {@link requestListener} for each request. */
export function createPipeline(entrances: Entrances, slowLimits = SLOW_LIMITS): Server {
  const { KEEP_ALIVE_TIMEOUT, TRUSTED_PROXY_HOPS } = env();
  const listener = requestListener(entrances, TRUSTED_PROXY_HOPS);
  const server = createServer({
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT,
    // HTTP/1.0 and some proxies send none, and NEXTAUTH_URL is the address of this service.
    requireHostHeader: false,
    // Ours take their place: limitSlowClients.
    headersTimeout: 0,
    requestTimeout: 0,
  });
  // One more than the limit, so that an excess is noticed.
  server.maxHeadersCount = MAX_FIELDS + 1;
  limitSlowClients(server, slowLimits, refuseSlow);
  answerBrokenRequests(server);
  server.on("request", listener);
  // Node would answer an unknown expectation with an empty 417.
  server.on("checkExpectation", listener);
  return server;
}
