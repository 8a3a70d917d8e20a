import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";

import { afterAll, describe, expect, test } from "vitest";

import packageJson from "../package.json";
import { ROOT } from "../dev/root";
import { thirdPartyNotices } from "./third-party-notices";

describe("third-party notices", () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), "neo-notices-"));
  afterAll(() => rmSync(folder, { recursive: true }));

  test("have each licence once, below the packages it covers, and none of development packages", () => {
    const add = (place: string, files: Record<string, string>) => {
      mkdirSync(path.join(folder, place), { recursive: true });
      for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, place, name), text);
    };
    add("node_modules/a", { LICENSE: "MIT text\n" });
    add("node_modules/b", { "license.md": "MIT text" });
    add("node_modules/b/dist/bundled", { "LICENSE.txt": "Bundled text" });
    add("node_modules/c", { "index.js": "" });
    add("node_modules/tool", { LICENSE: "Tool text" });
    const packages = {
      "": { version: "1.0.0" },
      "node_modules/a": { version: "1.0.0", license: "MIT" },
      "node_modules/b": { version: "2.0.0", license: "MIT" },
      "node_modules/c": { version: "3.0.0", license: "ISC" },
      "node_modules/tool": { version: "4.0.0", license: "MIT", dev: true },
      "node_modules/other-platform": { version: "5.0.0", license: "MIT" },
    };
    writeFileSync(path.join(folder, "package-lock.json"), JSON.stringify({ packages }));
    const sections = thirdPartyNotices(folder)
      .split(/\n?-{80}\n/)
      .slice(1);
    expect(sections.map((section) => section.trim())).toEqual([
      "a 1.0.0 (MIT)\nb 2.0.0 (MIT)\n\nMIT text",
      "b 2.0.0 (MIT)\n\nBundled text",
      "c 3.0.0 (ISC)\n\nThe package has no licence file.",
    ]);
  });

  test("name every dependency of the product", () => {
    const notices = thirdPartyNotices(ROOT);
    for (const [name, version] of Object.entries(packageJson.dependencies))
      expect(notices).toContain(`\n${name} ${version}`);
    for (const name of ["eslint", "vitest", "playwright"]) expect(notices).not.toContain(`\n${name} `);
  });
});
