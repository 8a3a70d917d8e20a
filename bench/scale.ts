// The cost of a request with more connections and instances, and the memory in use afterwards.
import { type App, Load, startApp } from "@/bench/app";
import type { Bench, Row } from "@/bench/bench";
import { residentMegabytes } from "@/bench/process-memory";
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
    const warmUp = async (which: Which, connections: number, time: number) => {
      const rates = apps.map(({ servers, load }) =>
        load.warmUp({ url: servers[which].url + ROUTES[which], connections, tokens: bench.tokens }, time),
      );
      return Math.min(...(await Promise.all(rates)));
    };
    for (const which of BOTH) await warmUp(which, 16, bench.quick ? 1 : 4);
    const rows: Row[] = [];
    for (const connections of widths) {
      const rates = { own: [] as number[], bare: [] as number[] };
      const p50 = { own: [] as number[], bare: [] as number[] };
      const p99 = { own: [] as number[], bare: [] as number[] };
      const requests = { own: await warmUp("own", connections, 1), bare: await warmUp("bare", connections, 1) };
      for (let n = 0; n < (bench.quick ? 4 : 12); n++) {
        for (const which of n % 2 ? BOTH.toReversed() : BOTH) {
          const results = await run(which, connections, requests[which]);
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

/** The instances whose memory is compared: whole, for the API only, and `next start` with the bare route. */
const MEMORY = [
  { name: "memory", kind: "product", route: ROUTES.own },
  { name: "memory, API only", kind: "api", route: ROUTES.own },
  { name: "memory, bare route", kind: "next", route: ROUTES.bare },
] as const;

/** Memory of instances side by side, after minutes of load of each. */
export async function measureMemory(bench: Bench): Promise<Row[]> {
  const minutes = bench.quick ? 0.5 : 10;
  const own = new ProcessGroup();
  try {
    const parties = [];
    for (const party of MEMORY) {
      const app = await startApp(bench.environment, own, party.kind);
      parties.push({ ...party, app, load: await Load.start(own), samples: [] as number[], requests: 0 });
    }
    const state = { going: true };
    const working = parties.map(async (party) => {
      const url = party.app.url + party.route;
      while (state.going) {
        await party.load.run({ url, connections: 16, tokens: bench.tokens, amount: 2_000 });
        party.requests += 2_000;
      }
    });
    const until = performance.now() + minutes * 60_000;
    while (performance.now() < until) {
      await seconds(5);
      for (const { app, samples } of parties) samples.push(residentMegabytes(app.pid));
    }
    state.going = false;
    await Promise.all(working);
    return parties.map(({ name, samples, requests }) => {
      const tenth = Math.ceil(samples.length / 10);
      return {
        name,
        connections: 16,
        keys: bench.keys,
        minutes,
        requests,
        // Garbage collection makes memory fluctuate, so the median of a tenth counts.
        rss_mb: round(quantile(samples.slice(-tenth)), 0),
        rss_mb_at_a_tenth: round(quantile(samples.slice(0, tenth)), 0),
      };
    });
  } finally {
    await own.stop();
  }
}
