import { describe, expect, it } from "vitest";

import { canonicalNetwork } from "@/lib/http/networks";

describe("canonicalNetwork", () => {
  it.each([
    ["192.0.2.0/24", "192.0.2.0/24"],
    [" 192.0.2.77/24 ", "192.0.2.0/24"],
    ["192.0.2.7", "192.0.2.7/32"],
    ["0.0.0.0/0", "0.0.0.0/0"],
    ["2001:DB8:0:0::/32", "2001:db8::/32"],
    ["2001:db8::1", "2001:db8::1/128"],
    ["::ffff:192.0.2.7", "192.0.2.7/32"],
    ["::ffff:192.0.2.0/120", "192.0.2.0/24"],
  ])("%s is %s", (typed, expected) => {
    expect(canonicalNetwork(typed)).toBe(expected);
  });

  it.each([
    "",
    "10.1",
    "0x0a.0.0.1",
    "192.0.2.0/33",
    "2001:db8::/129",
    "192.0.2.0/",
    "fe80::1%eth0",
    "192.0.2.0/24/8",
    "a",
    "*",
  ])("%j is none", (typed) => {
    expect(canonicalNetwork(typed)).toBeNull();
  });
});
