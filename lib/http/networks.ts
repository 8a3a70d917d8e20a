import ipaddr from "ipaddr.js";

/** Most networks that one caller may be limited to. */
export const NETWORKS_MAX = 50;

type Network = ReturnType<typeof ipaddr.parseCIDR>;

/**
 * Reads a network (RFC 4632 §3.1, RFC 4291 §2.3) or a single address.
 * @returns null for anything else
 */
function parse(text: string): Network | null {
  // The library also takes 10.1 and 0x0a.0.0.1 for IPv4 addresses, which people read otherwise.
  const [address = "", size] = text.split("/");
  const known = ipaddr.IPv4.isValidFourPartDecimal(address) || ipaddr.IPv6.isValid(address);
  if (!known || address.includes("%")) return null;
  const whole = size === undefined ? `${address}/${address.includes(":") ? "128" : "32"}` : text;
  return ipaddr.isValidCIDR(whole) ? ipaddr.parseCIDR(whole) : null;
}

/**
 * The one spelling of a network: its first address and its size, such as `192.0.2.0/24`. An IPv4 network within IPv6 is the IPv4 one.
 * @param text as a person types it; an address alone is a network of one
 * @returns null for what is no network
 */
export function canonicalNetwork(text: string): string | null {
  const network = parse(text.trim());
  if (!network) return null;
  const [address, size] = network;
  if (address instanceof ipaddr.IPv6 && address.isIPv4MappedAddress() && size >= 96) {
    return canonicalNetwork(`${address.toIPv4Address().toString()}/${String(size - 96)}`);
  }
  const first = (address instanceof ipaddr.IPv6 ? ipaddr.IPv6 : ipaddr.IPv4).networkAddressFromCIDR(
    `${address.toString()}/${String(size)}`,
  );
  return `${first.toString()}/${String(size)}`;
}

/**
 * The network of this size around an address; a network that is no smaller is returned as it is.
 * @returns null for what is no network
 */
export function networkAround(text: string, size: number): string | null {
  const own = canonicalNetwork(text);
  const [address = "", ownSize = ""] = own?.split("/") ?? [];
  return own && Number(ownSize) > size ? canonicalNetwork(`${address}/${String(size)}`) : own;
}

/**
 * A check whether all addresses of a network, or the one address, are within one of several networks. These are parsed once: there may be
 * thousands of addresses to check.
 * @param networks in their one spelling
 */
export function networkCheck(networks: readonly string[]): (inner: string) => boolean {
  const outer = networks.map(parse).filter((network) => network !== null);
  return (inner) => {
    const own = parse(canonicalNetwork(inner) ?? "");
    if (!own) return false;
    const [first, ownSize] = own;
    return outer.some(([address, size]) => {
      return ownSize >= size && address.kind() === first.kind() && first.match(address, size);
    });
  };
}
