import { describe, expect, it } from "vitest";

import { FailureCounter } from "@/lib/public-api/limits/address-rate-limit";

const A = "192.0.2.1";

describe("FailureCounter", () => {
  it("allows the limit per window, and reports the correct time until the next call", () => {
    const counter = new FailureCounter(() => 3);
    expect([0, 10_000, 20_000].map((at) => counter.fail(A, at))).toEqual([null, null, null]);
    expect(counter.fail(A, 20_000)).toBe(41);
    expect(counter.fail(A, 60_999)).toBe(1);
    expect(counter.fail(A, 61_000)).toBeNull();
    expect(counter.fail(A, 61_000)).toBe(10);
    expect(counter.fail(A, 500_000)).toBeNull();
  });

  it("counts each address separately, an IPv6 one by its /64", () => {
    const counter = new FailureCounter(() => 1);
    expect(counter.fail("2001:db8::1", 0)).toBeNull();
    expect(counter.fail("2001:db8::2", 0)).toBe(61);
    expect(counter.fail(A, 0)).toBeNull();
  });

  it("stays bounded: it forgets the address with the oldest failure first", () => {
    const counter = new FailureCounter(() => 1, 2);
    counter.fail("192.0.2.1", 0);
    counter.fail("192.0.2.2", 0);
    counter.fail("192.0.2.3", 0);
    expect(counter.size).toBe(2);
    expect(counter.fail("192.0.2.3", 0)).toBe(61);
    expect(counter.fail("192.0.2.1", 0)).toBeNull();
  });
});
