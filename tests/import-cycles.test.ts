import { existsSync, readFileSync } from "node:fs";
import path from "node:path";

import ts from "typescript";
import { expect, it } from "vitest";

import { filesBelow } from "../dev/files-below";
import { ROOT } from "../dev/root";

const FOLDERS = ["app", "components", "lib", "server", "dev", "scripts", "tests/support", "bench"];
const isSource = (file: string) => /\.(tsx?|mjs)$/.test(file) && !/\/(generated|node_modules)\//.test(file);

/** The file that a specifier means, or null for a package. */
function resolve(specifier: string, from: string): string | null {
  if (!/^(@\/|\.)/.test(specifier)) return null;
  const stem = specifier.startsWith("@/")
    ? path.join(ROOT, specifier.slice(2))
    : path.resolve(path.dirname(from), specifier);
  return (
    ["", ".ts", ".tsx", ".mjs", ".d.ts"].map((end) => stem + end).find((file) => existsSync(file) && isSource(file)) ??
    null
  );
}

/** One cycle of a graph, as the nodes it goes through, or null. */
function findCycle(edges: ReadonlyMap<string, readonly string[]>): string[] | null {
  const done = new Set<string>();
  const visit = (node: string, trail: readonly string[]): string[] | null => {
    if (trail.includes(node)) return [...trail.slice(trail.indexOf(node)), node];
    if (done.has(node)) return null;
    for (const next of edges.get(node) ?? []) {
      const cycle = visit(next, [...trail, node]);
      if (cycle) return cycle;
    }
    done.add(node);
    return null;
  };
  for (const node of edges.keys()) {
    const cycle = visit(node, []);
    if (cycle) return cycle;
  }
  return null;
}

it("no files import each other in a circle, not even for types, which the lint rule passes over", () => {
  const files = FOLDERS.flatMap((folder) => filesBelow(path.join(ROOT, folder)).filter(isSource));
  const edges = new Map(
    files.map((file) => {
      const { importedFiles } = ts.preProcessFile(readFileSync(file, "utf8"));
      return [file, importedFiles.map(({ fileName }) => resolve(fileName, file)).filter((target) => target !== null)];
    }),
  );
  expect(files.length).toBeGreaterThan(300);
  expect(findCycle(edges)?.map((file) => path.relative(ROOT, file)) ?? null).toBeNull();
});
