import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

import { describe, expect, it } from "vitest";

import { clientFamily, pairOf, parsePair, storedAddress } from "@/lib/usage/caller";
import { OTHER } from "@/lib/usage/kinds";

describe("the family of a client", () => {
  it.each([
    ["curl/8.5.0", "curl"],
    ["node", "node"],
    ["python-requests/2.31.0", "python-requests"],
    ["Go-http-client/2.0", "Go-http-client"],
    ["Mozilla/5.0 (X11; Linux x86_64) Chrome/130.0", "Mozilla"],
    ["okhttp/4.12.0 (gzip)", "okhttp"],
    ["My.Sync_Job; weekly", "My.Sync_Job"],
  ])("of %s is %s", (userAgent, family) => expect(clientFamily(userAgent)).toBe(family));

  it.each([
    null,
    "",
    " ",
    "(compatible)",
    "<script>alert(1)</script>",
    "a\0b",
    "Ünicode/1.0",
    "a".repeat(41),
    `neo_sk_prod_${"A".repeat(24)}`,
    `x.neo_sk_p_${"A".repeat(24)}`,
    "eyJhbGciOiJSUzI1NiJ9.eyJ0aWQiOiIxIn0.c2ln",
    // It would hide where its calls come from among those of all others.
    "other/1.0",
  ])("of %j is unknown", (userAgent) => expect(clientFamily(userAgent)).toBe("unknown"));

  it("has at most 40 characters, whatever is sent, and stays right for many clients", () => {
    for (let n = 0; n < 3_000; n++) expect(clientFamily(`client-${n}/1.0`)).toBe(`client-${n}`);
    expect(clientFamily(`${"a".repeat(40)}/1`)).toBe("a".repeat(40));
  });

  it("doesn't keep long texts in memory", () => {
    setFlagsFromString("--expose-gc");
    const collect = runInNewContext("gc") as () => void;
    const used = () => {
      collect();
      return process.memoryUsage().heapUsed;
    };
    const before = used();
    const families = Array.from({ length: 900 }, (_, n) =>
      clientFamily(Buffer.from(`a-long-client-${n}/${"x".repeat(16_000)}`).toString()),
    );
    expect(used() - before).toBeLessThan(4_000_000);
    expect(families).toHaveLength(900);
  });
});

describe("the address that is stored", () => {
  it.each([
    ["192.0.2.77", "192.0.2.0/24"],
    ["10.0.0.1", "10.0.0.0/24"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1::/48"],
    ["::1", "::/48"],
    ["not an address", null],
  ])("for %s is %s when truncated", (address, stored) => expect(storedAddress(address, "truncated")).toBe(stored));

  it("is all of it by default, and none when off", () => {
    expect(storedAddress("192.0.2.77", "full")).toBe("192.0.2.77");
    expect(storedAddress("192.0.2.77", "off")).toBeNull();
    expect(storedAddress(undefined, "full")).toBeNull();
  });
});

describe("a pair of address and client", () => {
  it.each([
    ["192.0.2.7", "curl"],
    ["2001:db8:1::/48", "python-requests"],
    [null, "unknown"],
  ])("of %s and %s is read as it was written", (address, client) =>
    expect(parsePair(pairOf(address, client))).toEqual({ address, client }),
  );

  it("stands for all others", () => expect(parsePair(OTHER)).toEqual({ address: null, client: "other" }));
});
