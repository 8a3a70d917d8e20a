import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { startNode } from "./child";

const GUARD = path.join(import.meta.dirname, "supervise.mjs");

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function gone(pid: number): Promise<boolean> {
  for (let tries = 0; tries < 100 && isAlive(pid); tries++) await new Promise((resolve) => setTimeout(resolve, 50));
  return !isAlive(pid);
}

/** An order for a program that prints its own id and a grandchild's, then sleeps. */
function sleeper(extra: object = {}): string {
  return JSON.stringify({ command: "/bin/sh", args: ["-c", "sleep 300 & echo $$ $!; wait"], ...extra });
}

async function idsOf(output: NodeJS.ReadableStream): Promise<number[]> {
  const [line] = (await once(output, "data")) as [Buffer];
  return line.toString().trim().split(" ").map(Number);
}

describe("guard", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), "neo-guard-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  test("ends its program, what that started, and its folder, when asked", async () => {
    const child = startNode({ name: "guard", args: [GUARD, sleeper({ removeAfter: folder })], output: "pipe" });
    if (!child.process.stdout) throw new Error("no output");
    const ids = await idsOf(child.process.stdout);
    await child.stop();
    expect(await Promise.all(ids.map(gone))).toEqual([true, true]);
    expect(existsSync(folder)).toBe(false);
    expect(await child.ended).toBe(0);
  });

  test("ends them when its starter is killed outright", async () => {
    const code = `const { spawn } = require("node:child_process");
      spawn(process.execPath, [${JSON.stringify(GUARD)}, ${JSON.stringify(sleeper({ removeAfter: folder }))}],
        { stdio: ["ignore", "inherit", "inherit", "ipc"], detached: true });`;
    const starter = spawn(process.execPath, ["-e", code], { stdio: ["ignore", "pipe", "inherit"] });
    const ids = await idsOf(starter.stdout);
    expect(ids.map(isAlive)).toEqual([true, true]);
    starter.kill("SIGKILL");
    expect(await Promise.all(ids.map(gone))).toEqual([true, true]);
    for (let tries = 0; tries < 50 && existsSync(folder); tries++)
      await new Promise((resolve) => setTimeout(resolve, 50));
    expect(existsSync(folder)).toBe(false);
  });

  test("uses force on a program that does not listen", async () => {
    const order = {
      command: "/bin/sh",
      args: ["-c", "trap '' TERM; echo $$ $$; while :; do sleep 1; done"],
      stopTimeoutMs: 200,
    };
    const child = startNode({ name: "guard", args: [GUARD, JSON.stringify(order)], output: "pipe" });
    if (!child.process.stdout) throw new Error("no output");
    const [pid = 0] = await idsOf(child.process.stdout);
    await child.stop();
    expect(await gone(pid)).toBe(true);
  });

  test("ends as its program ends, and says so when there is no such program", async () => {
    const failed = startNode({
      name: "guard",
      args: [GUARD, JSON.stringify({ command: "/bin/sh", args: ["-c", "exit 7"] })],
    });
    expect(await failed.ended).toBe(7);
    expect(failed.stopping).toBe(false);
    const absent = startNode({
      name: "guard",
      args: [GUARD, JSON.stringify({ command: "/no/such/program", args: [] })],
      output: "ignore",
    });
    expect(await absent.ended).toBe(127);
  });
});
