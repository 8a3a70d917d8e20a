import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";

import { afterAll, describe, expect, it } from "vitest";

import { readEnv } from "@/lib/config/env";
import { testEnvironment } from "@/tests/support/test-environment";

import { ROOT } from "../../dev/root";
import { findProgram } from "../support/find-program";

import { DOCKERFILE } from "./container-files";

const unit = readFileSync(path.join(ROOT, "docs", "deployment", "neo.service"), "utf8");
const analyze = findProgram("systemd-analyze");
if (!analyze)
  process.stderr.write("systemd-analyze is not installed here: systemd does not check docs/deployment/neo.service\n");

/** The values of a directive, in order. */
const values = (name: string) => [...unit.matchAll(new RegExp(`^${name}=(.*)$`, "gm"))].map(([, value]) => value ?? "");

describe("docs/deployment/neo.service", () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), "neo-unit-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  const file = path.join(folder, "neo.service");
  // systemd checks that the program exists, and Node may be elsewhere on this machine.
  writeFileSync(file, unit.replaceAll("/usr/bin/node", process.execPath));
  const run = (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(analyze ?? "", [...args, file], { encoding: "utf8" });
    return { status, output: stdout + stderr };
  };

  it.skipIf(!analyze)("is valid for systemd, without a warning", () => {
    expect(run("verify")).toEqual({ status: 0, output: "" });
  });

  it.skipIf(!analyze)("has an exposure level of at most 2 of 10 by systemd's own measure", () => {
    const { status, output } = run("security", "--offline=true", "--threshold=20");
    expect(status, output).toBe(0);
  });

  it("migrates, starts and stops the server as the image does, and restarts it without limit", () => {
    expect(values("ExecStart")).toEqual([`/usr/bin/${DOCKERFILE.command.join(" ")}`]);
    expect(values("ExecStartPre")).toEqual(["/usr/bin/node bin/migrate.mjs"]);
    expect(values("Restart")).toEqual(["always"]);
    expect(Number(values("RestartSec")[0])).toBeGreaterThan(0);
    expect(values("StartLimitIntervalSec")).toEqual(["0"]);
    expect(values("After")[0]).toMatch(/network-online\.target.*postgresql\.service/);
    // The drain takes 15 seconds at most (docs/operations.md).
    expect(Number(values("TimeoutStopSec")[0])).toBeGreaterThan(15);
    expect(values("SuccessExitStatus")).toEqual(["143"]);
  });

  it("passes secrets as files, and keeps idle connections longer than the proxies of docs/deployment do", () => {
    const environment = values("Environment").join(" ");
    for (const credential of values("LoadCredential")) {
      const [name = ""] = credential.split(":");
      expect(environment).toContain(`${name.toUpperCase().replaceAll("-", "_")}_FILE=%d/${name}`);
    }
    const nginx = readFileSync(path.join(ROOT, "docs", "deployment", "nginx.conf"), "utf8");
    const kept = readEnv(testEnvironment("postgresql://neo@localhost/neo")).KEEP_ALIVE_TIMEOUT;
    expect(kept).toBeGreaterThan(Number(/keepalive_timeout (\d+)s/.exec(nginx)?.[1]) * 1_000);
  });
});
