import "server-only";

import type { IncomingMessage, ServerResponse } from "node:http";
import { promisify } from "node:util";
import { gzip } from "node:zlib";

import type { AppError } from "@/lib/errors/app-error";
import type { Reply } from "@/lib/http/reply";
import { type RouteHandler, UNKNOWN_PATH } from "@/lib/public-api/create-route";
import { METHODS } from "@/lib/public-api/registry";
import { respondOptions, respondRefused } from "@/lib/public-api/respond";
import { tracing } from "@/lib/telemetry/tracing-hook";
import { IncomingApiRequest } from "@/server/api-request";
import type { ApiTarget } from "@/server/normalize-request";
import { type Match, type RouteFiles, routeMatcher } from "@/server/route-matcher";

/** No endpoint has this method, so its handler refuses any other that routes can't have, such as TRACE. */
const NEVER_OFFERED = "PATCH";

/** Bodies of this many bytes or more are compressed for clients that accept it. */
const COMPRESSED_FROM = 1_024;

const compress = promisify(gzip);

const acceptsGzip = (field: string | undefined) =>
  field !== undefined && /(?:^|[\s,])(?:gzip|x-gzip|\*)(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))/i.test(field);

/** Writes a reply, compressed where the client accepts that and it is large enough. */
async function send(request: IncomingMessage, response: ServerResponse, { status, headers, body }: Reply) {
  const [only = "", ...more] = body;
  let content = more.length === 0 ? only : Buffer.concat(body.map((part) => Buffer.from(part)));
  const fields: Record<string, string | number> = { ...headers };
  if (body.length > 0) {
    fields.Vary = "Accept-Encoding";
    if (content.length >= COMPRESSED_FROM && acceptsGzip(request.headers["accept-encoding"])) {
      content = await compress(content);
      fields["Content-Encoding"] = "gzip";
    }
    fields["Content-Length"] = typeof content === "string" ? Buffer.byteLength(content) : content.length;
  }
  response.writeHead(status, fields).end(content);
}

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
    await send(request, response, await (traces ? traces.request({ method, route, headers }, answer) : answer()));
  }
}

/** Refuses a request before its path is looked at. */
export function refuse(request: IncomingMessage, response: ServerResponse, error: AppError): Promise<void> {
  return send(request, response, respondRefused(new IncomingApiRequest(request, response, ""), UNKNOWN_PATH, error));
}

/** Answers `OPTIONS *`, which asks about the server as a whole (RFC 9110 §9.3.7). */
export function answerServerOptions(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const asked = new IncomingApiRequest(request, response, "");
  return send(request, response, respondOptions(asked, UNKNOWN_PATH, METHODS.join(", ")));
}
