import { chmodSync, cpSync, lstatSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

import { build } from "esbuild";

import { DIST_DIR, SERVER_DIR, STANDALONE_DIR } from "./build";
import { ROOT } from "../dev/root";
import { filesBelow } from "../dev/files-below";
import { SERVER_PROGRAM } from "./server-bundle";
import { thirdPartyNotices } from "./third-party-notices";

/** The programs beside the server, by name in `bin/`, and their source scripts. */
export const PROGRAMS = {
  migrate: "scripts/migrate.ts",
  "audit-verify": "scripts/standalone-audit-verify.ts",
} as const;

export const NOTICES = "THIRD-PARTY-NOTICES.txt";

type Package = Record<"name" | "version" | "type", string>;

/** Prisma's engine stays in its package: its code, and the WebAssembly it loads. */
const ENGINE = "@prisma/schema-engine-wasm";
const ENGINE_FILES = ["package.json", "schema_engine_bg.js", "schema_engine_bg.wasm"];

/** The program that starts the server in the folder: Next reads its configuration from the environment, as in its own program. */
function startProgram(): string {
  const files = JSON.parse(readFileSync(path.join(ROOT, DIST_DIR, "required-server-files.json"), "utf8")) as {
    config: object;
  };
  return [
    "process.chdir(import.meta.dirname);",
    'process.env.NODE_ENV = "production";',
    `process.env.__NEXT_PRIVATE_STANDALONE_CONFIG = ${JSON.stringify(JSON.stringify(files.config))};`,
    `await import("./${path.basename(SERVER_DIR)}/${SERVER_PROGRAM}");`,
    "",
  ].join("\n");
}

/**
 * Completes Next's standalone folder with what Next omits: the files for browsers, the schema, the licences of packages, and the
 * programs that apply migrations and verify the audit log, each in one file. Removes what belongs to the checkout. Every user can
 * read the result, even when the checkout is private. Idempotent.
 */
export async function completeStandalone(): Promise<void> {
  const copy = (from: string, to = from) =>
    cpSync(path.join(ROOT, from), path.join(STANDALONE_DIR, to), { recursive: true });
  copy(`${DIST_DIR}/static`);
  copy("public");
  copy("prisma/schema.prisma");
  cpSync(SERVER_DIR, path.join(STANDALONE_DIR, path.basename(SERVER_DIR)), { recursive: true });
  writeFileSync(path.join(STANDALONE_DIR, "server.js"), startProgram());
  writeFileSync(path.join(STANDALONE_DIR, NOTICES), thirdPartyNotices(ROOT));
  // Next copies the checkout's settings, which must not be shipped.
  for (const file of [".env", ".env.production"]) rmSync(path.join(STANDALONE_DIR, file), { force: true });
  // Next copies the whole package.json, of which only these fields matter.
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
    // CommonJS packages load Node's own modules with `require`, which an ES module lacks.
    banner: { js: 'import { createRequire as __req } from "node:module"; const require = __req(import.meta.url);' },
    logLevel: "warning",
  });

  for (const file of filesBelow(STANDALONE_DIR)) {
    const entry = lstatSync(file);
    if (!entry.isSymbolicLink()) chmodSync(file, entry.isDirectory() ? 0o755 : 0o644);
  }
}
