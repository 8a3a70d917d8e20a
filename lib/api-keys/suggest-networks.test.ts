import { describe, expect, it } from "vitest";

import { outside, suggestNetworks } from "@/lib/api-keys/suggest-networks";

const seen = (...values: string[]) => values.map((value, n) => ({ value, calls: 1_000 - n }));
const range = (length: number, address: (n: number) => string) => Array.from({ length }, (_, n) => address(n));

describe("suggested networks", () => {
  it.each([
    ["nothing", [], []],
    ["single addresses", ["192.0.2.7", "198.51.100.9"], ["192.0.2.7/32", "198.51.100.9/32"]],
    [
      "three addresses of a /24",
      ["192.0.2.1", "192.0.2.2", "192.0.2.3"],
      ["192.0.2.1/32", "192.0.2.2/32", "192.0.2.3/32"],
    ],
    ["four addresses of a /24", range(4, (n) => `192.0.2.${String(n)}`), ["192.0.2.0/24"]],
    ["IPv6 addresses", ["2001:db8::1", "2001:db8::2", "2001:db8:0:1::1"], ["2001:db8::/64", "2001:db8:0:1::/64"]],
    ["recorded networks", ["192.0.2.0/24", "2001:db8:1::/48"], ["192.0.2.0/24", "2001:db8:1::/48"]],
    ["what is no address", ["nonsense", "192.0.2.7"], ["192.0.2.7/32"]],
  ])("of %s", (_, values, expected) => {
    expect(new Set(suggestNetworks(seen(...values), 50))).toEqual(new Set(expected));
  });

  it("are wider where there would be too many, and those with the most calls where there still are", () => {
    const pairs = seen(...range(60, (n) => `10.0.${String(n >> 1)}.${String(n)}`));
    expect(suggestNetworks(pairs, 50)).toHaveLength(30);
    expect(outside(pairs, suggestNetworks(pairs, 50))).toEqual([]);
    const apart = seen(...range(60, (n) => `10.${String(n)}.0.1`));
    expect(suggestNetworks(apart, 50)).toEqual(range(50, (n) => `10.${String(n)}.0.0/24`));
    expect(outside(apart, suggestNetworks(apart, 50))).toHaveLength(10);
    expect(suggestNetworks(apart, 0)).toEqual([]);
  });
});

describe("addresses outside networks", () => {
  it("are those that no network has whole", () => {
    const values = ["192.0.2.7", "192.0.2.0/24", "192.0.0.0/16", "2001:db8::1", "::ffff:192.0.2.9"];
    const left = outside(seen(...values), ["192.0.2.0/24", "2001:db8::/64"]);
    expect(left.map(({ value }) => value)).toEqual(["192.0.0.0/16"]);
    expect(outside(seen("192.0.2.0/24"), ["192.0.2.7/32"])).toHaveLength(1);
  });
});
