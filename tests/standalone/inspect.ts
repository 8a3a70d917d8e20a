import { lstatSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";

import { readIfPresent } from "../../dev/read-if-present";
import { filesBelow } from "../../dev/files-below";
import { NOTICES } from "../../scripts/standalone-folder";

/** Paths that the standalone folder must not have: settings, tests, and what runs on a laptop only. */
const FOREIGN_PATH =
  /(^|\/)\.env|(^|\/)(dev|scripts|tests|bench|e2e|docs|\.git|\.data|secrets|\.npmrc|Dockerfile|compose\.yaml|neo\.env)(\/|$)|\.test\.|\/?seed[^/]*\.ts/;
/** Words of the stand-in, the demo and the embedded database. */
const FOREIGN_TEXT = /NEO_STAND_IN_URL|\/stand-in\/|Contoso Admin|pglite|seedDemo/;

/** Dependencies that build the product or run it on a laptop; those of tests are devDependencies. */
const FOR_BUILDING =
  /^(prisma|typescript|tsx|esbuild|tailwindcss|@(tailwindcss|electric-sql|types|esbuild)\/.*|lightningcss.*)$/;

/** The contents of the standalone folder. */
export interface Contents {
  /** Names, relative to the folder, of what must not be there. */
  readonly foreign: readonly string[];
  /** Packages for building and testing only. */
  readonly development: readonly string[];
  /** Packages whose licence is not in the notices. */
  readonly withoutNotice: readonly string[];
  /** Names of files that users other than the owner can write. */
  readonly writable: readonly string[];
  /** Bytes by part: the engine of migrations, the programs in `bin`, what browsers get, packages, the server. */
  readonly bytes: Readonly<Record<"engine" | "programs" | "static" | "packages" | "server", number>>;
}

/** Looks through the whole standalone folder. @param lockFile package-lock.json, which marks packages for development */
export function contentsOf(folder: string, lockFile: string): Contents {
  const { packages } = JSON.parse(readFileSync(lockFile, "utf8")) as { packages: Record<string, { dev?: boolean }> };
  const bytes = { engine: 0, programs: 0, static: 0, packages: 0, server: 0 };
  const foreign: string[] = [];
  const writable: string[] = [];
  for (const file of filesBelow(folder)) {
    const entry = lstatSync(file);
    const name = path.relative(folder, file);
    const isPackage = name.startsWith("node_modules/");
    if (!entry.isSymbolicLink() && (entry.mode & 0o022) !== 0) writable.push(name);
    if (!isPackage && FOREIGN_PATH.test(name)) foreign.push(name);
    if (!entry.isFile()) continue;
    if (!isPackage && name !== NOTICES && FOREIGN_TEXT.test(readFileSync(file, "utf8"))) foreign.push(name);
    const part = name.startsWith("node_modules/@prisma/schema-engine-wasm/")
      ? "engine"
      : isPackage
        ? "packages"
        : name.startsWith("bin/")
          ? "programs"
          : name.startsWith(".next/static/")
            ? "static"
            : "server";
    bytes[part] += entry.size;
  }
  const names = packagesIn(path.join(folder, "node_modules"));
  const development = names.filter((name) => FOR_BUILDING.test(name) || packages[`node_modules/${name}`]?.dev);
  const notices = readFileSync(path.join(folder, NOTICES), "utf8");
  const withoutNotice = names.filter((name) => !notices.includes(`\n${name} `));
  return { foreign, writable, bytes, development, withoutNotice };
}

function packagesIn(folder: string): string[] {
  if (readIfPresent(path.join(folder, "..", "package.json")) === null) return [];
  return readdirSync(folder).flatMap((name) =>
    name.startsWith("@") ? readdirSync(path.join(folder, name)).map((inner) => `${name}/${inner}`) : [name],
  );
}

/** The report of `npm audit` by package; `effects` are the packages that are vulnerable because they depend on this one. */
export type Vulnerabilities = Readonly<
  Record<string, { readonly isDirect: boolean; readonly effects: readonly string[] }>
>;

/**
 * The vulnerable packages that serve requests.
 * @param all without those of devDependencies; packages that only build are left out, because no request reaches them
 */
export function vulnerableInService(all: Vulnerabilities): string[] {
  const serves = (name: string, below: readonly string[] = []): boolean => {
    const found = all[name];
    if (!found || below.includes(name)) return false;
    return (
      (found.isDirect && !FOR_BUILDING.test(name)) || found.effects.some((above) => serves(above, [...below, name]))
    );
  };
  return Object.keys(all).filter((name) => serves(name));
}
