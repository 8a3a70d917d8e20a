import { expect, it } from "vitest";

import { codeIn, readProjectFile, tableBelow } from "./project-files";

it("docs/architecture.md lists the folders of every storey that lint enforces, highest first", () => {
  const [, storeys = ""] = /const STOREYS = \[([\s\S]*?)\n\];/.exec(readProjectFile("eslint.config.mjs")) ?? [];
  const enforced = [...storeys.matchAll(/folders: \[([\s\S]*?)\]/g)].map(([, folders = ""]) =>
    [...folders.matchAll(/"([^"]+)"/g)].map(([, folder]) => folder),
  );
  const documented = tableBelow(readProjectFile("docs/architecture.md"), "Storeys").map(([, folders]) =>
    codeIn(folders),
  );
  expect(enforced.length).toBeGreaterThan(5);
  expect(documented.reverse()).toEqual(enforced);
});
