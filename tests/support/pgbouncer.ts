import { chmodSync, chownSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";

import { Client } from "pg";

import { startNode } from "../../dev/child";
import { unprivilegedUser } from "./postgres-server";
import { freePort } from "../../dev/port";
import { ROOT } from "../../dev/root";
import { findProgram } from "./find-program";

const READY_TIMEOUT_MS = 10_000;

/** A connection pooler in front of a database. */
export interface Pooler {
  /** Connection string of the same database, through the pooler. */
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * Starts PgBouncer on loopback in front of one database. It ends with `stop()` or with this process.
 * @param databaseUrl PostgreSQL over TCP, without TLS
 * @param settings of PgBouncer's `[pgbouncer]` section, `pool_mode` among them
 * @throws Error when it is not installed or does not start
 */
export async function startPgBouncer(databaseUrl: string, settings: Record<string, string>): Promise<Pooler> {
  const program = findProgram("pgbouncer");
  if (!program) throw new Error("pgbouncer is not installed (Debian: apt-get install pgbouncer)");
  const target = new URL(databaseUrl);
  const user = unprivilegedUser("postgres", "nobody");
  const folder = mkdtempSync(path.join(os.tmpdir(), "neo-pgbouncer-"));
  const port = await freePort();
  const file = (name: string, lines: string[]) => {
    const at = path.join(folder, name);
    writeFileSync(at, `${lines.join("\n")}\n`, { mode: 0o600 });
    if (user) chownSync(at, user.uid, user.gid);
    return at;
  };
  const userlist = file("userlist.txt", [`"${target.username}" "${target.password}"`]);
  const all = {
    listen_addr: "127.0.0.1",
    listen_port: String(port),
    unix_socket_dir: "",
    auth_type: "scram-sha-256",
    auth_file: userlist,
    logfile: path.join(folder, "log"),
    ...settings,
  };
  const config = file("pgbouncer.ini", [
    "[databases]",
    `* = host=${target.hostname} port=${target.port}`,
    "[pgbouncer]",
    ...Object.entries(all).map(([name, value]) => `${name} = ${value}`),
  ]);
  chmodSync(folder, 0o700);
  if (user) chownSync(folder, user.uid, user.gid);

  const order = { command: program, args: ["-q", config], stopSignal: "SIGINT", removeAfter: folder, ...user };
  const child = startNode({
    name: "PgBouncer",
    args: [path.join(ROOT, "dev", "supervise.mjs"), JSON.stringify(order)],
    cwd: folder,
    output: "ignore",
  });
  const stop = async () => {
    await child.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  const url = new URL(databaseUrl);
  url.port = String(port);
  for (const deadline = Date.now() + READY_TIMEOUT_MS; ;) {
    const client = new Client({ connectionString: url.href });
    client.on("error", () => undefined);
    try {
      await client.connect();
      await client.end();
      return { url: url.href, stop };
    } catch (error) {
      if (Date.now() > deadline || child.process.exitCode !== null) {
        await stop();
        throw new Error("PgBouncer did not start", { cause: error });
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
