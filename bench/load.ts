// The load generator, in a process of its own so that it does not share the server's or the bench's event loop.
import autocannon from "autocannon";

/** One round, as bench/run.ts asks for it. */
export interface LoadOrder {
  readonly url: string;
  readonly connections: number;
  /** Milliseconds a round lasts, unless `amount` requests are asked for. */
  readonly durationMs?: number;
  readonly amount?: number;
  /** Bearer tokens; connection n uses the n-th, round and round. None: no credential. */
  readonly tokens: readonly string[];
}

/** What a round came to. */
export interface LoadResult {
  readonly requestsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly failures: number;
}

async function run({ url, connections, durationMs, amount, tokens }: LoadOrder): Promise<LoadResult> {
  let next = 0;
  const started = performance.now();
  const result = await autocannon({
    url,
    connections,
    ...(amount === undefined ? { duration: (durationMs ?? 0) / 1000 } : { amount }),
    setupClient: (client) => {
      const token = tokens[next++ % Math.max(1, tokens.length)];
      if (token) client.setHeaders({ Authorization: `Bearer ${token}` });
    },
  });
  return {
    requestsPerSecond: result.requests.total / ((performance.now() - started) / 1000),
    p50Ms: result.latency.p50,
    p99Ms: result.latency.p99,
    failures: result.non2xx + result.errors + result.timeouts,
  };
}

process.on("message", (order: LoadOrder) => {
  run(order).then(
    (result) => process.send?.(result),
    (error: unknown) => {
      throw error;
    },
  );
});
process.on("disconnect", () => process.exit(0));
process.send?.("ready");
