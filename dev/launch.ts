import { openSync, readFileSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";

import { DIST_DIR, SERVER_DIR } from "../scripts/build";
import { bundleServer, SERVER_PROGRAM } from "../scripts/server-bundle";
import { type Child, preloading, startNode } from "./child";
import { ROOT } from "./root";

const READY_TIMEOUT_MS = 120_000;
/** Longer than the app's own drain, shorter than a user waits at a terminal. */
const DRAIN_TIMEOUT_MS = 12_000;
/**
 * Node's flags in production: 8 MB for new objects, and a full collection when memory has doubled since the last one. V8's own
 * choice lets 15 MB in use grow to 120 MB before it collects (docs/performance.md, "What is measured").
 */
export const PRODUCTION_FLAGS = ["--max-semi-space-size=8", "--heap-growing-percent=100"];

/** Lines that would only puzzle in the demo: the settings in effect, the address, and that one of its organisations has not consented. */
const USUAL_IN_DEMO = /^\{.*"msg":"(?:starting|listening|the accounts of an organisation can't be checked[^"]*)"\}$/;

const CONFIG_TIME = "✓ Running next.config";

export interface LaunchOptions {
  port: number;
  /** Address to listen on; all addresses by default. */
  host?: string;
  /** The development server, with hot reload, instead of the production build. */
  dev?: boolean;
  /** The app's settings, on top of this process's environment. */
  settings: Record<string, string>;
  /** The stand-in's address; its preload then routes Microsoft's hosts there. */
  standInUrl?: string;
  /** File the app's output is appended to; the terminal by default. */
  logFile?: string;
  /** A program to run instead of the server, with its arguments; it also listens on PORT and HOST. */
  program?: readonly string[];
  /** Extra Node flags, for benchmarks. */
  nodeFlags?: readonly string[];
  /** Extra files to preload, relative to the root. */
  preload?: readonly string[];
}

/**
 * Starts the server and waits until it responds.
 * @param onChild receives the process immediately, so that the caller can stop it while it starts
 * @throws Error when it ends or does not respond in time
 */
export async function launchApp(options: LaunchOptions, onChild: (child: Child) => void): Promise<Child> {
  const { port, host, dev = false, settings, standInUrl, logFile, nodeFlags = [], preload = [] } = options;
  const folder = dev ? path.join(ROOT, DIST_DIR, "neo-dev-server") : SERVER_DIR;
  if (dev) await bundleServer(folder);
  const child = startNode({
    name: "the app",
    args: [...(dev ? [] : PRODUCTION_FLAGS), ...nodeFlags, ...(options.program ?? [path.join(folder, SERVER_PROGRAM)])],
    cwd: ROOT,
    env: {
      ...process.env,
      ...settings,
      ...(standInUrl ? { NEO_STAND_IN_URL: standInUrl } : {}),
      // Some shells export the machine's name as HOSTNAME.
      HOSTNAME: "",
      ...(host ? { HOST: host } : {}),
      PORT: String(port),
      ...(dev ? {} : { __NEXT_PRIVATE_STANDALONE_CONFIG: nextConfig() }),
      NODE_ENV: dev ? "development" : "production",
      NODE_OPTIONS: preloading(
        "dev/exit-with-parent.mjs",
        ...(standInUrl ? ["dev/microsoft/preload.mjs"] : []),
        ...preload,
      ),
    },
    output: logFile ? openSync(logFile, "a", 0o600) : "pipe",
    stopTimeoutMs: DRAIN_TIMEOUT_MS,
  });
  onChild(child);
  if (!logFile) forwardOutput(child, Boolean(standInUrl));
  await answering(child, `http://${host ?? "127.0.0.1"}:${port}/public-api/health`);
  return child;
}

/** Next's configuration as it was built, so that the server doesn't load a compiler for next.config.ts. */
function nextConfig(): string {
  const file = path.join(ROOT, DIST_DIR, "required-server-files.json");
  const { config } = JSON.parse(readFileSync(file, "utf8")) as { config: object };
  return JSON.stringify(config);
}

/** @param demo whether the settings and the organisations are the demo's own */
function forwardOutput(child: Child, demo: boolean): void {
  child.process.stderr?.pipe(process.stderr, { end: false });
  if (!child.process.stdout) return;
  createInterface({ input: child.process.stdout }).on("line", (line) => {
    if (demo && USUAL_IN_DEMO.test(line)) return;
    if (!line.startsWith(CONFIG_TIME)) process.stdout.write(`${line}\n`);
  });
}

async function answering(child: Child, url: string): Promise<void> {
  const deadline = Date.now() + READY_TIMEOUT_MS;
  for (;;) {
    try {
      // Any response will do.
      await fetch(url, { signal: AbortSignal.timeout(READY_TIMEOUT_MS) });
      return;
    } catch (error) {
      if (child.process.exitCode !== null || child.process.signalCode !== null)
        throw new Error(`the app ended with code ${await child.ended} before it answered`, { cause: error });
      if (Date.now() > deadline) throw new Error("the app does not answer", { cause: error });
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
