import { describe, expect, it } from "vitest";

import { etagOf, ifMatchHolds, ifNoneMatchNames } from "@/lib/public-api/etag";

const TAG = '"abc"';

describe("If-Match", () => {
  it.each(["*", " * ", '"abc"', '"x", "abc"', '"x","abc","y"', 'W/"x", "abc"', '"a,b", "abc"'])("%s holds", (field) => {
    expect(ifMatchHolds(field, TAG)).toBe(true);
  });

  it.each(["", '"x"', 'W/"abc"', "abc", "'abc'", '"ABC"', '"abc ', '"a,"abc'])("%s does not hold", (field) => {
    expect(ifMatchHolds(field, TAG)).toBe(false);
  });
});

describe("If-None-Match", () => {
  it.each(["*", '"abc"', 'W/"abc"', '"x", W/"abc"'])("%s names the tag", (field) => {
    expect(ifNoneMatchNames(field, TAG)).toBe(true);
  });

  it.each(["", '"x"', "abc"])("%s does not", (field) => {
    expect(ifNoneMatchNames(field, TAG)).toBe(false);
  });
});

it("a tag depends on its content", () => {
  expect(etagOf({ a: 1 })).toMatch(/^"[\w-]{22}"$/);
  expect(etagOf({ a: 1 })).toBe(etagOf({ a: 1 }));
  expect(etagOf({ a: 1 })).not.toBe(etagOf({ a: 2 }));
});
