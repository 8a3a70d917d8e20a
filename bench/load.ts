// The load generator, in a separate process so that it doesn't share the server's or the benchmark's event loop.
import autocannon from "autocannon";

/** A round requested by the benchmark. */
export interface LoadOrder {
  readonly url: string;
  readonly connections: number;
  /** Total number of requests. */
  readonly amount: number;
  /** Bearer tokens, assigned to connections in turn; empty for no credential. */
  readonly tokens: readonly string[];
}

/** The result of a round. */
export interface LoadResult {
  readonly requestsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly failures: number;
}

function run({ url, connections, amount, tokens }: LoadOrder): Promise<LoadResult> {
  return new Promise((resolve, reject) => {
    let next = 0;
    // Autocannon takes a while to begin, and ends a run only at its next one-second tick.
    let firstAnswer: number | undefined;
    let lastAnswer = NaN;
    const setupClient = (client: autocannon.Client) => {
      const token = tokens[next++ % Math.max(1, tokens.length)];
      if (token) client.setHeaders({ Authorization: `Bearer ${token}` });
    };
    const instance = autocannon({ url, connections, amount, setupClient, sampleInt: 50 }, (error: unknown, result) => {
      if (error) {
        reject(error instanceof Error ? error : new Error("autocannon failed", { cause: error }));
        return;
      }
      resolve({
        requestsPerSecond: (amount - 1) / ((lastAnswer - (firstAnswer ?? NaN)) / 1000),
        p50Ms: result.latency.p50,
        p99Ms: result.latency.p99,
        failures: result.non2xx + result.errors + result.timeouts,
      });
    });
    instance.on("response", () => {
      lastAnswer = performance.now();
      firstAnswer ??= lastAnswer;
    });
  });
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
