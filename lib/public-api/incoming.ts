import type { IncomingMessage } from "node:http";

import { CLIENT_ADDRESS_FIELD, clientAddress } from "@/lib/public-api/client-address";

const PREFIX = "/public-api";

/** The methods that a Next route can have; for any other, Next answers by itself and without the envelope. */
const ROUTABLE = new Set(["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"]);

/** No endpoint of the contract has this method, so a route answers it with 405 and `Allow`. */
const NEVER_OFFERED = "PATCH";

function isDecodable(path: string): boolean {
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    // Percent signs that do not spell UTF-8.
    return false;
  }
}

/** All Authorization fields in one, of which Node by itself would keep the first without a word. */
function joinAuthorization({ rawHeaders, headers }: IncomingMessage): void {
  const values: string[] = [];
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] ?? "";
    if (name.length === 13 && name.toLowerCase() === "authorization") values.push(rawHeaders[i + 1] ?? "");
  }
  if (values.length > 1) headers.authorization = values.join(", ");
}

/**
 * Makes a request for /public-api one that our routes get to see, so that the answer is theirs: keeps repeated
 * Authorization headers, which are to be refused, and turns methods and addresses that Next would answer with a bare
 * 400 or 500 into ones that answer 405 and 404. Every other request is left alone, but that each gets the field that
 * says where it came from.
 * @param trustedProxyHops see {@link clientAddress}
 */
export function prepareIncoming(request: IncomingMessage, trustedProxyHops = 0): void {
  const { url = "", method = "", headers } = request;
  const forwarded = headers["x-forwarded-for"];
  headers[CLIENT_ADDRESS_FIELD] = clientAddress(
    request.socket.remoteAddress ?? "",
    Array.isArray(forwarded) ? forwarded.join(",") : forwarded,
    trustedProxyHops,
  );
  if (!url.startsWith(PREFIX)) return;
  joinAuthorization(request);
  if (!ROUTABLE.has(method)) request.method = NEVER_OFFERED;
  if (!url.includes("%")) return;
  const path = url.split("?", 1)[0] ?? "";
  // Percent signs that encode nothing then stand for themselves, in a name that nothing has.
  if (!isDecodable(path)) request.url = path.replaceAll("%", "%25") + url.slice(path.length);
}
