// `npm run lock`: completes package-lock.json after `npm install` against a registry that lacks other platforms' packages.
// npm leaves an optional package out of the lock when its registry does not have it, and `npm ci` then refuses the lock
// everywhere. The added entries have no integrity, because there was nothing to take it from; npm skips them on any
// machine that their `os` and `cpu` do not name. Against a complete registry there is nothing to add.
import { readFileSync, writeFileSync } from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";

/** @typedef {{ version?: string, license?: string, optional?: boolean, os?: string[], cpu?: string[], libc?: string[], optionalDependencies?: Record<string, string> }} Entry */
/** @typedef {{ packages: Record<string, Entry> }} Lock */

const OSES = ["android", "darwin", "freebsd", "linux", "openharmony", "win32"];
const CPUS = ["arm64", "arm", "x64", "ia32", "loong64", "ppc64", "riscv64", "s390x", "wasm32"];

/**
 * The platform that a binary package's name ends in, as `@next/swc-darwin-arm64` does.
 * @param {string} name
 * @returns {{ os: string[], cpu: string[] } | null} null when it names none
 */
export function platformOf(name) {
  const parts = name.split(/[/-]/);
  const cpu = CPUS.find((known) => parts.includes(known));
  if (cpu === "wasm32") return { os: [], cpu: [cpu] };
  const os = OSES.find((known) => parts.includes(known));
  return os && cpu ? { os: [os], cpu: [cpu] } : null;
}

/**
 * The optional packages that a lock mentions but does not describe.
 * @param {Lock} lock
 * @returns {{ name: string, version: string }[]}
 */
export function missingOptionals({ packages }) {
  return Object.entries(packages).flatMap(([place, { optionalDependencies = {} }]) =>
    Object.entries(optionalDependencies)
      .filter(([name]) => !packages[`${place}/node_modules/${name}`] && !packages[`node_modules/${name}`])
      .map(([name, version]) => ({ name, version })),
  );
}

/**
 * The same lock with an entry for every optional package it mentions.
 * @param {Lock} lock
 * @returns {Lock}
 * @throws Error for a package whose version is a range or whose platform its name does not say
 */
export function completeLock(lock) {
  const packages = { ...lock.packages };
  for (const { name, version } of missingOptionals(lock)) {
    const platform = platformOf(name);
    if (!platform || !/^\d/.test(version))
      throw new Error(`${name}@${version}: cannot tell its platform or exact version`);
    packages[`node_modules/${name}`] = {
      version,
      cpu: platform.cpu,
      optional: true,
      ...(platform.os.length > 0 ? { os: platform.os } : {}),
    };
  }
  const sorted = Object.entries(packages).sort(([a], [b]) => a.localeCompare(b, "en"));
  return { ...lock, packages: Object.fromEntries(sorted) };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const file = process.argv[2] ?? fileURLToPath(new URL("../package-lock.json", import.meta.url));
  /** @type {unknown} */
  const content = JSON.parse(readFileSync(file, "utf8"));
  const lock = /** @type {Lock} */ (content);
  const missing = missingOptionals(lock);
  if (missing.length > 0) writeFileSync(file, `${JSON.stringify(completeLock(lock), null, 2)}\n`);
  process.stdout.write(`Added ${missing.length} packages to package-lock.json.\n`);
}
