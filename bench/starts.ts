// Startup times of the application and from a fresh clone to the first key, and the memory of a demo.
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";

import { startApp } from "@/bench/app";
import type { Bench, Row } from "@/bench/bench";
import { proportionalMegabytes, residentMegabytes, treeOf } from "@/bench/process-memory";
import { quantile, round } from "@/bench/statistics";
import { freePort } from "@/dev/port";
import { ROOT } from "@/dev/root";
import { ProcessGroup } from "@/dev/process-group";
import { accessTokenByDeviceCode, CookieJar, signInByForms } from "@/tests/support/sign-in";
import { testEnvironment } from "@/tests/support/test-environment";

/** Time from process start to the first response, and to the first response for a key, in milliseconds. */
export async function measureColdStart(bench: Bench): Promise<Row[]> {
  const rows: Row[] = [];
  for (const [name, kind] of [
    ["cold start", "product"],
    ["cold start, API only", "api"],
  ] as const) {
    const [answers, keys]: [number[], number[]] = [[], []];
    for (let n = 0; n < (bench.quick ? 2 : 7); n++) {
      const own = new ProcessGroup();
      try {
        const begun = performance.now();
        const app = await startApp(bench.environment, own, kind);
        answers.push(app.startMs);
        const headers = { Authorization: `Bearer ${bench.tokens[0] ?? ""}` };
        const response = await fetch(`${app.url}/public-api/me`, { headers });
        if (!response.ok) throw new Error(`/public-api/me answered ${response.status}`);
        keys.push(performance.now() - begun);
      } finally {
        await own.stop();
      }
    }
    rows.push({ name, first_answer_ms: round(quantile(answers), 0), first_key_served_ms: round(quantile(keys), 0) });
  }
  return rows;
}

interface Demo {
  /** The process of `npm start`. */
  readonly pid: number;
  readonly url: string;
  readonly standInUrl: string;
}

/** Runs `npm start` without settings in a folder, and stops it after the work. */
async function withDemo<T>(
  cwd: string,
  settings: Record<string, string>,
  work: (demo: Demo) => Promise<T>,
): Promise<T> {
  const blank = Object.fromEntries(Object.keys(testEnvironment("")).map((name) => [name, ""]));
  const port = String(await freePort());
  const child = spawn("npm", ["start"], {
    cwd,
    env: { ...process.env, ...blank, ...settings, NODE_ENV: undefined, PORT: port } as unknown as NodeJS.ProcessEnv,
    stdio: ["ignore", "pipe", "inherit"],
    detached: true,
  });
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  try {
    const url = await new Promise<string>((resolve, reject) => {
      let output = "";
      child.stdout.on("data", (chunk: Buffer) => {
        output += chunk.toString();
        const running = /^Neo is running at (\S+)$/m.exec(output)?.[1];
        if (running) resolve(running);
      });
      void ended.then(() => reject(new Error(`npm start ended:\n${output}`)));
    });
    // The sign-in redirects to the stand-in's address.
    const begunSignIn = await new CookieJar().post(url, "/api/auth/signin/azure-ad");
    const standInUrl = new URL(begunSignIn.headers.get("location") ?? "").origin;
    return await work({ pid: child.pid ?? 0, url, standInUrl });
  } finally {
    if (child.exitCode === null && child.pid) process.kill(-child.pid, "SIGTERM");
    await ended;
  }
}

/** Creates a key through the API and calls `/me` with it. */
async function makeAndCallKey({ url, standInUrl }: Demo, name: string): Promise<void> {
  const token = await accessTokenByDeviceCode(standInUrl, "Contoso Admin");
  const made = await fetch(`${url}/public-api/api-keys`, {
    method: "POST",
    headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
    body: JSON.stringify({ name }),
  });
  const { data } = (await made.json()) as { data: { key: string } };
  const called = await fetch(`${url}/public-api/me`, { headers: { Authorization: `Bearer ${data.key}` } });
  if (!called.ok) throw new Error(`${name} was answered ${called.status}`);
}

/** Time from `git clone` to the first response for the first key, with only `npm start`, in seconds. */
export async function measureFirstKey(bench: Bench): Promise<Row[]> {
  const folder = mkdtempSync(path.join(os.tmpdir(), "neo-first-key-"));
  const clone = path.join(folder, "clone");
  const begun = performance.now();
  const elapsed = () => round((performance.now() - begun) / 1000, 1);
  try {
    execFileSync("git", ["clone", "--quiet", ROOT, clone]);
    return await withDemo(clone, {}, async (demo) => {
      const ready = elapsed();
      await makeAndCallKey(demo, "The first key");
      bench.say(`A bare clone served its first key after ${elapsed()} s`);
      return [{ name: "a bare clone", running_s: ready, first_key_s: elapsed() }];
    });
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

const PAGES = ["agents", "roles-access/members", "roles-access/api-keys", "roles-access/audit-log", "account/sessions"];

/** Memory of all processes of a demo's first start, after some use and a minute without any (Linux). */
export async function measureDemoMemory(bench: Bench): Promise<Row[]> {
  const dataDir = mkdtempSync(path.join(os.tmpdir(), "neo-demo-memory-"));
  try {
    return await withDemo(ROOT, { NEO_DATA_DIR: dataDir }, async (demo) => {
      const jar = await signInByForms(demo.url, demo.standInUrl, "Contoso Admin");
      for (const page of PAGES) {
        const shown = await jar.fetch(`${demo.url}/${page}`);
        if (!shown.ok) throw new Error(`/${page} answered ${shown.status}`);
        await shown.text();
      }
      for (let n = 1; n <= 20; n++) await makeAndCallKey(demo, `Key ${n}`);
      await new Promise((resolve) => setTimeout(resolve, bench.quick ? 5_000 : 60_000));
      const tree = treeOf(demo.pid);
      const sum = (megabytes: (pid: number) => number) =>
        round(
          tree.reduce((all, pid) => all + megabytes(pid), 0),
          0,
        );
      return [
        {
          name: "demo at idle",
          processes: tree.length,
          rss_mb: sum(residentMegabytes),
          pss_mb: sum(proportionalMegabytes),
          largest_rss_mb: round(Math.max(...tree.map(residentMegabytes)), 0),
        },
      ];
    });
  } finally {
    rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 });
  }
}
