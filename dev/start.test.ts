// `npm start` as a user runs it: the real command, from another folder, with its own data folder and port.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import os from "node:os";
import path from "node:path";

import { Client } from "pg";
import { v7 as uuidv7 } from "uuid";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { generateKey } from "@/lib/api-keys/format";
import { storedHash } from "@/lib/api-keys/hash";

import { CONTOSO } from "./microsoft/directory";
import { freePort, isPortFree } from "./port";
import { ROOT } from "./root";
import { fetchChecked, servedContract } from "../tests/support/contract";
import { callOnOneConnection } from "../tests/support/one-connection";
import { testEnvironment } from "../tests/support/test-environment";

/** A first start may have to build. */
const START_TIMEOUT_MS = 300_000;
const GONE_TIMEOUT_MS = 10_000;
const RUNNING = /^Neo is running at (\S+)$/m;

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function until(condition: () => boolean | Promise<boolean>, timeoutMs: number, what: string): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`after ${timeoutMs / 1000} seconds still not: ${what}`);
    await pause(50);
  }
}

/** Every process and its parent, except zombies. */
function processes(): { pid: number; parent: number }[] {
  if (!existsSync("/proc/self/stat"))
    return execFileSync("ps", ["-A", "-o", "pid=,ppid="], { encoding: "utf8" })
      .trim()
      .split("\n")
      .map((line) => line.trim().split(/\s+/).map(Number))
      .map(([pid = 0, parent = 0]) => ({ pid, parent }));
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && existsSync(`/proc/${name}/stat`))
    .flatMap((name) => {
      try {
        const [state, parent] = (readFileSync(`/proc/${name}/stat`, "utf8").split(") ").at(-1) ?? "").split(" ");
        return state === "Z" ? [] : [{ pid: Number(name), parent: Number(parent) }];
      } catch {
        // It ended while the list was read.
        return [];
      }
    });
}

/** The process and its descendants. */
function treeOf(root: number): number[] {
  const all = processes();
  const tree = [root];
  for (const pid of tree) tree.push(...all.filter(({ parent }) => parent === pid).map((child) => child.pid));
  return tree;
}

class Command {
  readonly process;
  readonly ended: Promise<number | null>;
  output = "";

  /** Runs what `npm start` runs. Every setting is set, if only to blank, so that no .env file of this checkout counts. */
  constructor(settings: Record<string, string>) {
    const blank = Object.fromEntries(Object.keys(testEnvironment("")).map((name) => [name, ""]));
    const { NODE_ENV: _, NODE_OPTIONS: __, npm_lifecycle_event: ___, ...shell } = process.env;
    this.process = spawn(process.execPath, [path.join(ROOT, "dev", "bootstrap.mjs"), "dev/start.ts"], {
      cwd: os.tmpdir(),
      env: { ...shell, ...blank, ...settings } as unknown as NodeJS.ProcessEnv,
      stdio: ["ignore", "pipe", "pipe"],
    });
    for (const stream of [this.process.stdout, this.process.stderr])
      stream.on("data", (chunk: Buffer) => (this.output += chunk.toString()));
    this.ended = once(this.process, "close").then(([code]) => code as number | null);
  }

  /** The address it prints once it runs. */
  async address(): Promise<string> {
    await until(
      () => RUNNING.test(this.output) || this.process.exitCode !== null,
      START_TIMEOUT_MS,
      `running; it said:\n${this.output}`,
    );
    const address = RUNNING.exec(this.output)?.[1];
    if (!address) throw new Error(`It ended with code ${this.process.exitCode}:\n${this.output}`);
    return address;
  }

  /** Stops it as a service manager does, and waits until it has ended. */
  stop(): Promise<number | null> {
    this.process.kill("SIGTERM");
    return this.ended;
  }
}

async function refusal(settings: Record<string, string>): Promise<string> {
  const command = new Command(settings);
  expect(await command.ended).toBe(1);
  expect(command.output).not.toMatch(/^\s+at /m);
  return command.output;
}

describe("npm start", { timeout: 60_000, concurrent: false }, () => {
  let folder: string;
  let settings: { NEO_DATA_DIR: string; PORT: string };
  let command: Command;
  let url: string;
  const key = generateKey("prod");
  let firstUse: Date;

  /** Queries the running embedded database. */
  async function query<Row extends object>(sql: string, values: unknown[] = []): Promise<Row[]> {
    const host = path.join(settings.NEO_DATA_DIR, "database.socket");
    const client = new Client({ host, port: 5432, user: "postgres", database: "postgres" });
    await client.connect();
    try {
      return (await client.query<Row>(sql, values)).rows;
    } finally {
      await client.end();
    }
  }

  async function lastUse(): Promise<Date | null> {
    const sql = "select last_used_at from api_keys where hash = $1";
    const [row] = await query<{ last_used_at: Date | null }>(sql, [storedHash(key)]);
    return row?.last_used_at ?? null;
  }

  const useKey = async () => {
    const headers = { Authorization: `Bearer ${key}` };
    const answer = await fetchChecked(await servedContract(url), new URL("/public-api/me", url), { headers });
    expect(answer.status).toBe(200);
  };

  beforeAll(async () => {
    folder = mkdtempSync(path.join(os.tmpdir(), "neo-start-"));
    settings = { NEO_DATA_DIR: path.join(folder, "data"), PORT: String(await freePort()) };
    command = new Command(settings);
    url = await command.address();
  }, START_TIMEOUT_MS);

  afterAll(async () => {
    await command.stop();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });

  test("prints one line with the address, and answers there; its data folder is private", async () => {
    expect(url).toBe(`http://localhost:${settings.PORT}`);
    expect(command.output.split("\n").filter((line) => /https?:\/\//.test(line))).toEqual([`Neo is running at ${url}`]);
    const health = await fetchChecked(await servedContract(url), new URL("/public-api/health", url));
    expect(health.status).toBe(200);
    expect((await fetch(`${url}/sign-in`)).status).toBe(200);
    expect(statSync(settings.NEO_DATA_DIR).mode & 0o777).toBe(0o700);
  });

  test("a port that is taken is refused, with a free one to try", async () => {
    const said = await refusal({ ...settings, NEO_DATA_DIR: path.join(folder, "other") });
    expect(said).toContain(`Port ${settings.PORT} is already in use.`);
    expect(said).toContain(`PORT=${Number(settings.PORT) + 1} npm start`);
  });

  test("a data folder that is in use is refused, with the process that uses it", async () => {
    const said = await refusal({ ...settings, PORT: String(await freePort()) });
    const holder = /Process (\d+) already runs on (.+?)\. /.exec(said);
    expect(holder?.[2]).toBe(settings.NEO_DATA_DIR);
    expect(treeOf(command.process.pid!)).toContain(Number(holder?.[1]));
  });

  test("half a Microsoft configuration is refused, and all that is missing is named", async () => {
    const said = await refusal({
      NEO_DATA_DIR: path.join(folder, "other"),
      PORT: String(await freePort()),
      DATABASE_URL: "postgresql://neo@db.example.com/neo",
      AZURE_AD_CLIENT_ID: "5d1f4e2a-7b64-4c0e-9f5d-0c2f6a3e8b17",
    });
    for (const name of ["AZURE_AD_CLIENT_SECRET", "TENANTS", "NEXTAUTH_URL", "NEXTAUTH_SECRET"])
      expect(said).toContain(`${name} is missing`);
    expect(existsSync(path.join(folder, "other"))).toBe(false);
  });

  test("an embedded database that is killed is started again, and calls are answered as before", async () => {
    const database = () =>
      treeOf(command.process.pid!).filter((pid) =>
        execFileSync("ps", ["-o", "args=", "-p", String(pid)], { encoding: "utf8" }).includes("embedded-server"),
      );
    const [pid] = database();
    const agents = () =>
      fetch(`${url}/public-api/agents`, { headers: { Authorization: `Bearer ${generateKey("prod")}` } });
    expect((await agents()).status).toBe(401);
    process.kill(pid!, "SIGKILL");
    await until(async () => (await agents()).status === 503, 10_000, "503 while it is down");
    await until(async () => (await agents()).status === 401, 20_000, "the answer as before");
    expect(database()).toHaveLength(1);
    expect(database()).not.toContain(pid);
    expect(command.output).toContain("The embedded database ended unexpectedly: starting it again");
  });

  test("SIGTERM ends everything it started and frees the port", async () => {
    await query(
      `insert into api_keys (id, tenant_id, name, environment, last4, hash, created_at, created_by_id, lineage_id)
       select $1, t.id, 'Start', 'prod', $2, $3, now(), m.id, $1 from tenants t join members m on m.tenant_id = t.id
       where t.entra_tenant_id = $4 limit 1`,
      [uuidv7(), key.slice(-4), storedHash(key), CONTOSO.id],
    );
    await useKey();
    await until(async () => (await lastUse()) !== null, 10_000, "the first use is written");
    firstUse = (await lastUse())!;
    // Not due for a minute: only shutdown writes it now.
    await useKey();

    let signalled = false;
    const health = new URL("/public-api/health", url).href;
    const callers = Array.from({ length: 8 }, () => callOnOneConnection(health, key, () => signalled));
    // Each connection was accepted, and is kept.
    await until(() => callers.every(({ caller }) => caller.answers > 1), 10_000, "every connection in use");
    const tree = treeOf(command.process.pid!);
    // The command, its script, the database and the app.
    expect(tree.length).toBeGreaterThanOrEqual(4);
    signalled = true;
    expect(await command.stop()).toBe(0);
    // No request was cut off, and every connection was announced to close.
    await Promise.all(callers.map(({ ended }) => ended));
    for (const { caller } of callers) expect(caller).toMatchObject({ cut: [], closed: true });
    const left = () => processes().filter(({ pid }) => tree.includes(pid));
    await until(() => left().length === 0, GONE_TIMEOUT_MS, "every process is gone");
    expect(await isPortFree(Number(settings.PORT), ["127.0.0.1", "::1"])).toBe(true);
  });

  test("a second start neither installs nor builds nor migrates, and has what the first one's end wrote", async () => {
    command = new Command(settings);
    expect(await command.address()).toBe(url);
    expect(command.output).not.toMatch(/install|generat|building|waiting|migration|filling/i);
    expect((await lastUse())?.getTime()).toBeGreaterThan(firstUse.getTime());
    await useKey();
  });
});
