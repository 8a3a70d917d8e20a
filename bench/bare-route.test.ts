import { readdirSync } from "node:fs";
import path from "node:path";

import { describe, expect, it, vi } from "vitest";

const root = path.dirname(import.meta.dirname);

async function pageExtensions(bench: string): Promise<string[]> {
  vi.resetModules();
  vi.stubEnv("NEO_BENCH", bench);
  const { default: config } = await import("@/next.config");
  vi.unstubAllEnvs();
  return config.pageExtensions ?? [];
}

/** Whether Next takes a file of this name for a route or a page. */
const isEntry = (file: string, extensions: string[]) =>
  extensions.some((extension) => /^(route|page)$/.test(path.basename(file, `.${extension}`)));

describe("the routes to compare with", () => {
  it("are entries of the benchmark's build and of no other", async () => {
    const files = readdirSync(path.join(root, "app"), { recursive: true, encoding: "utf8" }).filter((file) =>
      file.endsWith(".bench.ts"),
    );
    expect(files.sort()).toEqual(
      ["bare", "bare-page", "better-auth"].map((name) => path.join("public-api", name, "route.bench.ts")).sort(),
    );
    const [product, bench] = [await pageExtensions(""), await pageExtensions("1")];
    for (const file of files) expect([isEntry(file, product), isEntry(file, bench)]).toEqual([false, true]);
  });
});
