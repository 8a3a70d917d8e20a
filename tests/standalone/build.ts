import { execFileSync } from "node:child_process";
import { chmodSync, cpSync, existsSync, lchownSync, lstatSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";

import { startNode } from "../../dev/child";
import { filesBelow } from "../../dev/files-below";
import type { ProcessGroup } from "../../dev/process-group";
import { ROOT } from "../../dev/root";
import { unprivilegedUser } from "../support/postgres-server";
import { DOCKER_CONTEXT, DOCKERFILE } from "./container-files";

/** The patterns of .dockerignore below the names that it lets in; container-files.test.ts compares the two. */
const EXCLUDED = /(^|\/)\.env[^/]*$|\.test\.tsx?$|^lib\/generated(\/|$)/;

/** Where Node and the system's programs are. */
const PROGRAMS = `${path.dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin`;

/**
 * Builds the standalone folder as the image's build does: with the Dockerfile's commands, from the files that .dockerignore lets in, with
 * production packages only and as another user. The files are readable by their owner only, as after `umask 077`.
 * @param folder an empty folder
 * @returns the standalone folder
 * @throws Error with the output of a command that failed
 */
export async function buildStandalone(folder: string, processes: ProcessGroup): Promise<string> {
  const user = unprivilegedUser("nobody");
  const source = path.join(folder, "source");
  const home = path.join(folder, "home");
  mkdirSync(home, { recursive: true });
  for (const name of DOCKER_CONTEXT.names.filter((name) => existsSync(path.join(ROOT, name))))
    cpSync(path.join(ROOT, name), path.join(source, name), {
      recursive: true,
      filter: (file) => !EXCLUDED.test(path.relative(ROOT, file)),
    });
  // A checkout's own settings must not get into the folder.
  writeFileSync(path.join(source, ".env"), "NEO_FOREIGN=1\n");
  for (const file of filesBelow(folder)) {
    if (!lstatSync(file).isSymbolicLink()) chmodSync(file, lstatSync(file).mode & 0o700);
    if (user) lchownSync(file, user.uid, user.gid);
  }
  // Only the traversal of the parent is shared; npm's own settings belong to another user, so the registry is passed on.
  const registry = execFileSync("npm", ["config", "get", "registry"], { encoding: "utf8" }).trim();
  for (const command of DOCKERFILE.runs) {
    console.log(`  ${command}`);
    const begin = Date.now();
    const child = startNode({
      name: command,
      args: [
        path.join(ROOT, "dev", "supervise.mjs"),
        JSON.stringify({ command: "/bin/sh", args: ["-c", command], ...user }),
      ],
      cwd: source,
      env: {
        PATH: PROGRAMS,
        HOME: home,
        npm_config_registry: registry,
      } as Partial<NodeJS.ProcessEnv> as NodeJS.ProcessEnv,
      output: "pipe",
    });
    processes.add(() => child.stop());
    const output: string[] = [];
    for (const stream of [child.process.stdout, child.process.stderr])
      stream?.on("data", (chunk: Buffer) => output.push(chunk.toString()));
    const code = await child.ended;
    if (code !== 0 || child.stopping) throw new Error(`${command} failed:\n${output.join("")}`);
    console.log(`  (${((Date.now() - begin) / 1000).toFixed(0)} s)`);
  }
  return path.join(source, ".next", "standalone");
}
