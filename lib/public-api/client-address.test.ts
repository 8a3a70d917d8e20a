import { describe, expect, it } from "vitest";

import { addressGroup, clientAddress } from "@/lib/public-api/client-address";

describe("clientAddress", () => {
  it.each([
    [0, undefined, "198.51.100.1"],
    [0, "203.0.113.9", "198.51.100.1"],
    [1, "203.0.113.9", "203.0.113.9"],
    [1, "spoofed, 192.0.2.66, 203.0.113.9", "203.0.113.9"],
    [2, "192.0.2.66, 203.0.113.9, 10.0.0.1", "203.0.113.9"],
    [2, "203.0.113.9", "203.0.113.9"],
    [1, "unknown", "198.51.100.1"],
    [1, "", "198.51.100.1"],
    [1, "2001:db8::1", "2001:db8::1"],
  ])("behind %i proxies believes of %j: %s", (hops, forwarded, address) => {
    expect(clientAddress("::ffff:198.51.100.1", forwarded, hops)).toBe(address);
  });
});

describe("addressGroup", () => {
  it.each([
    ["198.51.100.1", "198.51.100.1"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
    ["2001:DB8::1", "2001:db8:0:0::/64"],
    ["2001:db8:0001:0002::", "2001:db8:1:2::/64"],
    ["::1", "0:0:0:0::/64"],
    ["fe80::1%eth0", "fe80:0:0:0::/64"],
  ])("%s is counted as %s", (address, group) => {
    expect(addressGroup(address)).toBe(group);
  });
});
