// The cost of a request with more connections and instances, and the memory in use afterwards.
import { type App, Load, residentMegabytes, startApp } from "@/bench/app";
import type { Bench, Row } from "@/bench/bench";
import { quantile, round } from "@/bench/statistics";
import { ProcessGroup } from "@/dev/process-group";

const ROUTES = { own: "/public-api/me", bare: "/public-api/bare" } as const;
type Which = keyof typeof ROUTES;
const BOTH = ["bare", "own"] as const;

/** The server of a route: the product, or `next start`. */
const serverOf = (bench: Bench, processes: ProcessGroup, which: Which) =>
  startApp(bench.environment, processes, which === "own" ? "product" : "next");

const seconds = (n: number) => new Promise((resolve) => setTimeout(resolve, n * 1000));

/** A number of instances with a number of connections each: /me and the bare route under the same load. */
async function underLoad(bench: Bench, name: string, instances: number, widths: readonly number[]): Promise<Row[]> {
  const own = new ProcessGroup();
  try {
    const apps: { servers: Record<Which, App>; load: Load }[] = [];
    for (let n = 0; n < instances; n++) {
      const servers = { own: await serverOf(bench, own, "own"), bare: await serverOf(bench, own, "bare") };
      apps.push({ servers, load: await Load.start(own) });
    }
    const run = (which: Which, connections: number, amount: number) =>
      Promise.all(
        apps.map(({ servers, load }) =>
          load.run({ url: servers[which].url + ROUTES[which], connections, tokens: bench.tokens, amount }),
        ),
      );
    for (const which of BOTH) await run(which, 16, bench.quick ? 2_000 : 30_000);
    const rows: Row[] = [];
    for (const connections of widths) {
      const rates = { own: [] as number[], bare: [] as number[] };
      const p50 = { own: [] as number[], bare: [] as number[] };
      const p99 = { own: [] as number[], bare: [] as number[] };
      for (let n = 0; n < (bench.quick ? 4 : 12); n++) {
        for (const which of n % 2 ? BOTH.toReversed() : BOTH) {
          const results = await run(which, connections, connections < 8 ? 500 : 2_000);
          rates[which].push(results.reduce((sum, { requestsPerSecond }) => sum + requestsPerSecond, 0));
          p50[which].push(quantile(results.map(({ p50Ms }) => p50Ms)));
          p99[which].push(Math.max(...results.map(({ p99Ms }) => p99Ms)));
        }
      }
      const ratio = round(quantile(rates.own.map((rate, n) => rate / (rates.bare[n] ?? NaN))), 3);
      rows.push({
        name,
        connections,
        keys: bench.keys,
        instances,
        ratio,
        per_second: round(quantile(rates.own), 0),
        p50_ms: round(quantile(p50.own), 1),
        bare_p50_ms: round(quantile(p50.bare), 1),
        p99_ms: round(quantile(p99.own), 1),
        bare_p99_ms: round(quantile(p99.bare), 1),
      });
      bench.say(`${instances} × ${connections} connections: ${ratio} of bare`);
    }
    return rows;
  } finally {
    await own.stop();
  }
}

/** One instance with 1 to 256 connections. */
export const measureConnections = (bench: Bench): Promise<Row[]> =>
  underLoad(bench, "me by connections", 1, [1, 4, 16, 64, 256]);

/** One to three instances on one PostgreSQL, with 16 connections each. */
export async function measureInstances(bench: Bench): Promise<Row[]> {
  const rows: Row[] = [];
  for (const instances of [1, 2, 3]) rows.push(...(await underLoad(bench, "me by instances", instances, [16])));
  return rows;
}

/** Memory of two instances after minutes of concurrent load, one only on /me and one only on the bare route. */
export async function measureMemory(bench: Bench): Promise<Row[]> {
  const minutes = bench.quick ? 0.5 : 10;
  const own = new ProcessGroup();
  try {
    const parties = [];
    for (const which of BOTH)
      parties.push({ which, app: await serverOf(bench, own, which), load: await Load.start(own) });
    const state = { going: true };
    const samples: Record<Which, number[]> = { own: [], bare: [] };
    const served: Record<Which, number> = { own: 0, bare: 0 };
    const working = parties.map(async ({ which, app, load }) => {
      while (state.going) {
        await load.run({ url: app.url + ROUTES[which], connections: 16, tokens: bench.tokens, amount: 2_000 });
        served[which] += 2_000;
      }
    });
    const until = performance.now() + minutes * 60_000;
    while (performance.now() < until) {
      await seconds(5);
      for (const { which, app } of parties) samples[which].push(residentMegabytes(app.pid));
    }
    state.going = false;
    await Promise.all(working);
    // Garbage collection makes memory fluctuate, so the median of the last tenth counts.
    const last = (which: Which) => quantile(samples[which].slice(-Math.ceil(samples[which].length / 10)));
    return [
      {
        name: "memory",
        connections: 16,
        keys: bench.keys,
        minutes,
        requests: served.own,
        rss_mb: round(last("own"), 0),
        bare_rss_mb: round(last("bare"), 0),
        ratio: round(last("own") / last("bare"), 2),
        rss_mb_at_a_tenth: round(quantile(samples.own.slice(0, Math.ceil(samples.own.length / 10))), 0),
      },
    ];
  } finally {
    await own.stop();
  }
}
