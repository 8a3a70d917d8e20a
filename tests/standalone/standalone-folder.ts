import { spawnSync } from "node:child_process";
import { closeSync, cpSync, lchownSync, openSync, readFileSync } from "node:fs";
import path from "node:path";

import { type Child, startNode } from "../../dev/child";
import { filesBelow } from "../../dev/files-below";
import { freePort } from "../../dev/port";
import type { ProcessGroup } from "../../dev/process-group";
import { ROOT } from "../../dev/root";
import { unprivilegedUser } from "../support/postgres-server";
import { DOCKERFILE } from "./container-files";

/** Files loaded into a server before it starts: one ends it with its starter, the other routes Microsoft's hosts to the stand-in. */
const PRELOADED = ["dev/exit-with-parent.mjs", "dev/microsoft/preload.mjs"];

/** Longer than the drain of requests in progress. */
const STOP_TIMEOUT_MS = 20_000;
/** Longer than any of the folder's programs that end on their own. */
const RUN_TIMEOUT_MS = 60_000;

/** The result of a program that ran to its end. */
export interface Ended {
  readonly code: number;
  readonly output: string;
}

/** A program that is running. */
export interface Running {
  readonly child: Child;
  /** Its output so far. */
  readonly output: () => string;
}

/**
 * The standalone folder, and what runs from it as in a container: a user who owns nothing, only the image's environment and the settings,
 * no home, no folder to write to, and a read-only file system where this process may mount one.
 */
export class StandaloneFolder {
  readonly folder: string;
  /** Whether the folder is mounted read-only. */
  readonly readOnly: boolean;
  readonly #scratch: string;
  readonly #user = unprivilegedUser("nobody");
  #logs = 0;

  /**
   * @param folder moved to an empty place already; it becomes root's where this is root
   * @param scratch a folder that every user may read, for preloaded files and logs
   */
  constructor(folder: string, scratch: string, processes: ProcessGroup) {
    this.folder = folder;
    this.#scratch = scratch;
    for (const file of PRELOADED) cpSync(path.join(ROOT, file), path.join(scratch, path.basename(file)));
    if (process.getuid?.() === 0) for (const file of filesBelow(folder)) lchownSync(file, 0, 0);
    const mount = (...args: string[]) => spawnSync("mount", [...args, folder], { stdio: "ignore" }).status === 0;
    const mounted = process.getuid?.() === 0 && mount("--bind", folder);
    if (mounted)
      processes.add(() => {
        spawnSync("umount", [folder]);
        return Promise.resolve();
      });
    this.readOnly = mounted && mount("-o", "remount,bind,ro");
  }

  /** Starts the server. @param standInUrl what answers for Microsoft */
  serve(settings: Readonly<Record<string, string>>, standInUrl: string): Running {
    return this.#start(DOCKERFILE.command, { NEO_STAND_IN_URL: standInUrl, ...settings }, PRELOADED);
  }

  /** Runs a command to its end without preloaded files, which would keep it from ending. */
  async runToEnd(command: readonly string[], settings: Readonly<Record<string, string>>): Promise<Ended> {
    const { child, output } = this.#start(command, settings, []);
    const tooLong = setTimeout(() => void child.stop(), RUN_TIMEOUT_MS);
    const code = await child.ended;
    clearTimeout(tooLong);
    return { code, output: output() };
  }

  #start(command: readonly string[], settings: Readonly<Record<string, string>>, preload: readonly string[]): Running {
    const [program, ...args] = command;
    if (program !== "node") throw new Error(`Only Node can run here, not ${program ?? "nothing"}`);
    const logFile = path.join(this.#scratch, `${String(this.#logs++)}.log`);
    const log = openSync(logFile, "a");
    const imports = preload.map((file) => `--import=file://${this.#scratch}/${path.basename(file)}`);
    const env = {
      ...DOCKERFILE.environment,
      HOME: "/nonexistent",
      TMPDIR: "/nonexistent",
      NODE_OPTIONS: imports.join(" "),
      ...settings,
    };
    const child = startNode({
      name: command.join(" "),
      args,
      cwd: this.folder,
      env: env as Partial<NodeJS.ProcessEnv> as NodeJS.ProcessEnv,
      user: this.#user,
      output: log,
      stopTimeoutMs: STOP_TIMEOUT_MS,
    });
    closeSync(log);
    return { child, output: () => readFileSync(logFile, "utf8") };
  }
}

/** A free port on loopback, and the settings that make the server listen there. */
export async function loopbackAddress(): Promise<{ url: string; listen: Record<string, string> }> {
  const port = await freePort();
  return { url: `http://127.0.0.1:${port}`, listen: { HOST: "127.0.0.1", PORT: String(port) } };
}
