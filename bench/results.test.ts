import { readFileSync } from "node:fs";
import path from "node:path";

import { expect, it } from "vitest";
import { z } from "zod";

const compared = z.object({
  name: z.string(),
  on: z.string(),
  connections: z.int(),
  keys: z.int(),
  ratio: z.number(),
  p50_ms: z.number(),
  p99_ms: z.number(),
});

const results = JSON.parse(readFileSync(path.join(import.meta.dirname, "results.json"), "utf8")) as unknown[];

it("results.json is a list of rows, and the cost rows have every field used to find and compare them", () => {
  const lines = z.array(z.looseObject({ name: z.string(), part: z.string() })).parse(results);
  const cost = z.array(compared).parse(lines.filter(({ part }) => part === "cost"));
  for (const [name, keys] of [
    ["me", 1_000],
    ["me", 1_000_000],
    ["agents, page of 50", 1_000],
  ] as const)
    for (const on of new Set(cost.map((line) => line.on))) {
      const same = cost.filter((line) => line.on === on && line.name === name && line.keys === keys);
      expect(same.map(({ connections }) => connections)).toEqual([16]);
    }
});
