import "server-only";

import type { IncomingMessage, ServerResponse } from "node:http";
import { promisify } from "node:util";
import { gzip } from "node:zlib";

import type { Reply } from "@/lib/http/reply";

/** Bodies of this many bytes or more are compressed for clients that accept it. */
const COMPRESSED_FROM = 1_024;

const compress = promisify(gzip);

const acceptsGzip = (field: string | undefined) =>
  field !== undefined && /(?:^|[\s,])(?:gzip|x-gzip|\*)(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))/i.test(field);

/** Writes a reply, compressed where the client accepts that and it is large enough. */
export async function sendReply(request: IncomingMessage, response: ServerResponse, { status, headers, body }: Reply) {
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
