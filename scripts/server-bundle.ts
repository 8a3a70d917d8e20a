import { readdirSync, rmSync } from "node:fs";
import path from "node:path";

import { build, type Plugin, stop } from "esbuild";

import { ROOT } from "../dev/root";

/** The folders with a route file below a folder of `app`, as paths such as `/public-api/agents/[agent_id]`. */
function routeFolders(folder: string): string[] {
  return readdirSync(path.join(ROOT, "app", folder), { recursive: true, encoding: "utf8" })
    .filter((file) => path.basename(file) === "route.ts")
    .map((file) => path.posix.join("/", folder, path.dirname(file).split(path.sep).join("/")))
    .sort();
}

/** Exports an object with the route file of each folder. */
function exported(name: string, folders: readonly string[]): string {
  const imports = folders.map((folder, n) => `import * as ${name}${n} from ${JSON.stringify(`@/app${folder}/route`)};`);
  const entries = folders.map((folder, n) => `${JSON.stringify(folder)}: ${name}${n}`);
  return `${imports.join("\n")}\nexport const ${name} = { ${entries.join(", ")} };`;
}

/** Generates the module `neo:api-routes` of server/api-routes.d.ts from the existing files. */
const apiRoutes: Plugin = {
  name: "neo:api-routes",
  setup(build) {
    build.onResolve({ filter: /^neo:api-routes$/ }, ({ path: name }) => ({ path: name, namespace: "neo" }));
    build.onLoad({ filter: /.*/, namespace: "neo" }, () => {
      const operator = ["/api/health", "/api/metrics", "/api/ready"];
      const contents = `${exported("routes", routeFolders("public-api"))}\n${exported("operatorRoutes", operator)}`;
      return { contents, loader: "ts", resolveDir: ROOT };
    });
  },
};

/**
 * Loads Prisma's runtime as CommonJS from node_modules, as Next does: with its own copy, the server would not recognise objects
 * from Next's copy, and both use one client (lib/db/client.ts).
 */
const sharedPrisma: Plugin = {
  name: "neo:shared-prisma",
  setup(build) {
    build.onResolve({ filter: /^@prisma\/client\/runtime\/client$/ }, ({ path: name, namespace }) =>
      namespace === "shared" ? { path: name, external: true } : { path: name, namespace: "shared" },
    );
    build.onLoad({ filter: /.*/, namespace: "shared" }, ({ path: name }) => ({
      contents: `module.exports = require(${JSON.stringify(name)});`,
      loader: "js",
    }));
  },
};

/** The program in the folder of {@link bundleServer}. */
export const SERVER_PROGRAM = "main.mjs";

/**
 * Bundles the server and the API's routes. Code that is only sometimes needed goes into separate files.
 * @param outdir output folder; Next, pg, pino and Prisma's runtime are loaded from node_modules above it
 * @throws Error with esbuild's messages
 */
export async function bundleServer(outdir: string): Promise<void> {
  rmSync(outdir, { recursive: true, force: true });
  await build({
    absWorkingDir: ROOT,
    entryPoints: ["server/main.ts"],
    outdir,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    splitting: true,
    platform: "node",
    format: "esm",
    target: "node20.19",
    conditions: ["react-server"],
    // Next bundles its own copy of the rest; it also loads pg and pino from there (next.config.ts).
    external: ["next", "pg", "pino"],
    plugins: [apiRoutes, sharedPrisma],
    // CommonJS packages load Node's own modules with `require`, which an ES module lacks.
    banner: { js: 'import { createRequire as __req } from "node:module"; const require = __req(import.meta.url);' },
    logLevel: "warning",
  });
  // Otherwise its process stays, with all the memory that it needed.
  await stop();
}
