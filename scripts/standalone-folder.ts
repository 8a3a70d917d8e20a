import { chmodSync, cpSync, existsSync, lstatSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

import { build } from "esbuild";

import { DIST_DIR, STANDALONE_DIR } from "./build";
import { ROOT } from "../dev/root";
import { filesBelow } from "../dev/files-below";

/** The programs beside the server, by their name in `bin/`: what they run in the checkout is what they are made of. */
export const PROGRAMS = {
  migrate: "scripts/migrate.ts",
  "audit-verify": "scripts/standalone-audit-verify.ts",
} as const;

type Package = Record<"name" | "version" | "type", string>;

/** Prisma's engine is read from its package, as in the checkout: the code, and the WebAssembly that this loads. */
const ENGINE = "@prisma/schema-engine-wasm";
const ENGINE_FILES = ["package.json", "schema_engine_bg.js", "schema_engine_bg.wasm"];

/**
 * Adds to Next's standalone folder what Next leaves out of it: the files for browsers, the schema, and the programs that
 * apply migrations and verify the audit log, each in one file. Takes away what is the checkout's own. All of it is readable by whoever is to run it, however
 * private the checkout is. Calling it again changes nothing.
 */
export async function completeStandalone(): Promise<void> {
  const copy = (from: string, to = from) =>
    cpSync(path.join(ROOT, from), path.join(STANDALONE_DIR, to), { recursive: true });
  copy(`${DIST_DIR}/static`);
  if (existsSync(path.join(ROOT, "public"))) copy("public");
  copy("prisma/schema.prisma");
  // Next copies the settings of a checkout; a folder that is handed on must not have them.
  for (const file of [".env", ".env.production"]) rmSync(path.join(STANDALONE_DIR, file), { force: true });
  // And the whole package.json, of which only this counts there.
  const { name, version, type } = JSON.parse(readFileSync(path.join(ROOT, "package.json"), "utf8")) as Package;
  writeFileSync(
    path.join(STANDALONE_DIR, "package.json"),
    `${JSON.stringify({ name, version, private: true, type })}\n`,
  );

  const engine = path.join(STANDALONE_DIR, "node_modules", ENGINE);
  mkdirSync(engine, { recursive: true });
  const source = path.dirname(createRequire(import.meta.url).resolve(`${ENGINE}/schema_engine_bg`));
  for (const file of ENGINE_FILES) cpSync(path.join(source, file), path.join(engine, file));

  const bin = path.join(STANDALONE_DIR, "bin");
  rmSync(bin, { recursive: true, force: true });
  await build({
    absWorkingDir: ROOT,
    entryPoints: Object.entries(PROGRAMS).map(([out, file]) => ({ in: file, out })),
    outdir: bin,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20.19",
    conditions: ["react-server"],
    external: [`${ENGINE}/*`, "pg-native"],
    // Packages in CommonJS ask for Node's own modules by `require`, which a module does not have.
    banner: { js: 'import { createRequire as __req } from "node:module"; const require = __req(import.meta.url);' },
    logLevel: "warning",
  });

  for (const file of filesBelow(STANDALONE_DIR)) {
    const entry = lstatSync(file);
    if (!entry.isSymbolicLink()) chmodSync(file, entry.isDirectory() ? 0o755 : 0o644);
  }
}
