import type { Env } from "@/lib/config/env";
import { OTHER } from "@/lib/usage/kinds";
import { networkOf } from "@/lib/http/client-address";

/** The client of a call whose `User-Agent` is missing, or begins with no product. */
const UNKNOWN = "unknown";

/** The first product's name in a `User-Agent` (RFC 9110 §10.1.5), in the characters that clients use. */
const PRODUCT = /^[A-Za-z][A-Za-z0-9._-]{0,39}(?=[/\s;,(]|$)/;

/** A credential that somebody put in the wrong field. */
const CREDENTIAL = /neo_sk_|^eyJ/i;

/** Remembers what `make` made of recent texts, which are nearly always the same few. */
function remembering<Made>(make: (text: string) => Made, most = 1_000): (text: string) => Made {
  const known = new Map<string, Made>();
  return (text) => {
    const found = known.get(text);
    if (found !== undefined) return found;
    if (known.size >= most) known.clear();
    const made = make(text);
    known.set(text, made);
    return made;
  };
}

const productOf = remembering((userAgent) => {
  const product = PRODUCT.exec(userAgent)?.[0];
  return product && product !== OTHER && !CREDENTIAL.test(product) ? product : UNKNOWN;
});

/** Longer texts are cut: remembered, or as the whole of which a product was sliced, they would stay in memory. */
const KEPT_MAX = 200;

const beginningOf = (userAgent: string) =>
  userAgent.length > KEPT_MAX ? Buffer.from(userAgent.slice(0, KEPT_MAX)).toString() : userAgent;

/** The program that a `User-Agent` names, without its version: `curl`, `python-requests`. Clients can forge it. */
export const clientFamily = (userAgent: string | null) => (userAgent ? productOf(beginningOf(userAgent)) : UNKNOWN);

const networksOf = remembering(networkOf);

/** The form in which an address is stored; null for not at all. */
export function storedAddress(address: string | undefined, mode: Env["USAGE_ADDRESSES"]): string | null {
  if (!address || mode === "off") return null;
  return mode === "full" ? address : networksOf(address);
}

/** Stands for an address that isn't stored. */
const NO_ADDRESS = "-";

/** An address, as it is stored, and a client that called from it. Neither contains a space. */
export const pairOf = (address: string | null, client: string) => `${address ?? NO_ADDRESS} ${client}`;

/** The address and client of {@link pairOf}; for `other`, no address and that as the client. */
export function parsePair(pair: string): { readonly address: string | null; readonly client: string } {
  const space = pair.indexOf(" ");
  const address = pair.slice(0, Math.max(space, 0));
  return { address: address && address !== NO_ADDRESS ? address : null, client: pair.slice(space + 1) };
}
