import "server-only";

import { isIPv4 } from "node:net";

import ipaddr from "ipaddr.js";

/**
 * The field that server/pipeline.ts sets on every request, whatever the client sent under that name: a page sees no socket.
 */
export const CLIENT_ADDRESS_FIELD = "x-neo-client-address";

/** An address in brackets, or an IPv4 address, and the port that some proxies add. */
const HOST_AND_PORT = /^(?:\[([^[\]]+)\]|([\d.]+))(?::\d{1,5})?$/;

/**
 * The one spelling of an address: without port, brackets, quotes, zone and IPv4-in-IPv6 prefix, IPv6 as RFC 5952 writes it.
 * @returns null for anything else, such as `unknown` or `_hidden`
 */
function canonical(text: string): string | null {
  // How nearly every address is written, at a fraction of the price: this runs for each call of the API.
  const mapped = text.startsWith("::ffff:") ? text.slice(7) : text;
  if (isIPv4(mapped)) return mapped;
  const bare = text.replace(/^"(.*)"$/, "$1");
  const [, bracketed, plain] = HOST_AND_PORT.exec(bare) ?? [];
  const host = (bracketed ?? plain ?? bare).replace(/%.*/, "");
  if (isIPv4(host)) return host;
  return ipaddr.IPv6.isValid(host) ? ipaddr.process(host).toString() : null;
}

/**
 * The address a request came from, as far as it can be believed. `Forwarded` (RFC 7239) is not read.
 * @param socket the address at the other end of the connection
 * @param forwarded the X-Forwarded-For field, several lines joined with commas: what the client sent, then what each proxy added
 * @param hops how many trusted proxies stand before this server. The nearest is the socket's end, and each of them has added
 *   the address it saw; so only the last `hops` entries are theirs. The client can forge those before them
 * @returns the address in its one spelling. Where a trusted proxy names none (`unknown`), the next one's, in the end the socket's
 */
export function clientAddress(socket: string, forwarded: string | undefined, hops: number): string {
  if (hops > 0 && forwarded) {
    // Empty entries count: skipping one would move the trust to what the client wrote.
    for (const entry of forwarded.split(",").slice(-hops)) {
      const address = canonical(entry.trim());
      if (address) return address;
    }
  }
  return canonical(socket) ?? socket;
}

/** What calls are counted by: an IPv4 address, or the /64 of an IPv6 one, which is the least that one subscriber has. */
export function addressGroup(text: string): string {
  const address = canonical(text) ?? text;
  if (!ipaddr.IPv6.isValid(address)) return address;
  const network = ipaddr.IPv6.parse(address).parts.slice(0, 4);
  return `${network.map((part) => part.toString(16)).join(":")}::/64`;
}

/**
 * The network of an address, as the usage of keys stores it where whole addresses aren't wanted: the /24 of an IPv4 address, the /48
 * of an IPv6 one.
 * @returns null for anything else
 */
export function networkOf(text: string): string | null {
  if (isIPv4(text)) return `${text.slice(0, text.lastIndexOf("."))}.0/24`;
  if (!ipaddr.IPv6.isValid(text)) return null;
  const [a, b, c] = ipaddr.IPv6.parse(text).parts;
  return `${new ipaddr.IPv6([a ?? 0, b ?? 0, c ?? 0, 0, 0, 0, 0, 0]).toString()}/48`;
}
