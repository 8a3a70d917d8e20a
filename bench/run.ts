// `npm run bench`: the cost of a request compared with a bare route of the same server in the same run, and user-visible waiting
// times. Prints tables and writes bench/results.json. docs/performance.md explains each figure.
//   --quick          fewer and shorter rounds, for development; writes nothing
//   --only=a,b       only these parts; the others keep their previous figures
//   --starts=n       starts the servers n times for each figure of the part cost; 3 by default
//   --no-build       reuses the previous build
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";

import { Client } from "pg";

import { buildBench, DIST } from "@/bench/app";
import { measureApplications } from "@/bench/applications";
import type { Bench, Row } from "@/bench/bench";
import { addTenant, addUsableKeys, fillAgents, fillKeys } from "@/bench/fill";
import { measureKeysPage } from "@/bench/keys-page";
import { measureRatios } from "@/bench/ratios";
import { measureConnections, measureInstances, measureMemory } from "@/bench/scale";
import { measureColdStart, measureDemoMemory, measureFirstKey } from "@/bench/starts";
import { ensureBuilt } from "@/scripts/build";
import { findPostgres } from "@/tests/support/postgres-server";
import { migrate } from "@/scripts/migrate";
import { ROOT } from "@/dev/root";
import { ProcessGroup } from "@/dev/process-group";
import { openTestDatabase } from "@/tests/support/test-database";
import { testEnvironment } from "@/tests/support/test-environment";

const RESULTS = path.join(import.meta.dirname, "results.json");
const USABLE_KEYS = 16;
const KEYS = 1_000;

/** The parts in the order in which they run: the table of keys only grows. */
const PARTS = {
  cold_start: measureColdStart,
  connections: measureConnections,
  instances: measureInstances,
  memory: measureMemory,
  keys_page: measureKeysPage,
  first_key: measureFirstKey,
  demo_memory: measureDemoMemory,
  applications: measureApplications,
  cost: measureRatios,
} as const;
type Part = keyof typeof PARTS;

const say = (line: string) => process.stdout.write(`${line}\n`);
const flag = (name: string) => process.argv.includes(`--${name}`);
const option = (name: string) =>
  process.argv.find((argument) => argument.startsWith(`--${name}=`))?.slice(name.length + 3);

function databaseKind(): "url" | "postgres" | "embedded" {
  if (process.env.TEST_DATABASE_URL) return "url";
  return findPostgres() ? "postgres" : "embedded";
}

/** @throws Error for an unknown part */
function wantedParts(): Part[] {
  const only = option("only");
  const all = Object.keys(PARTS) as Part[];
  if (!only) return all;
  const wanted = only.split(",");
  const unknown = wanted.filter((name) => !all.includes(name as Part));
  if (unknown.length > 0) throw new Error(`There is no part ${unknown.join(", ")}: ${all.join(", ")}`);
  return all.filter((name) => wanted.includes(name));
}

/** What is compared with isn't a dependency of the product: it is installed on demand from its own lock file. */
function installPeers(): void {
  for (const peer of ["better-auth", "fastify"]) {
    const folder = path.join(import.meta.dirname, "peers", peer);
    if (existsSync(path.join(folder, "node_modules", peer))) continue;
    say(`Installing ${peer} into bench/peers/${peer} ...`);
    execFileSync("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], { cwd: folder, stdio: "inherit" });
  }
}

/** A row of results.json, and the part that produced it. */
type Result = Row & { readonly part: Part; readonly on: string; readonly at: string };

/** The major version of Node in a description such as "Node 20.19.0, 2 cores, PostgreSQL". */
const nodeOf = (on: string) => /^Node (\d+)/.exec(on)?.[1];

/** Replaces a part's previous results of the same Node. The cost comes first, because most readers look for it. */
function keep(part: Part, found: readonly Row[], on: string): void {
  const at = new Date().toISOString().slice(0, 10);
  const others = (JSON.parse(readFileSync(RESULTS, "utf8")) as Result[]).filter(
    (result) => result.part !== part || nodeOf(result.on) !== nodeOf(on),
  );
  const order = Object.keys(PARTS).toReversed();
  const results = [...others, ...found.map((row) => ({ ...row, part, on, at }))].sort(
    (a, b) => order.indexOf(a.part) - order.indexOf(b.part),
  );
  writeFileSync(RESULTS, `${JSON.stringify(results, null, 2)}\n`);
}

async function main(): Promise<void> {
  const kind = databaseKind();
  const names = {
    url: "the one of TEST_DATABASE_URL",
    postgres: "a throw-away PostgreSQL",
    embedded: "the embedded one",
  };
  say(`Database: ${names[kind]}`);
  const parts = wantedParts();
  const processes = new ProcessGroup();
  try {
    const database = await openTestDatabase(kind);
    processes.add(() => database.stop());
    await migrate(database.url);
    const client = new Client({ connectionString: database.url });
    await client.connect();
    processes.add(() => client.end());
    const tenant = await addTenant(client, "Bench");
    const tokens = await addUsableKeys(client, tenant, USABLE_KEYS);
    await fillAgents(client, tenant, 1_000);
    await fillKeys(client, tenant, KEYS);
    const environment: NodeJS.ProcessEnv = {
      ...process.env,
      ...testEnvironment(database.url),
      // Measures counting, not refusals.
      RATE_LIMIT_PER_MINUTE: "1000000000",
      LOG_LEVEL: "info",
      NODE_ENV: "production",
      NEO_ENVIRONMENT: "bench",
      NEO_BENCH: "1",
      NEO_PLAIN_NEXT: "1",
      NEO_DIST_DIR: DIST,
    };
    if (parts.includes("cost")) installPeers();
    if (!flag("no-build")) {
      say("Building with the bare routes ...");
      await buildBench(environment);
    }
    // The page uses the product's own build, as `npm start` does.
    if (parts.includes("keys_page")) await ensureBuilt({ log: say, onChild: processes.addChild });
    const starts = Number(option("starts") ?? 3);
    const bench: Bench = { quick: flag("quick"), starts, say, client, tenant, keys: KEYS, tokens, environment };
    const on = `Node ${process.versions.node}, ${os.cpus().length} cores, ${kind === "embedded" ? "the embedded database" : "PostgreSQL"}`;
    for (const part of parts) {
      say(`\nMeasuring ${part} ...`);
      const found = await PARTS[part](bench);
      say(`\n${part}`);
      console.table(found);
      if (!bench.quick) keep(part, found, on);
    }
  } finally {
    await processes.stop();
  }
}

process.chdir(ROOT);
await main();
