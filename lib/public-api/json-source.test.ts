import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { sourceProblems } from "@/lib/public-api/json-source";

/** The paths of a text's problems. */
const paths = (text: string) => [...sourceProblems(text)].map(({ path }) => path.join("."));

describe("a number", () => {
  it.each([
    ...["9007199254740993", "12345678901234567890", "-9007199254740993", "9007199254740993.0", "9.007199254740993e15"],
    ...["0.1000000000000000055511151231257827", "3.14159265358979323846", "1.00000000000000000001", "4.9e-324"],
    ...["1e400", "-1e400", "1e-400", `1${"0".repeat(400)}`, "1e99999999999999999999", `0.${"0".repeat(330)}1`],
  ])("that a double can't represent is reported with its path: %s", (number) => {
    expect(paths(`{"a":{"b":[1,${number}]},"c":2}`)).toEqual(["a.b.1"]);
    expect(paths(number)).toEqual([""]);
  });

  it.each([
    ...["9007199254740992", "9007199254740993e0".replace("3e", "2e"), "12345678901234567000", "1.50", "1e308", "1E+2"],
    ...[
      "0.1",
      "0.30000000000000004",
      "5e-324",
      "-0",
      "0.000",
      "0e999",
      "100000000000000000000",
      "1.7976931348623157e308",
    ],
    ...["1.000000000000000000000000", `1${"0".repeat(300)}`],
  ])("that a double represents is accepted: %s", (number) => {
    expect(paths(`[${number}]`)).toEqual([]);
  });

  it("is accepted in every form that JavaScript writes", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => paths(String(value)).length === 0),
    );
  });

  it("of 60,000 digits is checked quickly", () => {
    const started = performance.now();
    expect(
      paths(`[1${"0".repeat(30_000)}1${"0".repeat(30_000)}, ${"0".repeat(1)}.${"0".repeat(60_000)}1]`),
    ).toHaveLength(2);
    expect(performance.now() - started).toBeLessThan(500);
  });
});

describe("a field given twice", () => {
  it("is reported by its path, with any escaping", () => {
    expect(paths('{"a":1,"b":{"x":1,"\\u0078":2},"a":3}')).toEqual(["b.x", "a"]);
    expect(paths('{"__proto__":1,"__proto__":2}')).toEqual(["__proto__"]);
  });

  it("isn't reported for equal names in sibling objects or for equal values", () => {
    expect(paths('[{"a":1},{"a":1},{"b":{"a":"a"}},"a","a",{"a":["a","a"]}]')).toEqual([]);
    expect(paths('{"a":"\\"a\\":1,","b":"{","c":"}"}')).toEqual([]);
  });
});

it("is never reported for the output of JSON.stringify", () => {
  fc.assert(fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => paths(JSON.stringify(value)).length === 0));
});
