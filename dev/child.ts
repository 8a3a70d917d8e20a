import { type ChildProcess, spawn } from "node:child_process";
import path from "node:path";
import { pathToFileURL } from "node:url";

import { ROOT } from "./root";

/** A child process that this process must stop. */
export interface Child {
  readonly name: string;
  readonly process: ChildProcess;
  /** Whether it was asked to stop. */
  readonly stopping: boolean;
  /** Resolves with the exit code (1 for a signal) once it has ended. */
  readonly ended: Promise<number>;
  /** Stops it, by force after the time limit, and waits for its end. Calling it twice is harmless. */
  stop(): Promise<void>;
}

interface ChildOptions {
  name: string;
  /** Script and arguments for Node. */
  args: string[];
  env?: NodeJS.ProcessEnv;
  cwd?: string;
  /** The user it runs as; only root may set it. */
  user?: { readonly uid: number; readonly gid: number } | null;
  /** Where its output goes: the terminal, nowhere, the caller, or an open file. */
  output?: "inherit" | "ignore" | "pipe" | number;
  /** Milliseconds before SIGKILL. */
  stopTimeoutMs?: number;
}

/**
 * Starts a Node process in its own session, so that Ctrl-C in the terminal reaches only the parent, which then ends its
 * children in order. The IPC channel tells the child when the parent is gone.
 * @returns the running child; it may still fail to get ready, see {@link readyMessage}
 */
export function startNode({
  name,
  args,
  env,
  cwd,
  user = null,
  output = "inherit",
  stopTimeoutMs = 15_000,
}: ChildOptions): Child {
  const child = spawn(process.execPath, args, {
    stdio: ["ignore", output, output, "ipc"],
    detached: true,
    env: env ?? process.env,
    ...(cwd ? { cwd } : {}),
    ...user,
  });
  const ended = new Promise<number>((resolve) => {
    child.once("exit", (code) => {
      resolve(code ?? 1);
    });
    child.once("error", () => {
      resolve(127);
    });
  });
  let stopping = false;
  return {
    name,
    process: child,
    get stopping() {
      return stopping;
    },
    ended,
    async stop() {
      stopping = true;
      child.kill("SIGTERM");
      const force = setTimeout(() => child.kill("SIGKILL"), stopTimeoutMs);
      await ended;
      clearTimeout(force);
    },
  };
}

/**
 * NODE_OPTIONS that preload files, after the options already set.
 * @param files paths from the root
 */
export function preloading(...files: string[]): string {
  const imports = files.map((file) => `--import=${pathToFileURL(path.join(ROOT, file)).href}`);
  return [process.env.NODE_OPTIONS, ...imports].filter(Boolean).join(" ");
}

/**
 * Waits for the child's first IPC message, which signals that it is ready.
 * @throws Error when it ends, or sends nothing for `timeoutMs` milliseconds
 */
export async function readyMessage(child: Child, timeoutMs = 60_000): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new Error(`${child.name} was not ready after ${timeoutMs / 1000} seconds`));
    }, timeoutMs);
    child.process.once("message", (message) => {
      clearTimeout(timer);
      resolve(message);
    });
    void child.ended.then((code) => {
      clearTimeout(timer);
      reject(new Error(`${child.name} ended with code ${code} before it was ready`));
    });
  });
}
