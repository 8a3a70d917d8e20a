import { readFileSync } from "node:fs";
import path from "node:path";

import { describe, expect, test } from "vitest";

import { completeLock, missingOptionals, withoutIntegrity } from "./complete-lock.mjs";
import { ROOT } from "../dev/root";

const LOCKS = [
  "package-lock.json",
  "bench/peers/better-auth/package-lock.json",
  "bench/peers/fastify/package-lock.json",
  "tests/clients/package-lock.json",
];

describe.each(LOCKS)("%s (npm run lock completes it)", (file) => {
  const lock = JSON.parse(readFileSync(path.join(ROOT, file), "utf8")) as Parameters<typeof missingOptionals>[0];

  test("describes every package it mentions, or `npm ci` refuses it", () => {
    expect(missingOptionals(lock)).toEqual([]);
  });

  test("has an integrity for every package, those of other platforms too", () => {
    expect(withoutIntegrity(lock)).toEqual([]);
  });

  test("names no registry: every machine installs from its own", () => {
    expect(Object.entries(lock.packages).filter(([, entry]) => "resolved" in entry)).toEqual([]);
  });
});

describe("completeLock", () => {
  const look = (name: string, version: string) => ({ integrity: `sha512-${name}-${version}`, os: ["darwin"] });

  test("adds what is missing, as the registry describes it", () => {
    const lock = {
      packages: {
        "node_modules/next": {
          version: "1.0.0",
          dev: true,
          integrity: "sha512-next",
          optionalDependencies: { "@next/swc-darwin-arm64": "1.0.0" },
        },
      },
    };
    const complete = completeLock(lock, look);
    expect(complete.packages["node_modules/@next/swc-darwin-arm64"]).toEqual({
      version: "1.0.0",
      integrity: "sha512-@next/swc-darwin-arm64-1.0.0",
      dev: true,
      optional: true,
      os: ["darwin"],
    });
    expect([...missingOptionals(complete), ...withoutIntegrity(complete)]).toEqual([]);
  });

  test("gives an entry without an integrity its own, also a nested one, and keeps what it had", () => {
    const lock = { packages: { "": {}, "node_modules/a/node_modules/b": { version: "2.0.0", os: ["linux"] } } };
    expect(completeLock(lock, look).packages["node_modules/a/node_modules/b"]).toEqual({
      version: "2.0.0",
      integrity: "sha512-b-2.0.0",
      os: ["linux"],
    });
  });

  test("leaves what is there, also nested, as it is, and asks nobody", () => {
    const lock = {
      packages: {
        "node_modules/a": { integrity: "sha512-a", optionalDependencies: { b: "2.0.0" } },
        "node_modules/a/node_modules/b": { version: "2.0.0", integrity: "sha512-b" },
      },
    };
    expect(
      completeLock(lock, () => {
        throw new Error("asked");
      }),
    ).toEqual(lock);
  });

  test("guesses nothing: neither a version nor an integrity", () => {
    const ranged = { packages: { a: { integrity: "sha512-a", optionalDependencies: { b: "^1.0.0" } } } };
    expect(() => completeLock(ranged, look)).toThrow("b@^1.0.0");
    const absent = () => {
      throw new Error("not there");
    };
    expect(() => completeLock({ packages: { "node_modules/a": { version: "1.0.0" } } }, absent)).toThrow("not there");
  });
});
