import { chmodSync, cpSync, lchownSync, lstatSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";

import { startNode } from "../../dev/child";
import { filesBelow } from "../../dev/files-below";
import { ROOT } from "../../dev/root";
import type { ProcessGroup } from "../../dev/process-group";
import type { Stage, Step } from "./dockerfile";

/** Where Node and the system's programs are. */
const PROGRAMS = `${path.dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin`;

/** A user other than root, by number. */
export interface User {
  readonly uid: number;
  readonly gid: number;
}

export interface CarryOutOptions {
  /** What a build is given: a folder, without what `leaveOut` says. */
  readonly context: string;
  readonly leaveOut: (name: string) => boolean;
  /** Files that the context has besides, by name; `leaveOut` is for them too. */
  readonly more: Readonly<Record<string, string>>;
  /** An empty folder; each stage gets one in it, which stands for its `/`. */
  readonly folder: string;
  /** Runs the build's commands; null: whoever runs this. */
  readonly user: User | null;
  /** The environment of its commands, on top of PATH and HOME. */
  readonly env: Readonly<Record<string, string>>;
  readonly log: (line: string) => void;
  /** Collects what runs. */
  readonly processes: ProcessGroup;
}

/**
 * Carries out what a Dockerfile says, line by line and without a container engine: each stage in a folder of its own, its
 * commands as a user who may do nothing else. What the context holds is first made readable by its owner only, as it is after
 * `umask 077`: a build must not rely on more.
 * @returns the folder that stands for `/` of the last stage
 * @throws Error with the output of a command that failed
 */
export async function carryOut(stages: readonly Stage[], options: CarryOutOptions): Promise<string> {
  const rootOf = (stage: string) => path.join(options.folder, stage);
  mkdirSync(path.join(options.folder, "home"), { recursive: true });
  give(path.join(options.folder, "home"), options.user);
  for (const { name, steps, env } of stages) {
    options.log(`FROM … AS ${name}`);
    mkdirSync(rootOf(name), { recursive: true });
    for (const step of steps) {
      if (step.kind === "run") await run(step, rootOf(name), env, options);
      else copy(step, rootOf(name), options);
    }
  }
  return rootOf(stages.at(-1)?.name ?? "");
}

function copy({ from, sources, to }: Step & { kind: "copy" }, root: string, options: CarryOutOptions): void {
  options.log(`COPY ${from ? `--from=${from} ` : ""}${sources.join(" ")} ${to}`);
  const target = path.join(root, to);
  mkdirSync(target, { recursive: true });
  for (const source of sources) {
    const base = from ? path.join(options.folder, from) : options.context;
    const origin = path.join(base, source);
    const isFolder = lstatSync(origin).isDirectory();
    cpSync(origin, isFolder ? target : path.join(target, path.basename(source)), {
      recursive: true,
      verbatimSymlinks: true,
      filter: (file) => {
        const name = path.relative(base, file);
        return from !== null || name === "" || !options.leaveOut(name);
      },
    });
  }
  if (from === null && sources.includes(".")) {
    for (const [name, text] of Object.entries(options.more)) {
      if (options.leaveOut(name)) continue;
      mkdirSync(path.dirname(path.join(target, name)), { recursive: true });
      writeFileSync(path.join(target, name), text);
    }
  }
  if (from) give(root, process.getuid?.() === 0 ? { uid: 0, gid: 0 } : null);
  else {
    for (const file of filesBelow(root)) if (!lstatSync(file).isSymbolicLink()) chmodSync(file, ownersOnly(file));
    give(root, options.user);
  }
}

async function run(
  { command, folder }: Step & { kind: "run" },
  root: string,
  env: Readonly<Record<string, string>>,
  { user, env: more, folder: all, log, processes }: CarryOutOptions,
): Promise<void> {
  log(`RUN ${command}`);
  const begin = Date.now();
  const child = startNode({
    name: command,
    args: [
      path.join(ROOT, "dev", "supervise.mjs"),
      JSON.stringify({ command: "/bin/sh", args: ["-c", command], ...user }),
    ],
    cwd: path.join(root, folder),
    // Nothing of this process's own: npm, which may have started it, would be found in it.
    env: {
      PATH: PROGRAMS,
      HOME: path.join(all, "home"),
      ...more,
      ...env,
    } as Partial<NodeJS.ProcessEnv> as NodeJS.ProcessEnv,
    output: "pipe",
  });
  processes.add(() => child.stop());
  const output: string[] = [];
  for (const stream of [child.process.stdout, child.process.stderr])
    stream?.on("data", (chunk: Buffer) => output.push(chunk.toString()));
  const code = await child.ended;
  if (code !== 0 || child.stopping) throw new Error(`RUN ${command} failed:\n${output.join("")}`);
  log(`  (${((Date.now() - begin) / 1000).toFixed(0)} s)`);
}

const ownersOnly = (file: string) => (lstatSync(file).isDirectory() ? 0o700 : lstatSync(file).mode & 0o700);

function give(folder: string, user: User | null): void {
  if (user) for (const file of filesBelow(folder)) lchownSync(file, user.uid, user.gid);
}
