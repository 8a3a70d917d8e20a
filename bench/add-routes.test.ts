import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";

import { afterEach, describe, expect, it, vi } from "vitest";

import { withBenchRoutes } from "./add-routes";

const filesIn = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .sort();

async function pageExtensions(bench: string): Promise<string[]> {
  vi.resetModules();
  vi.stubEnv("NEO_BENCH", bench);
  const { default: config } = await import("@/next.config");
  vi.unstubAllEnvs();
  return config.pageExtensions ?? [];
}

/** Whether Next treats a file of this name as a route or a page. */
const isEntry = (file: string, extensions: string[]) =>
  extensions.some((extension) => /^(route|page)$/.test(path.basename(file, `.${extension}`)));

describe("the benchmark's routes", () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), "neo-bench-routes-"));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("are in app/ only during the benchmark's build, even if the build fails", () => {
    const during: string[] = [];
    const build = () => {
      during.push(...filesIn(folder));
      throw new Error("the build failed");
    };
    expect(() => withBenchRoutes(build, folder)).toThrow("the build failed");
    expect(during).toEqual(["bare-page", "bare", "better-auth"].map((name) => `public-api/${name}/route.bench.ts`));
    expect(filesIn(folder)).toEqual([]);
  });

  it("left behind by a killed benchmark are not included in a normal build", async () => {
    expect(isEntry("public-api/bare/route.bench.ts", await pageExtensions("1"))).toBe(true);
    expect(isEntry("public-api/bare/route.bench.ts", await pageExtensions(""))).toBe(false);
  });
});
