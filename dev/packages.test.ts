import { readFileSync } from "node:fs";
import path from "node:path";

import { build } from "esbuild";
import { describe, expect, test } from "vitest";

import { vulnerableInService } from "../tests/standalone/inspect";
import { type Lock, neededInstallation, PRODUCT_SCRIPTS } from "./packages.mjs";
import { ROOT } from "./root";

const read = (file: string): unknown => JSON.parse(readFileSync(path.join(ROOT, file), "utf8"));
const lock = read("package-lock.json") as Lock;
const { dependencies } = read("package.json") as { dependencies: Record<string, string> };

/** npm's record of a partial installation of the lock. */
const installed = (keep: (name: string, entry: Lock["packages"][string]) => boolean): Lock => ({
  packages: Object.fromEntries(Object.entries(lock.packages).filter(([name, entry]) => name && keep(name, entry))),
});
const product = installed((_, { dev }) => !dev);
const args = (have: Lock | null, script?: string) => neededInstallation(lock, have, script)?.args.slice(0, 3) ?? null;

describe("what is installed before a script runs", () => {
  test.each(PRODUCT_SCRIPTS)("%s needs no package of tests, lint or benchmarks", (script) => {
    expect(args(null, script)).toEqual(["ci", "--omit=dev", "--include=optional"]);
    expect(args(product, script)).toBeNull();
    expect(
      args(
        installed((name) => name !== "node_modules/next"),
        script,
      ),
    ).toContain("--omit=dev");
  });

  test.each(["tests/all.ts", "bench/run.ts", undefined])("%s needs everything", (script) => {
    expect(args(null, script)).toEqual(["ci", "--include=dev", "--include=optional"]);
    expect(
      args(
        installed(() => true),
        script,
      ),
    ).toBeNull();
  });

  test("the packages of tests are added to those of the product, which may be in use", () => {
    expect(args(product, "tests/all.ts")).toEqual(["install", "--no-save", "--include=dev"]);
    const other = installed((_, { dev }) => !dev);
    other.packages["node_modules/next"] = { version: "0.0.1" };
    expect(args(other, "tests/all.ts")).toEqual(["ci", "--include=dev", "--include=optional"]);
  });

  test("packages for other platforms may be missing", () => {
    const here = installed((_, { optional, devOptional }) => !optional && !devOptional);
    expect(args(here, "dev/start.ts")).toBeNull();
    expect(args(here, "tests/all.ts")).toBeNull();
  });
});

describe("the first `npm start`", () => {
  const heavy = /^(vitest|(.*-)?eslint.*|prettier.*|autocannon|@?playwright.*|@axe-core\/.*|fast-check|smtp-server)$/;

  test("installs no package that only tests, lint or benchmarks use", () => {
    const names = Object.keys(product.packages).map((place) => place.replace(/^node_modules\//, ""));
    expect(names.filter((name) => heavy.test(name))).toEqual([]);
  });

  test("builds and runs with the packages it installs: every import of the product is a dependency", async () => {
    const { metafile } = await build({
      absWorkingDir: ROOT,
      entryPoints: [
        ...PRODUCT_SCRIPTS,
        // Everything that serves a URL, what wraps it, and the processes that the scripts start.
        ...["page.tsx", "layout.tsx", "error.tsx", "not-found.tsx", "route.ts"].map((name) => `app/**/${name}`),
        "instrumentation*.ts",
        "proxy.ts",
        "next.config.ts",
        "prisma.config.ts",
        "postcss.config.mjs",
        "dev/database/embedded-server.mjs",
        "dev/microsoft/preload.mjs",
      ],
      outdir: "nowhere",
      bundle: true,
      write: false,
      metafile: true,
      packages: "external",
      platform: "node",
      format: "esm",
      logLevel: "silent",
    });
    const imports = Object.values(metafile.inputs).flatMap((input) => input.imports.filter(({ external }) => external));
    const names = new Set(imports.map(({ path: name }) => /^(@[^/]+\/)?[^/]+/.exec(name)?.[0] ?? name));
    expect([...names].filter((name) => !name.startsWith("node:") && !(name in dependencies))).toEqual([]);
    expect(names).toContain("next");
  });
});

test("a known vulnerability counts where a package that serves requests has it", () => {
  const vulnerability = (isDirect: boolean, ...effects: string[]) => ({ isDirect, effects });
  const all = {
    next: vulnerability(true, "next-auth"),
    "next-auth": vulnerability(true, "next"),
    postcss: vulnerability(false, "@tailwindcss/postcss", "next"),
    prisma: vulnerability(true),
    lodash: vulnerability(false, "prisma"),
  };
  expect(vulnerableInService(all)).toEqual(["next", "next-auth", "postcss"]);
});
