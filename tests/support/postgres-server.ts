import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmodSync, chownSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";

import { Client } from "pg";

import { type Child, startNode } from "../../dev/child";
import { isExecutable } from "../../dev/executable";
import { freePort } from "../../dev/port";
import { ROOT } from "../../dev/root";

export interface PostgresServer {
  /** Connection string of the superuser on 127.0.0.1. */
  readonly url: string;
  readonly dataDir: string;
  /** Restarts the server on its data, at the same address, however it ended. Lasting servers only. */
  start(): Promise<void>;
  /** Shuts the server down cleanly and keeps its data. Lasting servers only. */
  halt(): Promise<void>;
  /** Shuts the server down and removes its folder. */
  stop(): Promise<void>;
}

const READY_TIMEOUT_MS = 30_000;

/** Folder with both `initdb` and `postgres` (PATH first, then Debian's /usr/lib/postgresql, newest first), or null. */
export function findPostgres(): string | null {
  const debian = "/usr/lib/postgresql";
  let versions: string[] = [];
  try {
    versions = readdirSync(debian).sort((a, b) => Number(b) - Number(a));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
  const folders = [
    ...(process.env.PATH ?? "").split(path.delimiter).filter(Boolean),
    ...versions.map((version) => path.join(debian, version, "bin")),
  ];
  return (
    folders.find((folder) => ["initdb", "postgres"].every((program) => isExecutable(path.join(folder, program)))) ??
    null
  );
}

/**
 * The first of these users that exists, for programs that refuse to run as root, such as PostgreSQL.
 * @returns null when this process is not root: everything runs as its own user
 */
export function unprivilegedUser(...names: string[]): { uid: number; gid: number } | null {
  if (process.getuid?.() !== 0) return null;
  const lines = readFileSync("/etc/passwd", "utf8")
    .split("\n")
    .map((line) => line.split(":"));
  for (const name of names) {
    const line = lines.find(([user]) => user === name);
    if (line) return { uid: Number(line[2]), gid: Number(line[3]) };
  }
  throw new Error(`This can't run as root, and this machine has no user ${names.join(" or ")}`);
}

/**
 * Creates and starts a throw-away PostgreSQL from the installed programs, in a temporary folder, without durability.
 * `stop()`, or the end of this process, ends it and removes its folder.
 * @param options.lasting whether it may be killed and restarted: acknowledged commits outlive its processes (not the machine)
 * @throws Error when PostgreSQL is not installed or does not start
 */
export async function startPostgres({ lasting = false }: { lasting?: boolean } = {}): Promise<PostgresServer> {
  const bin = findPostgres();
  if (!bin) throw new Error("initdb and postgres are not installed (Debian: apt-get install postgresql)");
  const user = unprivilegedUser("postgres", "nobody");
  const folder = mkdtempSync(path.join(os.tmpdir(), "neo-postgres-"));
  const dataDir = path.join(folder, "data");
  const logFile = path.join(folder, "log");
  const password = initialize(bin, folder, dataDir, user);

  const port = await freePort();
  const settings = {
    listen_addresses: "127.0.0.1",
    port: String(port),
    unix_socket_directories: "",
    fsync: "off",
    // When off, commits are acknowledged while still in the server's memory.
    synchronous_commit: lasting ? "on" : "off",
    full_page_writes: "off",
    max_connections: lasting ? "80" : "200",
    logging_collector: "off",
  };
  const order = {
    command: "/bin/sh",
    args: [
      "-c",
      'log=$1; shift; exec "$@" >"$log" 2>&1',
      "sh",
      logFile,
      path.join(bin, "postgres"),
      "-D",
      dataDir,
      ...Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]),
    ],
    // Fast shutdown; on SIGTERM PostgreSQL would wait for every client to disconnect.
    stopSignal: "SIGINT",
    ...(lasting ? {} : { removeAfter: folder }),
    ...user,
  };
  const url = `postgresql://postgres:${password}@127.0.0.1:${port}/postgres?sslmode=disable`;
  const remove = () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  if (lasting) process.once("exit", remove);
  let child: Child;
  const start = async () => {
    const deadline = Date.now() + READY_TIMEOUT_MS;
    child = startServer(order, folder);
    for (;;) {
      const client = new Client({ connectionString: url });
      // A test may kill it.
      client.on("error", () => undefined);
      try {
        await client.connect();
        await client.end();
        return;
      } catch (error) {
        const gone = child.process.exitCode !== null || child.process.signalCode !== null;
        if (Date.now() > deadline || (gone && !lasting)) {
          await child.stop();
          throw new Error("the throw-away PostgreSQL did not start", { cause: error });
        }
        await new Promise((resolve) => setTimeout(resolve, 50));
        // Processes of a killed server may still hold its memory; it refuses to start until they have ended.
        if (gone) child = startServer(order, folder);
      }
    }
  };
  const halt = () => child.stop();
  const stop = async () => {
    await halt();
    remove();
  };
  await start();
  return { url, dataDir, start, halt, stop };
}

/** Creates an empty database cluster. @returns the superuser's password */
function initialize(bin: string, folder: string, dataDir: string, user: { uid: number; gid: number } | null): string {
  const password = randomBytes(16).toString("hex");
  const passwordFile = path.join(folder, "password");
  try {
    writeFileSync(passwordFile, password, { mode: 0o600 });
    if (user) for (const file of [folder, passwordFile]) chownSync(file, user.uid, user.gid);
    chmodSync(folder, 0o700);
    execFileSync(
      path.join(bin, "initdb"),
      [
        "-D",
        dataDir,
        "--pwfile",
        passwordFile,
        ..."-U postgres -E UTF8 --locale=C -A scram-sha-256 --no-sync".split(" "),
      ],
      { cwd: folder, stdio: ["ignore", "ignore", "pipe"], env: { ...process.env, HOME: folder }, ...user },
    );
    return password;
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

/** Starts the supervised server. @param order what to run, as dev/supervise.mjs describes it */
function startServer(order: object, folder: string): Child {
  return startNode({
    name: "the throw-away PostgreSQL",
    args: [path.join(ROOT, "dev", "supervise.mjs"), JSON.stringify(order)],
    cwd: folder,
  });
}
