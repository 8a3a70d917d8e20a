import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";

import { afterAll, describe, expect, it } from "vitest";

import { testEnvironment } from "../../tests/support/test-environment";

import { readEnv } from "./env";
import { withSecretFiles } from "./secret-files";

const folder = mkdtempSync(path.join(os.tmpdir(), "neo-secrets-"));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function file(name: string, text: string): string {
  const place = path.join(folder, name);
  writeFileSync(place, text);
  return place;
}

const { NEXTAUTH_SECRET: _, ...others } = testEnvironment("postgres://x");

describe("a secret in a file", () => {
  it("is read without its trailing line break", () => {
    const NEXTAUTH_SECRET_FILE = file("secret", "a secret of 32 or more characters, in a file\n");
    expect(readEnv({ ...others, NEXTAUTH_SECRET_FILE }).NEXTAUTH_SECRET).toBe(
      "a secret of 32 or more characters, in a file",
    );
    expect(withSecretFiles({ NEXTAUTH_SECRET_FILE }).settings).toEqual({
      NEXTAUTH_SECRET: "a secret of 32 or more characters, in a file",
    });
  });

  it("replaces an empty setting; an empty file name is ignored", () => {
    const NEXTAUTH_SECRET_FILE = file("other", "another secret of 32 or more characters");
    expect(readEnv({ ...others, NEXTAUTH_SECRET: "", NEXTAUTH_SECRET_FILE }).NEXTAUTH_SECRET).toMatch(/^another/);
    expect(() => readEnv({ ...others, NEXTAUTH_SECRET_FILE: "" })).toThrow("NEXTAUTH_SECRET is missing");
  });

  it("is validated like any other value, and reported with all other errors", () => {
    const short = file("short", "short");
    expect(() => readEnv({ ...others, NEXTAUTH_SECRET_FILE: short })).toThrow("NEXTAUTH_SECRET must have 32");
    const wrong = {
      ...others,
      NEXTAUTH_SECRET_FILE: path.join(folder, "absent"),
      METRICS_TOKEN_FILE: file("empty", "\n"),
      DATABASE_URL_FILE: short,
      RATE_LIMIT_PER_MINUTE: "many",
    };
    expect(() => readEnv(wrong)).toThrow(
      expect.objectContaining({
        fields: {
          NEXTAUTH_SECRET: `NEXTAUTH_SECRET_FILE: ${path.join(folder, "absent")} cannot be read (ENOENT)`,
          METRICS_TOKEN: `METRICS_TOKEN_FILE: ${path.join(folder, "empty")} is empty`,
          DATABASE_URL: "DATABASE_URL and DATABASE_URL_FILE are both set: remove one of them",
          RATE_LIMIT_PER_MINUTE:
            "RATE_LIMIT_PER_MINUTE must be a whole number from 1 to 1000000000, in digits such as 1200",
        },
      }) as Error,
    );
  });

  it("is refused for settings that aren't secrets", () => {
    const { NEXTAUTH_URL: __, ...without } = testEnvironment("postgres://x");
    expect(() => readEnv({ ...without, NEXTAUTH_URL_FILE: file("url", "http://localhost") })).toThrow(
      "NEXTAUTH_URL is missing",
    );
  });
});
