import "server-only";

import { isIP } from "node:net";

/**
 * The field that `prepareIncoming` puts on every request, whatever the client sent under that name: a route of Next's sees
 * no socket.
 */
export const CLIENT_ADDRESS_FIELD = "x-neo-client-address";

/**
 * The address a request came from, as far as it can be believed.
 * @param socket the address at the other end of the connection
 * @param forwarded the X-Forwarded-For field: whatever the client said, then what each proxy added
 * @param hops how many proxies of ours stand before this server. The one next to us is the socket's end, and each of them
 *   has added the address it saw; so the last `hops` entries are theirs and those before them anybody's word
 * @returns the address without an IPv4-in-IPv6 prefix; the socket's where the proxies wrote no address
 */
export function clientAddress(socket: string, forwarded: string | undefined, hops: number): string {
  const entries = hops > 0 && forwarded ? forwarded.split(",").map((entry) => entry.trim()) : [];
  const believed = entries.at(-Math.min(hops, entries.length)) ?? "";
  return (isIP(believed) ? believed : socket).replace(/^::ffff:(?=\d+\.)/i, "");
}

/** What calls are counted by: an IPv4 address, or the /64 of an IPv6 one, which is what one subscriber has at least. */
export function addressGroup(address: string): string {
  if (isIP(address) !== 6) return address;
  const [head = "", tail] = address.toLowerCase().split("%", 1)[0]?.split("::") ?? [];
  const groups = head === "" ? [] : head.split(":");
  if (tail !== undefined) {
    const after = tail === "" ? 0 : tail.split(":").length;
    while (groups.length + after < 8) groups.push("0");
    if (tail !== "") groups.push(...tail.split(":"));
  }
  return `${groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ""))
    .join(":")}::/64`;
}
