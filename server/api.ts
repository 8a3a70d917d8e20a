import "server-only";

import type { IncomingMessage, ServerResponse } from "node:http";

import { type RouteHandler, UNKNOWN_PATH } from "@/lib/public-api/create-route";
import { METHODS } from "@/lib/public-api/registry";
import { recordCall } from "@/lib/public-api/request-log";
import { type Answered, respondOptions, respondRefused } from "@/lib/public-api/respond";
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
    const arrivedAt = performance.now();
    const { method = "", headers } = request;
    const { file, params } = this.#match(path);
    const { route, reply } = (file[method] ?? file[NEVER_OFFERED]) as RouteHandler;
    const asked = new IncomingApiRequest(request, response, path + query);
    const answer = async () => answerWith(request, response, arrivedAt, await reply(asked, params));
    const traces = tracing();
    await (traces ? traces.request({ method, route, headers }, answer) : answer());
  }
}

/** Sends an answer, then records its call. @returns the status that was sent */
async function answerWith(
  request: IncomingMessage,
  response: ServerResponse,
  arrivedAt: number,
  { reply, call }: Answered,
): Promise<number> {
  await sendReply(request, response, reply);
  recordCall(call, performance.now() - arrivedAt);
  return reply.status;
}

/** Refuses a request before its path is looked at, or after a fault. @param error any that is no AppError answers 500 */
export async function refuse(request: IncomingMessage, response: ServerResponse, error: unknown): Promise<void> {
  const asked = new IncomingApiRequest(request, response, "");
  await answerWith(request, response, performance.now(), respondRefused(asked, UNKNOWN_PATH, error));
}

/** Answers `OPTIONS *`, which asks about the server as a whole (RFC 9110 §9.3.7). */
export async function answerServerOptions(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const asked = new IncomingApiRequest(request, response, "");
  await answerWith(request, response, performance.now(), respondOptions(asked, UNKNOWN_PATH, METHODS.join(", ")));
}
