import "server-only";

import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from "node:http";

import { env } from "@/lib/config/env";
import { CLIENT_ADDRESS_FIELD, clientAddress } from "@/lib/http/client-address";
import { type Api, answerServerOptions, refuse } from "@/server/api";
import { answerBrokenRequests, refuseSlow } from "@/server/broken-request";
import { assignRequestId } from "@/lib/http/request-id";
import { log } from "@/lib/logging/log";
import { Connections, SLOW_LIMITS, type SlowLimits } from "@/server/connections";
import { type OperatorRoutes, serveOperator } from "@/server/operator-routes";
import { apiTarget, MAX_FIELDS, requestProblem, withoutOrigin } from "@/server/request-target";

/** What answers requests. */
export interface Entrances {
  readonly api: Pick<Api, "serve">;
  readonly operator: OperatorRoutes;
  /** Everything else: Next with the dashboard. */
  readonly pages: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
}

/** Sets the field with the client's address, whatever the client sent under that name. */
function setClientAddress({ headers, socket }: IncomingMessage, trustedProxyHops: number): void {
  const forwarded = headers["x-forwarded-for"];
  const list = Array.isArray(forwarded) ? forwarded.join(",") : forwarded;
  headers[CLIENT_ADDRESS_FIELD] = clientAddress(socket.remoteAddress ?? "", list, trustedProxyHops);
}

/** @returns what happens to each request, in order */
function answerer({ api, operator, pages }: Entrances, trustedProxyHops: number): Entrances["pages"] {
  return async (request, response) => {
    setClientAddress(request, trustedProxyHops);
    const target = apiTarget(request.url ?? "");
    if (request.url === "*" && request.method === "OPTIONS") return answerServerOptions(request, response);
    const problem = requestProblem(request, target);
    if (problem) return refuse(request, response, problem);
    request.url = withoutOrigin(request.url ?? "");
    if (target) return api.serve(request, response, target);
    assignRequestId(request, response);
    const [path = ""] = request.url.split("?", 1);
    const route = operator[path];
    if (route) return serveOperator(path, route, request, response);
    return pages(request, response);
  };
}

/** The HTTP server and its connections. */
export interface Pipeline {
  readonly server: Server;
  readonly connections: Connections;
}

/**
 * Makes the HTTP server: the limits of its connections, then {@link answerer} for each request.
 * @param slowLimits tests pass shorter ones
 */
export function createPipeline(entrances: Entrances, slowLimits?: SlowLimits): Pipeline {
  const { KEEP_ALIVE_TIMEOUT, TRUSTED_PROXY_HOPS } = env();
  const answer = answerer(entrances, TRUSTED_PROXY_HOPS);
  const listener: RequestListener = (request, response) => {
    // Entrances answer their own failures, so this is a fault of theirs.
    answer(request, response).catch(async (cause: unknown) => {
      if (!response.headersSent) return refuse(request, response, cause);
      log().error({ err: cause }, "an answer could not be sent");
      response.destroy();
    });
  };
  const server = createServer({
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT,
    // HTTP/1.0 and some proxies send none, and NEXTAUTH_URL is the address of this service.
    requireHostHeader: false,
    // Ours take their place: Connections.
    headersTimeout: 0,
    requestTimeout: 0,
  });
  // One more than the limit, so that an excess is noticed.
  server.maxHeadersCount = MAX_FIELDS + 1;
  const limits = { ...SLOW_LIMITS, "first byte": Math.max(SLOW_LIMITS["first byte"], KEEP_ALIVE_TIMEOUT) };
  const connections = new Connections(server, slowLimits ?? limits, refuseSlow);
  answerBrokenRequests(server);
  server.on("request", listener);
  // Node would answer an unknown expectation with an empty 417.
  server.on("checkExpectation", (request, response) => server.emit("request", request, response));
  return { server, connections };
}
