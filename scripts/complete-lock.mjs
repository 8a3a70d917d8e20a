// `npm run lock`: completes package-lock.json after `npm install`. npm omits an optional package, or its integrity, when
// another platform's package was not available, and `npm ci` then refuses the lock, or installs that package unchecked.
// What is missing comes from the registry; a complete lock is left unchanged.
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";

/** @typedef {{ version?: string, integrity?: string, link?: boolean, license?: string, dev?: boolean, optional?: boolean, os?: string[], cpu?: string[], libc?: string[], engines?: Record<string, string>, optionalDependencies?: Record<string, string> }} Entry */
/** @typedef {{ packages: Record<string, Entry> }} Lock */
/** @typedef {{ integrity: string } & Pick<Entry, "os" | "cpu" | "libc" | "license" | "engines">} Published what the registry says of one version */

/**
 * The optional packages that a lock mentions but does not describe.
 * @param {Lock} lock
 * @returns {{ name: string, version: string, dev: boolean }[]}
 */
export function missingOptionals({ packages }) {
  return Object.entries(packages).flatMap(([place, { optionalDependencies = {}, dev = false }]) =>
    Object.entries(optionalDependencies)
      .filter(([name]) => !packages[`${place}/node_modules/${name}`] && !packages[`node_modules/${name}`])
      .map(([name, version]) => ({ name, version, dev })),
  );
}

/**
 * The packages in a lock that `npm ci` would install without checking them.
 * @param {Lock} lock
 * @returns {string[]}
 */
export function withoutIntegrity({ packages }) {
  return Object.entries(packages)
    .filter(([place, { integrity, link }]) => place !== "" && !link && !integrity)
    .map(([place]) => place);
}

/**
 * The same lock with an entry for every optional package it mentions, and an integrity for every entry.
 * @param {Lock} lock
 * @param {(name: string, version: string) => Published} look queries the registry; it throws for what is absent
 * @returns {Lock}
 * @throws Error for a missing package whose version is a range
 */
export function completeLock(lock, look) {
  const packages = { ...lock.packages };
  for (const { name, version, dev } of missingOptionals(lock)) {
    if (!/^\d/.test(version)) throw new Error(`${name}@${version}: the lock needs an exact version`);
    packages[`node_modules/${name}`] = { version, ...(dev ? { dev } : {}), optional: true };
  }
  for (const place of withoutIntegrity({ packages })) {
    const { version = "", ...entry } = packages[place] ?? {};
    packages[place] = { version, ...look(place.split("node_modules/").at(-1) ?? place, version), ...entry };
  }
  const sorted = Object.entries(packages).sort(([a], [b]) => a.localeCompare(b, "en"));
  return { ...lock, packages: Object.fromEntries(sorted) };
}

/** @type {(name: string, version: string) => Published} */
function lookInRegistry(name, version) {
  const fields = ["dist.integrity", "os", "cpu", "libc", "license", "engines"];
  const json = execFileSync("npm", ["view", `${name}@${version}`, "name", ...fields, "--json"], { encoding: "utf8" });
  /** @type {unknown} */
  const answer = JSON.parse(json);
  const { "dist.integrity": integrity, ...rest } =
    /** @type {{ "dist.integrity"?: string, name?: string } & Omit<Published, "integrity">} */ (answer);
  if (!integrity) throw new Error(`${name}@${version}: the registry serves no integrity`);
  delete rest.name;
  return { integrity, ...rest };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const file = process.argv[2] ?? fileURLToPath(new URL("../package-lock.json", import.meta.url));
  /** @type {unknown} */
  const content = JSON.parse(readFileSync(file, "utf8"));
  const lock = /** @type {Lock} */ (content);
  const count = missingOptionals(lock).length + withoutIntegrity(lock).length;
  if (count > 0) writeFileSync(file, `${JSON.stringify(completeLock(lock, lookInRegistry), null, 2)}\n`);
  process.stdout.write(`Completed ${count} packages of package-lock.json.\n`);
}
