import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync } from "node:fs";
import os from "node:os";
import path from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { tryLock } from "./folder-lock.mjs";
import { ensurePrivateFolder } from "./private-folder";

const modeOf = (folder: string) => statSync(folder).mode & 0o777;

let parent: string;
let folder: string;
beforeEach(() => {
  parent = mkdtempSync(path.join(os.tmpdir(), "neo-private-"));
  folder = path.join(parent, "data");
});
afterEach(() => {
  rmSync(parent, { recursive: true });
});

test("a folder made now is private, and stays so the next time", () => {
  ensurePrivateFolder(folder);
  expect(modeOf(folder)).toBe(0o700);
  ensurePrivateFolder(folder);
  expect(modeOf(folder)).toBe(0o700);
});

test("a lock that comes first makes it private too", () => {
  const lock = tryLock(path.join(folder, "lock"));
  expect(lock).toHaveProperty("release");
  ensurePrivateFolder(folder);
});

test.each([0o755, 0o750, 0o701])("one that is open to others (%o) is refused, and not touched", (mode) => {
  mkdirSync(folder);
  chmodSync(folder, mode);
  expect(() => {
    ensurePrivateFolder(folder);
  }).toThrow(`chmod 700 '${folder}'`);
  expect(modeOf(folder)).toBe(mode);
});
