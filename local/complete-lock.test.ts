import { readFileSync } from "node:fs";
import path from "node:path";

import { describe, expect, test } from "vitest";

import { completeLock, missingOptionals, platformOf } from "./complete-lock.mjs";
import { ROOT } from "./root";

describe("package-lock.json", () => {
  test("describes every package it mentions, or `npm ci` refuses it (npm run lock mends it)", () => {
    const lock = JSON.parse(readFileSync(path.join(ROOT, "package-lock.json"), "utf8")) as Parameters<
      typeof missingOptionals
    >[0];
    expect(missingOptionals(lock)).toEqual([]);
  });
});

describe("completeLock", () => {
  test("adds what is missing, with the platform of its name", () => {
    const lock = {
      packages: {
        "node_modules/next": { version: "1.0.0", optionalDependencies: { "@next/swc-darwin-arm64": "1.0.0" } },
      },
    };
    expect(completeLock(lock).packages["node_modules/@next/swc-darwin-arm64"]).toEqual({
      version: "1.0.0",
      optional: true,
      os: ["darwin"],
      cpu: ["arm64"],
    });
    expect(missingOptionals(completeLock(lock))).toEqual([]);
  });

  test("leaves what is there, also nested, as it is", () => {
    const lock = {
      packages: {
        "node_modules/a": { optionalDependencies: { b: "2.0.0" } },
        "node_modules/a/node_modules/b": { version: "2.0.0" },
      },
    };
    expect(completeLock(lock)).toEqual(lock);
  });

  test("guesses nothing", () => {
    expect(() => completeLock({ packages: { a: { optionalDependencies: { "x-linux-x64": "^1.0.0" } } } })).toThrow(
      "x-linux-x64@^1.0.0",
    );
    expect(() => completeLock({ packages: { a: { optionalDependencies: { plain: "1.0.0" } } } })).toThrow(
      "plain@1.0.0",
    );
  });

  test.each([
    ["@tailwindcss/oxide-linux-arm-gnueabihf", { os: ["linux"], cpu: ["arm"] }],
    ["@tailwindcss/oxide-wasm32-wasi", { os: [], cpu: ["wasm32"] }],
    ["@unrs/resolver-binding-android-arm-eabi", { os: ["android"], cpu: ["arm"] }],
    ["@unrs/resolver-binding-win32-x64-msvc", { os: ["win32"], cpu: ["x64"] }],
    ["left-pad", null],
  ])("%s", (name, platform) => {
    expect(platformOf(name)).toEqual(platform);
  });
});
