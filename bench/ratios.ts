// The cost of a request: each route compared, in the same run, with another server that returns as many bytes.

import { type App, cpuMicroseconds, databaseCpuMicroseconds, Load, startApp } from "@/bench/app";
import type { Bench, Row } from "@/bench/bench";
import { fillKeys } from "@/bench/fill";
import type { LoadResult } from "@/bench/load";
import { quantile, round } from "@/bench/statistics";
import { ProcessGroup } from "@/dev/process-group";

const CONNECTIONS = 16;
// A lookup serves several requests, so its code is optimised late.
const WARM_UP_SECONDS = 4;

/** A path of a server, and the credentials that connections present. */
interface Route {
  readonly app: App;
  readonly path: string;
  readonly tokens: readonly string[];
}

/** A route and its baseline. */
export interface Comparison {
  readonly name: string;
  /** What it is compared with. */
  readonly against: string;
  readonly own: Route;
  readonly other: Route;
}

/** All rounds of a comparison, across all starts of the servers. */
interface Rounds {
  readonly against: string;
  readonly own: LoadResult[];
  readonly other: LoadResult[];
  readonly ratios: number[];
  /** The median ratio of each start. */
  readonly starts: number[];
  /** The requests of all rounds, and the CPU time that they took, in microseconds. */
  readonly used: Record<Which, Record<"requests" | "server" | "database" | "load", number>>;
}

type Which = "own" | "other";

const ME = "/public-api/me";
const AGENTS = "/public-api/agents?page_size=50";

async function body(url: string, token: string): Promise<string> {
  const response = await fetch(url, { headers: { Authorization: `Bearer ${token}` } });
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return response.text();
}

/** Fails unless the two routes return the same number of bytes, within the variation of `timings_ms`. */
async function checkSizes({ own, other }: Comparison): Promise<void> {
  const [mine, others] = await Promise.all(
    [own, other].map(async ({ app, path, tokens }) => (await body(app.url + path, tokens[0] ?? "")).length),
  );
  if (Math.abs((others ?? NaN) - (mine ?? NaN)) > 8)
    throw new Error(`${other.path} answers ${others} bytes and ${own.path} ${mine}: make them the same`);
}

const noUse = () => ({ requests: 0, server: 0, database: 0, load: 0 });

/** One round: a second's requests of one of the two. @returns its rate */
async function oneRound(load: Load, route: Route, which: Which, amount: number, into: Rounds): Promise<number> {
  const { app, path, tokens } = route;
  const cpu = () => [cpuMicroseconds(app.pid), databaseCpuMicroseconds(), cpuMicroseconds(load.pid)] as const;
  const before = cpu();
  const result = await load.run({ url: app.url + path, connections: CONNECTIONS, tokens, amount });
  const [server, database, loads] = cpu();
  const used = into.used[which];
  used.requests += amount;
  used.server += server - before[0];
  used.database += database - before[1];
  used.load += loads - before[2];
  into[which].push(result);
  return result.requestsPerSecond;
}

async function compare(load: Load, comparison: Comparison, amount: number, into: Rounds): Promise<void> {
  await checkSizes(comparison);
  // Rounds last equally long, so what a round costs besides its requests is the same for both.
  const requests = { own: NaN, other: NaN };
  for (const which of ["other", "own"] as const) {
    const { app, path, tokens } = comparison[which];
    requests[which] = await load.warmUp({ url: app.url + path, connections: CONNECTIONS, tokens }, WARM_UP_SECONDS);
  }
  const ratios: number[] = [];
  for (let n = 0; n < amount; n++) {
    // Alternates the order, so that a change in the machine's speed favours neither.
    const order: Which[] = n % 2 ? ["own", "other"] : ["other", "own"];
    const rates = { own: NaN, other: NaN };
    for (const which of order) rates[which] = await oneRound(load, comparison[which], which, requests[which], into);
    ratios.push(rates.own / rates.other);
  }
  into.ratios.push(...ratios);
  into.starts.push(round(quantile(ratios), 3));
}

function row(name: string, keys: number, { against, own, other, ratios, starts, used }: Rounds): Row {
  const middle = (results: readonly LoadResult[], pick: (result: LoadResult) => number) => quantile(results.map(pick));
  const each = (which: Which, of: "server" | "database" | "load") => round(used[which][of] / used[which].requests, 0);
  return {
    name,
    against,
    connections: CONNECTIONS,
    keys,
    // Requests per second relative to the other route: the median of all rounds, and of each start of the application.
    ratio: round(quantile(ratios), 3),
    starts,
    per_second: round(
      middle(own, (result) => result.requestsPerSecond),
      0,
    ),
    p50_ms: round(
      middle(own, (result) => result.p50Ms),
      2,
    ),
    p99_ms: round(
      middle(own, (result) => result.p99Ms),
      2,
    ),
    // Relative to the other route, the median of all rounds.
    p99_ratio: round(quantile(own.map((result, n) => result.p99Ms / (other[n]?.p99Ms ?? NaN))), 2),
    // CPU time per request, in microseconds: of the server, of PostgreSQL and of the load.
    cpu_us: each("own", "server"),
    database_cpu_us: each("own", "database"),
    load_cpu_us: each("own", "load"),
    other_cpu_us: each("other", "server"),
    other_database_cpu_us: each("other", "database"),
  };
}

/** The comparisons of one start of the servers, each set up only in its turn so that it doesn't slow earlier ones. */
async function* comparisons(bench: Bench, processes: ProcessGroup, all: boolean): AsyncGenerator<Comparison> {
  const { tokens, environment } = bench;
  const app = await startApp(environment, processes);
  const next = await startApp(environment, processes, "next");
  const me = { app, path: ME, tokens };
  yield {
    name: "me",
    against: "a bare route on next start",
    own: me,
    other: { app: next, path: "/public-api/bare", tokens },
  };
  const bytes = (await body(app.url + ME, tokens[0] ?? "")).length;
  const ofSize = { ...environment, BENCH_BYTES: String(bytes) };
  const fastify = await startApp(ofSize, processes, "fastify");
  yield {
    name: "me against Fastify with pg",
    against: "Fastify with pg",
    own: me,
    other: { app: fastify, path: "/me", tokens },
  };
  const constant = await startApp(ofSize, processes, "constant");
  yield {
    name: "me against node:http",
    against: "node:http with a constant",
    own: me,
    other: { app: constant, path: "/", tokens },
  };
  if (!all) return;
  const page = await body(app.url + AGENTS, tokens[0] ?? "");
  await fetch(`${next.url}/public-api/bare-page`, { method: "PUT", body: page });
  yield {
    name: "agents, page of 50",
    against: "a bare route on next start",
    own: { app, path: AGENTS, tokens },
    other: { app: next, path: "/public-api/bare-page", tokens },
  };
  const prepared = await fetch(`${next.url}/public-api/better-auth`, { method: "POST", body: String(CONNECTIONS) });
  if (!prepared.ok) throw new Error(`better-auth could not be set up: ${prepared.status}`);
  const theirs = (await prepared.json()) as string[];
  yield {
    name: "me against better-auth",
    against: "better-auth on next start",
    own: me,
    other: { app: next, path: "/public-api/better-auth", tokens: theirs },
  };
}

/** Runs comparisons with several starts of the servers: starts can differ by more than the measured effect. */
export async function compareStarts(
  { quick, starts, say }: Bench,
  keys: number,
  comparisonsOf: (processes: ProcessGroup) => AsyncGenerator<Comparison>,
): Promise<Row[]> {
  const found = new Map<string, Rounds>();
  for (let start = 0; start < (quick ? 1 : starts); start++) {
    const own = new ProcessGroup();
    try {
      const load = await Load.start(own);
      for await (const comparison of comparisonsOf(own)) {
        const rounds = found.get(comparison.name) ?? {
          against: comparison.against,
          own: [],
          other: [],
          ratios: [],
          starts: [],
          used: { own: noUse(), other: noUse() },
        };
        found.set(comparison.name, rounds);
        await compare(load, comparison, quick ? 6 : 16, rounds);
        say(`${keys.toLocaleString("en")} keys, start ${start + 1}: ${comparison.name} ${rounds.starts.at(-1)}`);
      }
    } finally {
      await own.stop();
    }
  }
  return Array.from(found, ([name, rounds]) => row(name, keys, rounds));
}

/** Runs all comparisons, those of 1,000 and 1,000,000 keys. */
export async function measureRatios(bench: Bench): Promise<Row[]> {
  const rows: Row[] = [];
  for (const keys of bench.quick ? [1_000] : [1_000, 1_000_000]) {
    await fillKeys(bench.client, bench.tenant, keys);
    rows.push(...(await compareStarts(bench, keys, (processes) => comparisons(bench, processes, keys === 1_000))));
  }
  return rows;
}
