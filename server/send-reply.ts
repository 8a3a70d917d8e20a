import "server-only";

import type { IncomingMessage, ServerResponse } from "node:http";
import { promisify } from "node:util";
import { gzip } from "node:zlib";

import { joined, type Reply } from "@/lib/http/reply";

/** Bodies of this many bytes or more are compressed for clients that accept it. */
const COMPRESSED_FROM = 1_024;

/** Compressions at once, in the process; further answers are sent as they are. */
const MAX_COMPRESSIONS = 8;

const compress = promisify(gzip);

const GZIP = /(?:^|,)\s*(?:x-)?gzip\s*(?:;\s*q=([\d.]+))?\s*(?:,|$)/i;
const ANY = /(?:^|,)\s*\*\s*(?:;\s*q=([\d.]+))?\s*(?:,|$)/;

/** Whether an Accept-Encoding field accepts gzip: by its name, or by `*` where it isn't named (RFC 9110 §12.5.3). */
function acceptsGzip(field = ""): boolean {
  const [coding, weight = "1"] = GZIP.exec(field) ?? ANY.exec(field) ?? [];
  return coding !== undefined && Number(weight) > 0;
}

/** What was compressed, by what it was made from: some bodies are the same for everybody. */
const compressed = new WeakMap<Buffer, Buffer>();
let compressing = 0;

/** @returns null when too many are compressed at once */
async function gzipped(content: string | Buffer): Promise<Buffer | null> {
  const known = typeof content === "string" ? undefined : compressed.get(content);
  if (known) return known;
  if (compressing >= MAX_COMPRESSIONS) return null;
  compressing++;
  try {
    const made = await compress(content);
    if (typeof content !== "string") compressed.set(content, made);
    return made;
  } finally {
    compressing--;
  }
}

/** Writes a reply, compressed where the client accepts that and it is large enough. */
export async function sendReply(request: IncomingMessage, response: ServerResponse, { status, headers, body }: Reply) {
  const [only = "", ...more] = body;
  let content = more.length === 0 ? only : joined(body);
  const fields: Record<string, string | number> = { ...headers };
  if (body.length > 0) {
    fields.Vary = headers.Vary ? `${headers.Vary}, Accept-Encoding` : "Accept-Encoding";
    const isLarge = content.length >= COMPRESSED_FROM && acceptsGzip(request.headers["accept-encoding"]);
    // The length of what HEAD would compress is not known.
    const smaller = isLarge && request.method !== "HEAD" ? await gzipped(content) : null;
    if (smaller) {
      content = smaller;
      fields["Content-Encoding"] = "gzip";
    }
    if (!isLarge || request.method !== "HEAD")
      fields["Content-Length"] = typeof content === "string" ? Buffer.byteLength(content) : content.length;
  }
  response.writeHead(status, fields).end(content);
}
