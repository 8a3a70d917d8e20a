import "server-only";

import type { IncomingMessage, ServerResponse } from "node:http";

import type { AppError } from "@/lib/errors/app-error";
import { type RouteHandler, UNKNOWN_PATH } from "@/lib/public-api/create-route";
import { METHODS } from "@/lib/public-api/registry";
import { respondOptions, respondRefused } from "@/lib/public-api/respond";
import { tracing } from "@/lib/telemetry/tracing-hook";
import { IncomingApiRequest } from "@/server/api-request";
import type { ApiTarget } from "@/server/request-target";
import { type Match, type RouteFiles, routeMatcher } from "@/server/route-matcher";
import { sendReply } from "@/server/send-reply";

/** No endpoint has this method, so its handler refuses any other that routes can't have, such as TRACE. */
const NEVER_OFFERED = "PATCH";

/** Answers requests for the API. */
export class Api {
  readonly #match: (path: string) => Match;

  /** @param files every route file below app/public-api */
  constructor(files: RouteFiles) {
    this.#match = routeMatcher(files);
  }

  /** Answers a request by its route's handler. */
  async serve(request: IncomingMessage, response: ServerResponse, { path, query }: ApiTarget): Promise<void> {
    const { method = "", headers } = request;
    const { file, params } = this.#match(path);
    const { route, reply } = (file[method] ?? file[NEVER_OFFERED]) as RouteHandler;
    const answer = () => reply(new IncomingApiRequest(request, response, path + query), params);
    const traces = tracing();
    await sendReply(request, response, await (traces ? traces.request({ method, route, headers }, answer) : answer()));
  }
}

/** Refuses a request before its path is looked at. */
export function refuse(request: IncomingMessage, response: ServerResponse, error: AppError): Promise<void> {
  return sendReply(
    request,
    response,
    respondRefused(new IncomingApiRequest(request, response, ""), UNKNOWN_PATH, error),
  );
}

/** Answers `OPTIONS *`, which asks about the server as a whole (RFC 9110 §9.3.7). */
export function answerServerOptions(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const asked = new IncomingApiRequest(request, response, "");
  return sendReply(request, response, respondOptions(asked, UNKNOWN_PATH, METHODS.join(", ")));
}
