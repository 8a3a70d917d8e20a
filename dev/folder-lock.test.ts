import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { tryLock, waitForLock } from "./folder-lock.mjs";

describe("lock", () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), "neo-lock-"));
    file = path.join(folder, "deep", "lock");
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  test("one holder at a time, by name", () => {
    const first = tryLock(file);
    expect(tryLock(file)).toEqual({ holder: process.pid });
    if ("release" in first) first.release();
    expect(tryLock(file)).toHaveProperty("release");
    expect(readdirSync(path.dirname(file))).toEqual(["lock"]);
  });

  test("a killed holder holds nothing", async () => {
    const code = `import(${JSON.stringify(new URL("folder-lock.mjs", import.meta.url).href)}).then(({ tryLock }) => {
      tryLock(${JSON.stringify(file)}); console.log("taken"); setInterval(() => {}, 1000); })`;
    const child = spawn(process.execPath, ["-e", code], { stdio: ["ignore", "pipe", "inherit"] });
    await once(child.stdout, "data");
    expect(tryLock(file)).toEqual({ holder: child.pid });
    child.kill("SIGKILL");
    await once(child, "exit");
    expect(tryLock(file)).toHaveProperty("release");
  });

  test("a process id that was given to another process holds nothing", () => {
    tryLock(file);
    writeFileSync(file, `${process.pid} 1`);
    expect(tryLock(file)).toHaveProperty("release");
  });

  test("waits until it is free, and says for whom", async () => {
    const first = tryLock(file);
    const waitedFor: number[] = [];
    const second = waitForLock(file, (holder) => waitedFor.push(holder));
    if ("release" in first) first.release();
    const { release } = await second;
    expect(waitedFor).toEqual([process.pid]);
    release();
    expect(existsSync(file)).toBe(false);
  });

  test("gives up after its time limit", async () => {
    tryLock(file);
    await expect(waitForLock(file, () => undefined, 50)).rejects.toThrow("has held");
  });
});
