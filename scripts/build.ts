import { existsSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";

import { fingerprint } from "../dev/fingerprint";
import { type Child, preloading, startNode } from "../dev/child";
import { waitForLock } from "../dev/folder-lock.mjs";
import { readIfPresent } from "../dev/read-if-present";
import { ROOT } from "../dev/root";
import { bundleServer } from "./server-bundle";

export const NEXT_BIN = path.join(ROOT, "node_modules", "next", "dist", "bin", "next");
/** The production build's folder; relative to the root, as next.config.ts reads it. */
export const DIST_DIR = process.env.NEO_DIST_DIR ?? ".next";
/** The server's folder, with its program. */
export const SERVER_DIR = path.join(ROOT, DIST_DIR, "neo-server");
/** The self-contained folder of a standalone build. Every build empties it first. */
export const STANDALONE_DIR = path.join(ROOT, DIST_DIR, "standalone");
const STAMP = path.join(ROOT, DIST_DIR, "neo-made-from");

/** All inputs of a production build. */
export const BUILD_INPUTS = [
  "app",
  "components",
  "lib",
  "server",
  "public",
  "scripts/server-bundle.ts",
  "prisma/schema.prisma",
  "prisma/migrations",
  "instrumentation.ts",
  "instrumentation-client.ts",
  "instrumentation-node.ts",
  "proxy.ts",
  "next.config.ts",
  "postcss.config.mjs",
  "tsconfig.json",
  "package-lock.json",
  ".env",
  ".env.production",
  ".env.local",
  ".env.production.local",
];

/** A fingerprint of the build's current inputs and Node's major version. */
function inputs(): string {
  const files = fingerprint(
    ROOT,
    BUILD_INPUTS,
    (name) => name.startsWith("lib/generated/") || /\.(test|bench)\.tsx?$/.test(name),
  );
  return `${files} node${process.versions.node.split(".")[0] ?? ""} ${process.env.NEO_BENCH === "1" ? "bench" : ""}`;
}

function isFresh(standalone: boolean): boolean {
  return readIfPresent(STAMP) === inputs() && (!standalone || existsSync(path.join(STANDALONE_DIR, "server.js")));
}

/**
 * Builds for production unless the existing build has the same inputs.
 * @param options.standalone whether to build the self-contained folder too
 * @param options.log receives a line before a build, or a wait for another process's build, begins
 * @param options.onChild receives the building process, so that the caller can stop it
 * @returns whether it built
 * @throws Error with the output of a failed build
 */
export async function ensureBuilt({
  standalone = false,
  log,
  onChild,
}: {
  standalone?: boolean;
  log: (line: string) => void;
  onChild?: (child: Child) => void;
}): Promise<boolean> {
  if (isFresh(standalone)) return false;
  const lock = await waitForLock(path.join(ROOT, ".data", "build.lock"), (holder) => {
    log(`Waiting for process ${holder}, which is building ...`);
  });
  try {
    if (isFresh(standalone)) return false;
    log("Building the app (about half a minute) ...");
    rmSync(STAMP, { force: true });
    // Taken before the build: a change during it makes it stale.
    const madeFrom = inputs();
    const output: string[] = [];
    const child = startNode({
      name: "the build",
      args: [NEXT_BIN, "build"],
      cwd: ROOT,
      env: {
        ...process.env,
        NODE_ENV: "production",
        NODE_OPTIONS: preloading("dev/exit-with-parent.mjs"),
        NEO_STANDALONE: standalone ? "1" : "",
      },
      output: "pipe",
    });
    for (const stream of [child.process.stdout, child.process.stderr])
      stream?.on("data", (chunk: Buffer) => output.push(chunk.toString()));
    onChild?.(child);
    const code = await child.ended;
    if (code !== 0 || child.stopping) throw new Error(`The build failed:\n${output.join("")}`);
    await bundleServer(SERVER_DIR);
    writeFileSync(STAMP, madeFrom);
    return true;
  } finally {
    lock.release();
  }
}
