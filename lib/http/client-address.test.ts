import { isIP } from "node:net";

import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { addressGroup, clientAddress } from "@/lib/http/client-address";

describe("clientAddress", () => {
  it.each([
    [0, undefined, "198.51.100.1"],
    [0, "203.0.113.9", "198.51.100.1"],
    [1, "203.0.113.9", "203.0.113.9"],
    [1, "spoofed, 192.0.2.66, 203.0.113.9", "203.0.113.9"],
    [2, "192.0.2.66, 203.0.113.9, 10.0.0.1", "203.0.113.9"],
    [2, "203.0.113.9", "203.0.113.9"],
    [1, "", "198.51.100.1"],
    [1, "2001:db8::1", "2001:db8::1"],
    // With the client's port, as Azure's and Microsoft's proxies send it.
    [1, "203.0.113.9:51234", "203.0.113.9"],
    [1, "[2001:db8::1]:443", "2001:db8::1"],
    [1, "[2001:db8::1]", "2001:db8::1"],
    [2, "203.0.113.9:51234, 10.0.0.1:80", "203.0.113.9"],
    [1, '"[2001:db8::1]:443"', "2001:db8::1"],
    // Spellings are normalised.
    [1, "2001:0DB8:0:0:0:0:0:1", "2001:db8::1"],
    [1, "::ffff:203.0.113.9", "203.0.113.9"],
    [1, "::FFFF:cb00:7109", "203.0.113.9"],
    [1, "[::ffff:203.0.113.9]:51234", "203.0.113.9"],
    [1, "fe80::1%eth0", "fe80::1"],
    [1, "[fe80::1%25eth0]:443", "fe80::1"],
    // Blanks, and repeated fields, which Node joins.
    [1, "192.0.2.66,\t203.0.113.9 ", "203.0.113.9"],
    [1, "192.0.2.66,203.0.113.9:51234", "203.0.113.9"],
    // A proxy that hides the client: the next proxy's address is the best available.
    [1, "unknown", "198.51.100.1"],
    [1, "_hidden", "198.51.100.1"],
    [2, "unknown, 10.0.0.1:80", "10.0.0.1"],
    [3, "_hidden, unknown, 10.0.0.1", "10.0.0.1"],
    // An empty entry of a trusted proxy doesn't shift trust to the client's own entry.
    [1, "192.0.2.66, ", "198.51.100.1"],
    [2, "192.0.2.66, , 10.0.0.1", "10.0.0.1"],
    [1, ", 203.0.113.9", "203.0.113.9"],
    // Invalid addresses.
    [1, "203.0.113.009", "198.51.100.1"],
    [1, "0x7f000001", "198.51.100.1"],
    [1, "2130706433", "198.51.100.1"],
    [1, "203.0.113.9:", "198.51.100.1"],
    [1, "203.0.113.9:http", "198.51.100.1"],
    [1, "[203.0.113.9]:80", "203.0.113.9"],
    [1, "[2001:db8::1", "198.51.100.1"],
    [1, "203.0.113.9 51234", "198.51.100.1"],
    [1, "http://203.0.113.9", "198.51.100.1"],
  ])("behind %i proxies accepts of %j: %s", (hops, forwarded, address) => {
    expect(clientAddress("::ffff:198.51.100.1", forwarded, hops)).toBe(address);
  });

  it("normalises the connection's address like any other", () => {
    expect(clientAddress("::ffff:198.51.100.1", undefined, 0)).toBe("198.51.100.1");
    expect(clientAddress("fe80::1%eth0", undefined, 0)).toBe("fe80::1");
    expect(clientAddress("2001:db8::1", undefined, 1)).toBe("2001:db8::1");
    expect(clientAddress("", undefined, 0)).toBe("");
  });

  const ipv6 = fc.ipV6().filter((text) => isIP(text) === 6);
  const address = fc.oneof(fc.ipV4(), ipv6);
  const port = fc.integer({ min: 0, max: 65_535 });
  const spelled = fc.tuple(address, port, fc.constantFrom("bare", "bracketed", "port")).map(([text, number, form]) => {
    const host = isIP(text) === 6 && form !== "bare" ? `[${text}]` : text;
    return { text, entry: form === "port" ? `${host}:${String(number)}` : host };
  });

  it("finds the same address in every spelling, with any client-supplied prefix", () => {
    fc.assert(
      fc.property(
        spelled,
        fc.array(fc.string()),
        fc.array(spelled, { maxLength: 3 }),
        ({ text, entry }, junk, nearer) => {
          const forwarded = [...junk, entry, ...nearer.map((one) => one.entry)].join(", ");
          const found = clientAddress("198.51.100.1", forwarded, 1 + nearer.length);
          expect(found).toBe(clientAddress(text, undefined, 0));
          expect(addressGroup(found)).toBe(addressGroup(text));
        },
      ),
    );
  });

  it("returns only a valid address for any input", () => {
    const piece = fc.oneof(
      fc.string(),
      address,
      fc.constantFrom("[", "]", ":", ",", "%", " ", "\t", "unknown", "::ffff:"),
    );
    const field = fc.array(piece).map((pieces) => pieces.join(""));
    fc.assert(
      fc.property(field, fc.integer({ min: 0, max: 10 }), (forwarded, hops) => {
        const found = clientAddress("198.51.100.1", forwarded, hops);
        expect(isIP(found)).not.toBe(0);
        // Normalising is idempotent.
        expect(clientAddress(found, undefined, 0)).toBe(found);
      }),
    );
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
    // An IPv4 client is a single address, not the /64 that contains all of IPv4.
    ["::ffff:203.0.113.9", "203.0.113.9"],
    ["::ffff:cb00:7109", "203.0.113.9"],
    ["", ""],
  ])("%s is counted as %s", (address, group) => {
    expect(addressGroup(address)).toBe(group);
  });
});
