import { canonicalNetwork, networkAround, networkCheck } from "@/lib/http/networks";

/** An address, or where only those are recorded a network, and how many calls came from it. */
export interface SeenAddress {
  readonly value: string;
  readonly calls: number;
}

/** From so many addresses on, an IPv4 /24 is suggested as a whole; where that makes too many networks, from fewer. */
const TOGETHER = [4, 2, 1];

/** An address as a network, and the network around it. */
interface KnownAddress {
  readonly own: string;
  readonly around: string;
  readonly calls: number;
}

function withSurroundings({ value, calls }: SeenAddress): KnownAddress | [] {
  const own = canonicalNetwork(value);
  if (own === null) return [];
  return { own, around: networkAround(own, own.includes(":") ? 64 : 24) ?? own, calls };
}

/** The /24 around IPv4 addresses that have enough neighbours, else the address; the /64 around an IPv6 address. */
function gather(known: readonly KnownAddress[], together: number): Map<string, number> {
  const neighbours = new Map<string, number>();
  for (const { around } of known) neighbours.set(around, (neighbours.get(around) ?? 0) + 1);
  const networks = new Map<string, number>();
  for (const { own, around, calls } of known) {
    const isWhole = own.includes(":") || (neighbours.get(around) ?? 0) >= together;
    const network = isWhole ? around : own;
    networks.set(network, (networks.get(network) ?? 0) + calls);
  }
  return networks;
}

/**
 * Networks that calls came from: single IPv4 addresses, the /24 where several are together, the /64 of IPv6 addresses.
 * @param most how many networks there may be; if there would be more, those with the fewest calls are left out
 */
export function suggestNetworks(seen: readonly SeenAddress[], most: number): string[] {
  let networks = new Map<string, number>();
  const addresses = seen.flatMap(withSurroundings);
  for (const together of TOGETHER) {
    networks = gather(addresses, together);
    if (networks.size <= most) break;
  }
  const byCalls = Array.from(networks).sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
  return byCalls.slice(0, Math.max(most, 0)).map(([network]) => network);
}

/** Those that are not, or only in part, within the networks. */
export function outside(seen: readonly SeenAddress[], networks: readonly string[]): SeenAddress[] {
  const isWithin = networkCheck(networks);
  return seen.filter(({ value }) => !isWithin(value));
}
