import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";

/** A process of a PostgreSQL server, and its title. */
export interface ServerProcess {
  readonly pid: number;
  /** E.g. `postgres: checkpointer`; a connection's has the client's address. */
  readonly title: string;
}

/** The postmaster. @throws Error if no server runs on the data */
export function postmaster(dataDir: string): number {
  return Number(readFileSync(path.join(dataDir, "postmaster.pid"), "utf8").split("\n")[0]);
}

/** A server's child processes. */
export function serverProcesses(postmasterPid: number): ServerProcess[] {
  return execFileSync("ps", ["-A", "-o", "pid=", "-o", "ppid=", "-o", "args="], { encoding: "utf8" })
    .split("\n")
    .map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [])
    .filter(([, , parent]) => Number(parent) === postmasterPid)
    .map(([, pid, , title = ""]) => ({ pid: Number(pid), title }));
}

/** Whether a process serves a connection over TCP. */
export function isBackend({ title }: ServerProcess): boolean {
  return / \d+\.\d+\.\d+\.\d+\(\d+\)/.test(title);
}

/** Sends a signal to processes; some may have ended already. */
export function signal(pids: readonly number[], name: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, name);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
    }
  }
}

/** Every process of a server, the postmaster first. */
export function everyProcess(dataDir: string): number[] {
  const first = postmaster(dataDir);
  return [first, ...serverProcesses(first).map(({ pid }) => pid)];
}
