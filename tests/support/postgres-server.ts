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
  /** Starts the server again on its data, at the same address, however it ended. Only of a lasting one. */
  start(): Promise<void>;
  /** Ends the server, as fast as a clean end goes, and leaves its data. Only of a lasting one. */
  halt(): Promise<void>;
  /** Ends the server and removes its folder. */
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
 * What refuses to run as root, as PostgreSQL does, gets from root the first of these users that the machine has.
 * @returns null where this is not root: everything runs as whoever it is
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
  throw new Error(`This does not run as root, and this machine has no user ${names.join(" or ")}`);
}

/**
 * Makes and starts a throw-away PostgreSQL from the installed programs, in a temporary folder, with durability off.
 * It ends, and its folder goes, with `stop()` or with this process.
 * @param options.lasting whether it may be killed and started again: what it acknowledged outlives its processes (not the machine)
 * @throws Error when PostgreSQL is not installed or does not start
 */
export async function startPostgres({ lasting = false }: { lasting?: boolean } = {}): Promise<PostgresServer> {
  const bin = findPostgres();
  if (!bin) throw new Error("initdb and postgres are not installed (Debian: apt-get install postgresql)");
  const user = unprivilegedUser("postgres", "nobody");
  const folder = mkdtempSync(path.join(os.tmpdir(), "neo-postgres-"));
  const dataDir = path.join(folder, "data");
  const logFile = path.join(folder, "log");
  const passwordFile = path.join(folder, "password");
  const password = randomBytes(16).toString("hex");
  try {
    writeFileSync(passwordFile, password, { mode: 0o600 });
    if (user) for (const file of [folder, passwordFile]) chownSync(file, user.uid, user.gid);
    chmodSync(folder, 0o700);
    execFileSync(
      path.join(bin, "initdb"),
      [
        "-D",
        dataDir,
        "-U",
        "postgres",
        "-E",
        "UTF8",
        "--locale=C",
        "-A",
        "scram-sha-256",
        "--pwfile",
        passwordFile,
        "--no-sync",
      ],
      { cwd: folder, stdio: ["ignore", "ignore", "pipe"], env: { ...process.env, HOME: folder }, ...user },
    );
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }

  const port = await freePort();
  const settings = {
    listen_addresses: "127.0.0.1",
    port: String(port),
    unix_socket_directories: "",
    fsync: "off",
    // Off, a commit is acknowledged that is still in the server's own memory.
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
    // Fast shutdown: PostgreSQL's SIGTERM would wait for every client to leave.
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
      // It may end while somebody kills it.
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
        // Processes of the server that was killed may still hold its memory: it refuses until they have gone.
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

/** Starts the server's guard. @param order what it is to run, as dev/supervise.mjs describes it */
function startServer(order: object, folder: string): Child {
  return startNode({
    name: "the throw-away PostgreSQL",
    args: [path.join(ROOT, "dev", "supervise.mjs"), JSON.stringify(order)],
    cwd: folder,
  });
}
