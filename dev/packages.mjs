/** @typedef {{ packages: Record<string, { version?: string, dev?: boolean, optional?: boolean, devOptional?: boolean }> }} Lock */

/** Scripts that build and run the product. Others may also use the packages for tests, lint and benchmarks. */
export const PRODUCT_SCRIPTS = [
  "dev/start.ts",
  "scripts/standalone.ts",
  "scripts/audit-verify.ts",
  "scripts/token.ts",
  "scripts/migrate.ts",
];

/**
 * What to install before a script runs: `dependencies` are what building and starting the product needs,
 * `devDependencies` what tests, lint and benchmarks also need.
 * @param {Lock} wanted package-lock.json
 * @param {Lock | null} installed npm's own record in node_modules, written when an installation is complete
 * @param {string | undefined} script the script to run; undefined for npm's own scripts, which test or lint
 * @returns {{ args: string[], what: string } | null} npm's arguments and their description; null when nothing is missing
 */
export function neededInstallation(wanted, installed, script) {
  const withTests = script === undefined || !PRODUCT_SCRIPTS.includes(script);
  const quiet = ["--include=optional", "--no-audit", "--no-fund", "--loglevel=error"];
  const productIsThere = holds(wanted, installed, false);
  if (!withTests) return productIsThere ? null : { args: ["ci", "--omit=dev", ...quiet], what: "packages" };
  if (holds(wanted, installed, true)) return null;
  // `npm ci` empties node_modules, which a running `npm start` may be using: add what is missing instead.
  if (productIsThere)
    return { args: ["install", "--no-save", "--include=dev", ...quiet], what: "the packages of tests and lint" };
  // Regardless of NODE_ENV.
  return { args: ["ci", "--include=dev", ...quiet], what: "packages, those of tests and lint too," };
}

/**
 * @param {Lock} wanted
 * @param {Lock | null} installed
 * @param {boolean} withTests
 */
function holds(wanted, installed, withTests) {
  if (!installed) return false;
  return Object.entries(wanted.packages).every(([name, { version, dev, optional, devOptional }]) => {
    if (name === "" || (dev && !withTests)) return true;
    const found = installed.packages[name];
    // Packages for other platforms are optional and not installed.
    return found ? found.version === version : optional === true || devOptional === true;
  });
}
