import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { Distribution } from "./distribution";

describe("a distribution", () => {
  it("counts a value on a bound as within the bound", () => {
    const distribution = new Distribution([1, 2, 4]);
    for (const value of [0, 1, 1.5, 2, 4, 5, 100]) distribution.observe(value);
    expect(distribution.read()).toEqual({ atMost: [2, 4, 5], count: 7, sum: 113.5 });
  });

  it("reports cumulative counts per bound", () => {
    const whole = fc.integer({ min: -1000, max: 1000 });
    fc.assert(
      fc.property(fc.uniqueArray(whole, { minLength: 1, maxLength: 12 }), fc.array(whole), (some, values) => {
        const bounds = [...some].sort((a, b) => a - b);
        const distribution = new Distribution(bounds);
        for (const value of values) distribution.observe(value);
        const { atMost, count, sum } = distribution.read();
        expect(atMost).toEqual(bounds.map((bound) => values.filter((value) => value <= bound).length));
        expect(count).toBe(values.length);
        expect(sum).toBe(values.reduce((total, value) => total + value, 0));
      }),
    );
  });
});
