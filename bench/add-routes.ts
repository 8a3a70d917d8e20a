import { copyFileSync, mkdirSync, readdirSync, rmdirSync, rmSync } from "node:fs";
import path from "node:path";

import { ROOT } from "@/dev/root";

const SOURCE = path.join(import.meta.dirname, "routes");

/**
 * Runs a build with the routes of bench/routes under /public-api. Next reads routes only from app/, so they are copied there and
 * removed afterwards. Copies left by a killed benchmark are harmless: only the benchmark's build includes their extension.
 */
export function withBenchRoutes(build: () => void, app = path.join(ROOT, "app")): void {
  const copies = readdirSync(SOURCE).map((file) => ({
    from: path.join(SOURCE, file),
    folder: path.join(app, "public-api", path.basename(file, ".ts")),
  }));
  try {
    for (const { from, folder } of copies) {
      mkdirSync(folder, { recursive: true });
      copyFileSync(from, path.join(folder, "route.bench.ts"));
    }
    build();
  } finally {
    for (const { folder } of copies) {
      rmSync(path.join(folder, "route.bench.ts"), { force: true });
      rmdirSync(folder);
    }
  }
}
