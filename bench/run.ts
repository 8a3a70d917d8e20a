// `npm run bench`: what authentication costs, against a bare route of the same server in the same run.
// Prints a table and writes bench/results.json. With --quick fewer and shorter rounds, for a look while working.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

import { Client } from "pg";

import { addTenant, addUsableKeys, fillAgents, fillKeys } from "@/bench/fill";
import type { LoadOrder, LoadResult } from "@/bench/load";
import { type Child, readyMessage, startNode } from "@/local/child";
import { findPostgres } from "@/local/database/cluster";
import { migrate } from "@/local/database/migrate";
import { PRODUCTION_FLAGS } from "@/local/launch";
import { freePort } from "@/local/port";
import { openTestDatabase } from "@/local/testing/test-database";
import { testEnvironment } from "@/local/testing/test-environment";

const ROOT = path.dirname(import.meta.dirname);
const DIST = ".next-bench";
const QUICK = process.argv.includes("--quick");
const CONNECTIONS = 16;
const WARM_UP_REQUESTS = 30_000;
// Many short rounds rather than few long ones: whatever else the machine does then falls on both sides alike.
const ROUNDS = QUICK ? 15 : 60;
const ROUND_REQUESTS = 1_000;
const KEY_COUNTS = [1_000, 1_000_000];

interface Row {
  name: string;
  connections: number;
  keys: number;
  ratio: number;
  p50_ms: number;
  p99_ms: number;
}

const say = (line: string) => process.stdout.write(`${line}\n`);

/** The value below which `share` of the values lie; the middle one by default. */
function quantile(values: readonly number[], share = 0.5): number {
  const sorted = [...values].sort((a, b) => a - b);
  const position = (sorted.length - 1) * share;
  const [below, above] = [sorted[Math.floor(position)] ?? NaN, sorted[Math.ceil(position)] ?? NaN];
  return below + (above - below) * (position - Math.floor(position));
}

/** Processor time that a process has used, in microseconds; NaN where there is no /proc. Told beside the ratio: it is less of the machine's mood. */
function cpuMicroseconds(pid: number | undefined): number {
  if (!existsSync(`/proc/${pid}/stat`)) return NaN;
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  // Fields 14 and 15 of proc(5), user and system time in hundredths of a second.
  return (Number(fields[11]) + Number(fields[12])) * 10_000;
}

const round = (value: number, digits: number) => Number(value.toFixed(digits));

function databaseKind(): string {
  if (process.env.TEST_DATABASE_URL) return "url";
  return findPostgres() ? "postgres" : "embedded";
}

const program = (...names: string[]) => path.join(ROOT, "node_modules", ...names);

function build(environment: NodeJS.ProcessEnv): void {
  if (QUICK && process.argv.includes("--no-build") && existsSync(path.join(ROOT, DIST, "BUILD_ID"))) return;
  say("Building with the bare route …");
  execFileSync(process.execPath, [program("next", "dist", "bin", "next"), "build"], {
    cwd: ROOT,
    env: environment,
    stdio: ["ignore", "ignore", "inherit"],
  });
}

async function startApp(environment: NodeJS.ProcessEnv, port: number): Promise<Child> {
  const profile = process.env.BENCH_CPU_PROF ? ["--cpu-prof", `--cpu-prof-dir=${process.env.BENCH_CPU_PROF}`] : [];
  const app = startNode({
    name: "the application",
    args: [
      ...profile,
      ...PRODUCTION_FLAGS,
      program("next", "dist", "bin", "next"),
      "start",
      "-p",
      String(port),
      "-H",
      "127.0.0.1",
    ],
    cwd: ROOT,
    env: environment,
    output: "ignore",
  });
  for (let tries = 0; ; tries++) {
    try {
      if ((await fetch(`http://127.0.0.1:${port}/public-api/health`)).ok) return app;
    } catch (error) {
      if (tries > 300) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

class Load {
  readonly #child: Child;
  readonly #url: string;

  private constructor(child: Child, url: string) {
    this.#child = child;
    this.#url = url;
  }

  static async start(url: string): Promise<Load> {
    const child = startNode({ name: "the load", args: ["--import", "tsx", path.join(import.meta.dirname, "load.ts")] });
    await readyMessage(child);
    return new Load(child, url);
  }

  async run(route: string, tokens: readonly string[], amount: number): Promise<LoadResult> {
    const order: LoadOrder = { url: `${this.#url}${route}`, connections: CONNECTIONS, tokens, amount };
    const answer = readyMessage(this.#child, 600_000);
    this.#child.process.send(order);
    const result = (await answer) as LoadResult;
    if (result.failures > 0) throw new Error(`${route}: ${result.failures} requests failed`);
    return result;
  }

  stop(): Promise<void> {
    return this.#child.stop();
  }
}

async function body(url: string, token: string): Promise<string> {
  const response = await fetch(url, { headers: { Authorization: `Bearer ${token}` } });
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return response.text();
}

/** Fails unless the two routes answer with as many bytes, give or take what `timings_ms` varies by. */
async function checkSizes(url: string, { route, bare }: Comparison, token: string): Promise<void> {
  const [mine, bares] = [(await body(url + route, token)).length, (await body(url + bare, token)).length];
  if (Math.abs(bares - mine) > 8)
    throw new Error(`${bare} answers ${bares} bytes and ${route} ${mine}: make them the same`);
}

/** A route and the bare one it is compared with. */
interface Comparison {
  readonly name: string;
  readonly route: string;
  readonly bare: string;
}

const ME: Comparison = { name: "me", route: "/public-api/me", bare: "/public-api/bare" };
const AGENTS: Comparison = {
  name: "agents, page of 50",
  route: "/public-api/agents?page_size=50",
  bare: "/public-api/bare-page",
};

async function compare(
  app: Child,
  load: Load,
  { name, route, bare }: Comparison,
  tokens: readonly string[],
  keys: number,
): Promise<Row> {
  const routes = { bare, own: route };
  for (const each of Object.values(routes)) await load.run(each, tokens, WARM_UP_REQUESTS);
  const ratios: number[] = [];
  const rounds: Record<"bare" | "own", LoadResult[]> = { bare: [], own: [] };
  const cpu = { bare: 0, own: 0 };
  for (let n = 0; n < ROUNDS; n++) {
    // First one, then the other goes first, so that a machine that slows down or speeds up favours neither.
    const order: ("bare" | "own")[] = n % 2 ? ["own", "bare"] : ["bare", "own"];
    for (const which of order) {
      const before = cpuMicroseconds(app.process.pid);
      rounds[which].push(await load.run(routes[which], tokens, ROUND_REQUESTS));
      cpu[which] += cpuMicroseconds(app.process.pid) - before;
    }
    ratios.push((rounds.own.at(-1)?.requestsPerSecond ?? NaN) / (rounds.bare.at(-1)?.requestsPerSecond ?? NaN));
  }
  const figures = (which: "bare" | "own") => {
    const perSecond = quantile(rounds[which].map((result) => result.requestsPerSecond));
    return `${routes[which]} ${perSecond.toFixed(0)}/s (${(cpu[which] / ROUNDS / ROUND_REQUESTS).toFixed(0)} µs of processor each)`;
  };
  const quartiles = [0.25, 0.75].map((share) => quantile(ratios, share).toFixed(2)).join(" to ");
  say(`${keys.toLocaleString("en")} keys: ${figures("bare")}, ${figures("own")}, half of the ratios in ${quartiles}`);
  return {
    name,
    connections: CONNECTIONS,
    keys,
    ratio: round(quantile(ratios), 3),
    p50_ms: round(quantile(rounds.own.map((result) => result.p50Ms)), 2),
    p99_ms: round(quantile(rounds.own.map((result) => result.p99Ms)), 2),
  };
}

/** A page of 50 agents, with the bare route told to answer its very bytes. */
async function compareAgents(app: Child, load: Load, url: string, tokens: readonly string[]): Promise<Row> {
  const token = tokens[0] ?? "";
  await fetch(url + AGENTS.bare, { method: "PUT", body: await body(url + AGENTS.route, token) });
  await checkSizes(url, AGENTS, token);
  return compare(app, load, AGENTS, tokens, KEY_COUNTS[0] ?? NaN);
}

/** The dashboard's page of 50 keys: the time for a tenant of 10,000 keys as a multiple of that for one of 10. */
async function compareKeyLists(client: Client, environment: NodeJS.ProcessEnv): Promise<Row> {
  const tenants = [];
  for (const count of [10, 10_000]) {
    const tenant = await addTenant(client, `Bench ${count}`);
    const { rows } = await client.query<{ count: number }>("select count(*)::int as count from api_keys");
    await fillKeys(client, tenant, (rows[0]?.count ?? 0) + count);
    tenants.push(`${tenant.tenantId},${tenant.memberId}`);
  }
  const output = execFileSync(
    process.execPath,
    ["--conditions=react-server", "--import", "tsx", path.join(import.meta.dirname, "key-list.ts"), ...tenants],
    { cwd: ROOT, env: environment, encoding: "utf8" },
  );
  const { small, large } = JSON.parse(output) as { small: number[]; large: number[] };
  say(`Page of 50 keys: ${quantile(small).toFixed(2)} ms out of 10, ${quantile(large).toFixed(2)} ms out of 10,000`);
  return {
    name: "key list page, 10,000 keys against 10",
    connections: 1,
    keys: 10_000,
    ratio: round(quantile(large) / quantile(small), 3),
    p50_ms: round(quantile(large), 2),
    p99_ms: round(quantile(large, 0.99), 2),
  };
}

async function main(): Promise<void> {
  const kind = databaseKind();
  say(
    `Database: ${{ url: "the one of TEST_DATABASE_URL", postgres: "a throw-away PostgreSQL", embedded: "the embedded one (no PostgreSQL is installed)" }[kind]}`,
  );
  const stops: (() => Promise<void>)[] = [];
  try {
    const database = await openTestDatabase(kind);
    stops.unshift(() => database.stop());
    await migrate(database.url);
    const client = new Client({ connectionString: database.url });
    await client.connect();
    stops.unshift(() => client.end());
    const tenant = await addTenant(client, "Bench");
    const tokens = await addUsableKeys(client, tenant, CONNECTIONS);
    await fillAgents(client, tenant, 1_000);

    const environment: NodeJS.ProcessEnv = {
      ...process.env,
      ...testEnvironment(database.url),
      // The counting is measured, the refusing not.
      RATE_LIMIT_PER_MINUTE: "1000000000",
      LOG_LEVEL: "info",
      NODE_ENV: "production",
      NEO_ENVIRONMENT: "bench",
      NEO_BENCH: "1",
      NEO_DIST_DIR: DIST,
    };
    build(environment);
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const app = await startApp(environment, port);
    stops.unshift(() => app.stop());
    await checkSizes(url, ME, tokens[0] ?? "");
    const load = await Load.start(url);
    stops.unshift(() => load.stop());

    const rows: Row[] = [];
    const only = process.argv.find((argument) => argument.startsWith("--keys="))?.slice(7);
    for (const count of only ? [Number(only)] : KEY_COUNTS) {
      await fillKeys(client, tenant, count);
      rows.push(await compare(app, load, ME, tokens, count));
      if (count === KEY_COUNTS[0]) rows.push(await compareAgents(app, load, url, tokens));
    }
    if (!only) rows.push(await compareKeyLists(client, environment));
    console.table(rows);
    if (!QUICK) writeFileSync(path.join(import.meta.dirname, "results.json"), `${JSON.stringify(rows, null, 2)}\n`);
  } finally {
    for (const stop of stops) await stop();
  }
}

await main();
