import ipaddr from "ipaddr.js";

import { isPercentEncoded } from "@/lib/text/percent-encoding";

/** How outgoing requests leave: checked proxy addresses, and the hosts reached without one. */
export type ProxySettings = Partial<Record<"HTTPS_PROXY" | "HTTP_PROXY" | "NO_PROXY", string>>;

/** As in other programs, the lower-case names take precedence. */
export const PROXY_SETTINGS: readonly string[] = ["HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY"];

/** A proxy without its scheme, as curl takes it, is an HTTP proxy. */
export const withScheme = (text: string) => (/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`);

/** Whether this is the address of an HTTP proxy, perhaps with credentials; not SOCKS, not a PAC file. */
export function isProxyAddress(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, username, password, hostname, pathname, search, hash } = new URL(address);
  if (!isPercentEncoded(username + password)) return false;
  return /^https?:$/.test(protocol) && hostname !== "" && pathname === "/" && !search && !hash;
}

/** 4 or 6 for an address as it is usually written, otherwise 0. */
const isIP = (host: string) => (ipaddr.IPv4.isValidFourPartDecimal(host) ? 4 : ipaddr.IPv6.isValid(host) ? 6 : 0);

type Rule = (host: string, port: number) => boolean;

const isIn = (host: string, network: string) => {
  if (!isIP(host)) return false;
  const address = ipaddr.process(host);
  const [base, bits] = ipaddr.parseCIDR(network);
  return address.kind() === base.kind() && address.match(base, bits);
};

const bare = (host: string) => host.toLowerCase().replace(/^\[(.*)\]$/, "$1");

/** One entry of NO_PROXY; null for a malformed one. */
function ruleOf(entry: string): Rule | null {
  if (entry === "*") return () => true;
  const [, network = "", size] = /^(.+)\/(\d{1,3})$/.exec(entry) ?? [];
  if (isIP(network)) return Number(size) <= (isIP(network) === 4 ? 32 : 128) ? (host) => isIn(host, entry) : null;
  // An IPv6 address without brackets has no port.
  const [, name = entry, port] = isIP(entry) ? [] : (/^(.+?)(?::(\d{1,5}))?$/.exec(entry) ?? []);
  const atPort = (given: number) => port === undefined || Number(port) === given;
  const address = bare(name);
  if (isIP(address)) {
    const only = `${address}/${isIP(address) === 4 ? "32" : "128"}`;
    return (host, given) => atPort(given) && isIn(host, only);
  }
  if (!/^(\*?\.)?[a-z0-9_-]+(\.[a-z0-9_-]+)*$/.test(address)) return null;
  const domain = address.replace(/^\*?\./, "");
  return (host, given) => atPort(given) && (host === domain || host.endsWith(`.${domain}`));
}

const rulesOf = (list: string) =>
  list
    .split(/[\s,]+/)
    .filter(Boolean)
    .map(ruleOf);

/** Whether every entry of NO_PROXY is well-formed. */
export const isNoProxy = (list: string) => rulesOf(list).every((rule) => rule !== null);

/** Whether a URL's host is this machine. */
export const isLoopback = (name: string) => {
  const host = bare(name);
  return /(^|\.)localhost$/.test(host) || (isIP(host) !== 0 && ipaddr.process(host).range() === "loopback");
};

/**
 * The proxy for a request.
 * @param url its scheme chooses between HTTPS_PROXY and HTTP_PROXY
 * @returns the proxy's address; undefined for a direct connection, as loopback always has
 */
export function proxyFor(url: URL, settings: ProxySettings): string | undefined {
  const proxy = url.protocol === "https:" ? settings.HTTPS_PROXY : settings.HTTP_PROXY;
  const host = bare(url.hostname);
  if (!proxy || isLoopback(host)) return undefined;
  const port = Number(url.port || (url.protocol === "https:" ? 443 : 80));
  return rulesOf(settings.NO_PROXY ?? "").some((rule) => rule?.(host, port)) ? undefined : proxy;
}

/** An error that blames the proxy, without its password. @param why a text, or what was thrown */
export function proxyError(proxy: string | URL, why: unknown): Error {
  const { protocol, host } = new URL(proxy);
  // Several addresses of one name, each refused, make an AggregateError with a code and no message.
  const { message, code } = why as { message?: string; code?: string };
  const reason = typeof why === "string" ? why : [message, code, "unknown error"].find(Boolean);
  return new Error(`The proxy ${protocol}//${host} can't be used: ${String(reason)}`, { cause: why });
}
