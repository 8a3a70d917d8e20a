// The application under test, a production build with the benchmark's routes, and the load generator's process.
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import path from "node:path";

import type { LoadOrder, LoadResult } from "@/bench/load";
import { withBenchRoutes } from "@/bench/add-routes";
import { type Child, readyMessage, startNode } from "@/dev/child";
import { PRODUCTION_FLAGS } from "@/dev/launch";
import { freePort } from "@/dev/port";
import { readIfPresent } from "@/dev/read-if-present";
import { ROOT } from "@/dev/root";
import type { ProcessGroup } from "@/dev/process-group";
import { NEXT_BIN } from "@/scripts/build";
import { bundleServer, SERVER_PROGRAM } from "@/scripts/server-bundle";

export const DIST = ".next-bench";

const SERVER_DIR = path.join(ROOT, DIST, "neo-server");

/** Builds the application with the benchmark's routes into a separate folder. */
export async function buildBench(environment: NodeJS.ProcessEnv): Promise<void> {
  withBenchRoutes(() => {
    execFileSync(process.execPath, [NEXT_BIN, "build"], {
      cwd: ROOT,
      env: environment,
      stdio: ["ignore", "ignore", "inherit"],
    });
  });
  await bundleServer(SERVER_DIR);
}

/**
 * The servers that are compared, each by its arguments for Node: the product, whole and as an instance for the API only, `next start` with
 * the same build for routes that do the least, what somebody would write by hand, and the limit of Node's own server.
 */
const SERVERS = {
  product: { args: [path.join(SERVER_DIR, SERVER_PROGRAM)], health: "/public-api/health" },
  api: { args: [path.join(SERVER_DIR, SERVER_PROGRAM)], health: "/public-api/health", settings: { SERVE: "api" } },
  next: { args: [NEXT_BIN, "start", "-H", "127.0.0.1"], health: "/public-api/bare" },
  fastify: { args: [path.join(import.meta.dirname, "peers", "fastify", "server.mjs")], health: "/health" },
  constant: { args: [path.join(import.meta.dirname, "constant.mjs")], health: "/" },
} as const satisfies Record<string, { args: string[]; health: string; settings?: Record<string, string> }>;
export type ServerKind = keyof typeof SERVERS;

/** One running server. */
export interface App {
  readonly url: string;
  readonly pid: number | undefined;
  /** Time from process start to first response, in milliseconds. */
  readonly startMs: number;
  stop(): Promise<void>;
}

/** Starts a server and waits for its first response. @throws Error if it exits or doesn't respond in 60 seconds */
export async function startApp(
  environment: NodeJS.ProcessEnv,
  processes: ProcessGroup,
  kind: ServerKind = "product",
): Promise<App> {
  const { args, health, ...more } = SERVERS[kind];
  const { settings } = more as { settings?: Record<string, string> };
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const profile = process.env.BENCH_CPU_PROF ? ["--cpu-prof", `--cpu-prof-dir=${process.env.BENCH_CPU_PROF}`] : [];
  const begun = performance.now();
  const child: Child = startNode({
    name: kind,
    args: [...profile, ...PRODUCTION_FLAGS, ...args],
    cwd: ROOT,
    env: { ...environment, ...settings, HOST: "127.0.0.1", PORT: String(port) },
    output: "ignore",
  });
  processes.addChild(child);
  for (;;) {
    try {
      if ((await fetch(url + health)).ok) break;
    } catch (error) {
      if (child.process.exitCode !== null || performance.now() - begun > 60_000) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return { url, pid: child.process.pid, startMs: performance.now() - begun, stop: () => child.stop() };
}

/** A process's CPU time in microseconds, less noisy than a rate; NaN without /proc, or if the process has ended. */
export function cpuMicroseconds(pid: number | string | undefined): number {
  const fields = readIfPresent(`/proc/${pid}/stat`)?.split(") ").at(-1)?.split(" ") ?? [];
  // Fields 14 and 15 of proc(5), user and system time in hundredths of a second.
  return (Number(fields[11]) + Number(fields[12])) * 10_000;
}

/** The CPU time of all PostgreSQL processes of this machine, in microseconds; 0 without /proc. */
export function databaseCpuMicroseconds(): number {
  const processes = existsSync("/proc") ? readdirSync("/proc").filter((name) => /^\d+$/.test(name)) : [];
  const servers = processes.filter((pid) => readIfPresent(`/proc/${pid}/comm`) === "postgres\n");
  return servers.reduce((sum, pid) => sum + (cpuMicroseconds(pid) || 0), 0);
}

/** Runs the load generator in a separate process. */
export class Load {
  readonly #child: Child;

  private constructor(child: Child) {
    this.#child = child;
  }

  static async start(processes: ProcessGroup): Promise<Load> {
    const child = startNode({ name: "the load", args: ["--import", "tsx", path.join(import.meta.dirname, "load.ts")] });
    processes.addChild(child);
    await readyMessage(child);
    return new Load(child);
  }

  get pid(): number | undefined {
    return this.#child.process.pid;
  }

  /** Requests a route for about this many seconds, so that its code is optimised. @returns requests for a round of a second */
  async warmUp(order: Omit<LoadOrder, "amount">, seconds: number): Promise<number> {
    const first = await this.run({ ...order, amount: 1_000 });
    const { requestsPerSecond } = await this.run({ ...order, amount: Math.ceil(first.requestsPerSecond * seconds) });
    return Math.ceil(requestsPerSecond);
  }

  /** @throws Error if any request fails */
  async run(order: LoadOrder): Promise<LoadResult> {
    const answer = readyMessage(this.#child, 600_000);
    this.#child.process.send(order);
    const result = (await answer) as LoadResult;
    if (result.failures > 0) throw new Error(`${order.url}: ${result.failures} requests failed`);
    return result;
  }
}
