import { z } from "zod";

import { canonicalNetwork, NETWORKS_MAX } from "@/lib/http/networks";

const TOO_MANY = `Enter ${String(NETWORKS_MAX)} networks or fewer.`;

/** Each network once, in its one spelling. */
const canonicalNetworks = (entries: readonly string[]) =>
  Array.from(new Set(entries.map((entry) => canonicalNetwork(entry) ?? entry)));

/** Networks as a person types them: one per line, or separated by commas or blanks. */
export const typedNetworks = z.string().transform((typed, context) => {
  const entries = typed.split(/[\s,;]+/).filter(Boolean);
  const wrong = entries.find((entry) => canonicalNetwork(entry) === null);
  if (wrong !== undefined) {
    const message = `“${wrong.slice(0, 50)}” isn’t a valid network. Enter addresses such as 203.0.113.7, 203.0.113.0/24 or 2001:db8::/32.`;
    context.addIssue({ code: "custom", message });
  } else if (entries.length > NETWORKS_MAX) context.addIssue({ code: "custom", message: TOO_MANY });
  return canonicalNetworks(entries);
});

/** Longest spelling of a network: an IPv4 network within IPv6, in full. */
const NETWORK_MAX = 49;

/** Networks as a program sends them. */
export const networkList = z
  .array(
    z
      .string("must be a network")
      .refine(
        (entry) => canonicalNetwork(entry) !== null,
        "must be an address or a network, such as 203.0.113.0/24 or 2001:db8::/32",
      )
      .meta({ maxLength: NETWORK_MAX }),
    "must be an array of networks",
  )
  // Zod's `max` also runs on what isn't an array, and reports its length.
  .refine((entries) => entries.length <= NETWORKS_MAX, `must have at most ${String(NETWORKS_MAX)} networks`)
  .transform(canonicalNetworks);
