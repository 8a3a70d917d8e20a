import { closeSync, cpSync, openSync, readFileSync } from "node:fs";
import path from "node:path";

import { type Child, startNode } from "../../dev/child";
import { unprivilegedUser } from "../support/postgres-server";
import { freePort } from "../../dev/port";
import { ROOT } from "../../dev/root";
import type { Stage } from "./dockerfile";

/** What is loaded into a server before it starts, none of it the image's: see {@link Image}. */
const PRELOADED = { leash: "dev/exit-with-parent.mjs", standIn: "dev/microsoft/preload.mjs" } as const;

/** Longer than the drain of requests under way. */
const STOP_TIMEOUT_MS = 20_000;

/** Longer than any program of the image that ends by itself. */
const RUN_TIMEOUT_MS = 60_000;

/** What became of a program that ran to its end. */
export interface Ended {
  readonly code: number;
  readonly output: string;
}

/**
 * An image that was carried out in a folder, and what runs from it: as a container would run it, by a user who owns nothing,
 * with no environment but the image's and the settings, without a home, and without a folder to write to. Two files from
 * outside are loaded into a server first: one ends it with its starter, the other routes Microsoft's hosts to the stand-in.
 */
export class Image {
  readonly root: string;
  readonly stage: Stage;
  readonly #scratch: string;
  readonly #user = unprivilegedUser("nobody");
  #logs = 0;

  /**
   * @param root the folder that stands for the image's `/`
   * @param scratch a folder that everyone may read, for what is preloaded and for logs
   */
  constructor(root: string, stage: Stage, scratch: string) {
    this.root = root;
    this.stage = stage;
    this.#scratch = scratch;
    for (const file of Object.values(PRELOADED)) cpSync(path.join(ROOT, file), path.join(scratch, path.basename(file)));
  }

  /** Where the image's files are. */
  get folder(): string {
    return path.join(this.root, this.stage.folder);
  }

  /**
   * Starts a server of the image.
   * @param command as the Dockerfile and compose.yaml have it: `node` and its arguments
   * @param standInUrl what answers for Microsoft
   */
  run(command: readonly string[], settings: Readonly<Record<string, string>>, standInUrl: string): Running {
    const env = { NEO_STAND_IN_URL: standInUrl, ...settings };
    return this.#start(command, env, Object.values(PRELOADED));
  }

  #start(command: readonly string[], settings: Readonly<Record<string, string>>, preload: readonly string[]): Running {
    const [program, ...args] = command;
    if (program !== "node") throw new Error(`Only Node can be run here, not ${program ?? "nothing"}`);
    const logFile = path.join(this.#scratch, `${String(this.#logs++)}.log`);
    const log = openSync(logFile, "a");
    const imports = preload.map((file) => `--import=file://${this.#scratch}/${path.basename(file)}`);
    const env = {
      ...this.stage.env,
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

  /** Runs a program of the image to its end, with nothing but what the image has: the leash would keep it from ending. */
  async runToEnd(command: readonly string[], settings: Readonly<Record<string, string>>): Promise<Ended> {
    const { child, output } = this.#start(command, settings, []);
    const tooLong = setTimeout(() => void child.stop(), RUN_TIMEOUT_MS);
    const code = await child.ended;
    clearTimeout(tooLong);
    return { code, output: output() };
  }
}

/** A program of an image. */
export interface Running {
  readonly child: Child;
  /** What it has said so far. */
  readonly output: () => string;
}

/** A port on this machine's loopback, and the settings by which the image's server listens there. */
export async function loopbackAddress(): Promise<{ url: string; listen: Record<string, string> }> {
  const port = await freePort();
  return { url: `http://127.0.0.1:${port}`, listen: { HOSTNAME: "127.0.0.1", PORT: String(port) } };
}
