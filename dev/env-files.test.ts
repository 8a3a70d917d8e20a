import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";

import { afterEach, describe, expect, test, vi } from "vitest";

import { takeSecretFiles } from "./env-files";
import { decideMode } from "./mode";

const folder = mkdtempSync(path.join(os.tmpdir(), "neo-settings-"));
const file = path.join(folder, "database-url");
writeFileSync(file, "postgresql://neo:neo@db.example.com/neo\n");

afterEach(() => {
  vi.unstubAllEnvs();
});

describe("settings in files", () => {
  test("become settings of this process, and so of what it starts: they decide the mode like any other", () => {
    vi.stubEnv("DATABASE_URL", undefined);
    vi.stubEnv("DATABASE_URL_FILE", file);
    takeSecretFiles();
    expect(process.env.DATABASE_URL).toBe("postgresql://neo:neo@db.example.com/neo");
    expect(process.env.DATABASE_URL_FILE).toBeUndefined();
    expect(decideMode({ DATABASE_URL: process.env.DATABASE_URL })).toMatchObject({ kind: "refused" });
  });

  test("that cannot be read are named: the demo does not start in their place", () => {
    vi.stubEnv("DATABASE_URL", undefined);
    vi.stubEnv("DATABASE_URL_FILE", path.join(folder, "absent"));
    expect(takeSecretFiles).toThrow(/^DATABASE_URL_FILE: .*absent cannot be read \(ENOENT\)$/);
    rmSync(folder, { recursive: true });
  });
});
