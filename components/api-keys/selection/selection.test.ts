import { describe, expect, it } from "vitest";

import { dropStopped, NOTHING, rangeOf, select } from "./selection";

const rows = [
  { id: "a", state: "matches" },
  { id: "b", state: "stopped" },
  { id: "c", state: "works" },
  { id: "d", state: "matches" },
] as const;

describe("select", () => {
  it("adds and removes keys, each once", () => {
    const some = select(select(NOTHING, ["a", "b"], true), ["b", "c"], true);
    expect([...some.ids]).toEqual(["a", "b", "c"]);
    expect([...select(some, ["a", "x"], false).ids]).toEqual(["b", "c"]);
  });

  it("takes 1,000 keys and says when more were asked for", () => {
    const ids = Array.from({ length: 1_001 }, (_, n) => String(n));
    const full = select(NOTHING, ids, true);
    expect([full.ids.size, full.isFull]).toEqual([1_000, true]);
    expect(select(full, ["0"], true).isFull).toBe(false);
    expect(select(select(full, ["0"], false), ["1000"], true)).toMatchObject({ isFull: false });
  });
});

describe("dropStopped", () => {
  it("removes what no longer works and counts it", () => {
    const before = select(NOTHING, ["a", "b", "elsewhere"], true);
    const after = dropStopped(before, rows);
    expect([[...after.ids], after.stopped]).toEqual([["a", "elsewhere"], 1]);
    expect(dropStopped(after, rows)).toBe(after);
    expect(select(after, ["a"], false).stopped).toBe(0);
  });
});

describe("rangeOf", () => {
  it.each([
    ["a", "d", ["a", "c", "d"]],
    ["d", "c", ["c", "d"]],
    ["a", "a", ["a"]],
    [null, "c", ["c"]],
    ["on another page", "c", ["c"]],
    ["b", "c", ["c"]],
  ])("from %s to %s", (from, to, ids) => {
    expect(rangeOf(rows, from, to)).toEqual(ids);
  });
});
