import "server-only";

import { collectDefaultMetrics, Counter, Gauge, type Histogram, Registry } from "prom-client";

import { poolStates } from "@/lib/db/client";
import { env } from "@/lib/config/env";
import { processWide } from "@/lib/config/process-wide";
import { STATUS } from "@/lib/errors/codes";
import { counts, OUTCOMES } from "@/lib/telemetry/counts";
import type { Distribution } from "@/lib/telemetry/distribution";
import { VERSION } from "@/lib/config/version";

/** Every status of the API: each starts at 0, so that the first of a kind is an increase. */
const ANSWERS = new Set([200, 201, 204, 304, ...Object.values(STATUS)]);

/** Gauges of prom-client whose names end in `_total`, which is for counters; `nodejs_active_resources` has the same values. */
const MISNAMED = ["nodejs_active_handles_total", "nodejs_active_requests_total", "nodejs_active_resources_total"];

/** Reads values that are kept elsewhere, each with its labels. */
type Read<Value> = () => readonly (readonly [labels: Record<string, string>, value: Value])[];

/** A histogram whose values are kept elsewhere: prom-client's takes them only one by one. */
function histogram(name: string, help: string, read: Read<Distribution>): Histogram {
  const values = () =>
    read().flatMap(([labels, distribution]) => {
      const { atMost, count, sum } = distribution.read();
      const metricName = `${name}_bucket`;
      const bucket = (le: number | string, value = 0) => ({ metricName, labels: { ...labels, le }, value });
      return [
        ...distribution.bounds.map((bound, at) => bucket(bound, atMost[at])),
        bucket("+Inf", count),
        { metricName: `${name}_sum`, labels, value: sum },
        { metricName: `${name}_count`, labels, value: count },
      ];
    });
  const metric = { name, help, get: () => Promise.resolve({ name, help, type: "histogram", values: values() }) };
  // All that a registry needs of a metric.
  return metric as unknown as Histogram;
}

/** A counter or a gauge whose values are kept elsewhere, each with its labels. */
const single =
  (Kind: typeof Counter | typeof Gauge) => (name: string, help: string, labelNames: string[], read: Read<number>) =>
    new Kind({
      name,
      help,
      labelNames,
      registers: [],
      collect() {
        this.reset();
        for (const [labels, value] of read()) this.inc(labels, value);
      },
    });
const counter = single(Counter);
const gauge = single(Gauge);

/** The application's own metrics (docs/operations.md). */
function ownMetrics() {
  const { verification, statement, batch } = counts;
  return [
    counter("neo_verifications_total", "Credentials looked at, by what became of them.", ["outcome"], () =>
      OUTCOMES.map((outcome) => [{ outcome }, counts.outcomes[outcome]] as const),
    ),
    histogram("neo_verification_seconds", "From the start of a call to the decision about its credential.", () =>
      Object.entries(verification).map(([result, distribution]) => [{ result }, distribution] as const),
    ),
    histogram("neo_lookup_seconds", "Statements that look credentials up, each for many calls.", () => [
      [{}, statement],
    ]),
    histogram("neo_lookup_calls", "Calls that one such statement served.", () => [[{}, batch]]),
    counter("neo_rate_limited_total", "Calls answered with 429, by whose limit it was.", ["limit"], () => [
      [{ limit: "organisation" }, counts.outcomes.rate_limited],
      [{ limit: "address" }, counts.unauthenticatedRefusals],
    ]),
    counter("neo_api_answers_total", "Answers of the API, by status.", ["status"], () =>
      [...counts.answers].flatMap((count, status) =>
        count > 0 || ANSWERS.has(status) ? [[{ status: String(status) }, count] as const] : [],
      ),
    ),
    histogram(
      "neo_http_request_duration_seconds",
      "Requests, from their arrival to the end of the answer, by entrance, route pattern, method and status class.",
      () => counts.requests.read(),
    ),
    counter("neo_sign_ins_total", "Sign-ins that ended, by what became of them.", ["outcome"], () =>
      [...counts.signIns].map(([outcome, count]) => [{ outcome }, count] as const),
    ),
    counter("neo_account_checks_total", "Checks of an organisation's accounts at Microsoft.", ["outcome"], () =>
      Object.entries(counts.accountChecks).map(([outcome, count]) => [{ outcome }, count] as const),
    ),
    counter("neo_account_changes_total", "Members whose accounts Microsoft reported as changed.", ["state"], () =>
      Object.entries(counts.accountChanges).map(([state, count]) => [{ state }, count] as const),
    ),
    gauge("neo_build_info", "What runs here; always 1.", ["version", "node", "environment"], () => [
      [{ version: VERSION, node: process.versions.node, environment: env().NEO_ENVIRONMENT }, 1],
    ]),
    counter(
      "neo_page_errors_total",
      "Requests of the dashboard that failed unforeseen, by what failed.",
      ["kind"],
      () => Object.entries(counts.pageErrors).map(([kind, count]) => [{ kind }, count] as const),
    ),
    gauge("neo_pool_connections", "Connections to the database.", ["pool", "state"], () =>
      poolStates().flatMap(({ pool, busy, idle }) => [
        [{ pool, state: "busy" }, busy] as const,
        [{ pool, state: "idle" }, idle] as const,
      ]),
    ),
    gauge("neo_pool_waiting", "Queries that wait for a connection.", ["pool"], () =>
      poolStates().map(({ pool, waiting }) => [{ pool }, waiting] as const),
    ),
    gauge("neo_pool_max", "Connections that a pool may have.", ["pool"], () =>
      poolStates().map(({ pool, max }) => [{ pool }, max] as const),
    ),
  ];
}

/** Begins to measure the process: memory, processor, garbage collection, the event loop's lag. Called at boot; again changes nothing. */
export const startMeasuring = (): Registry =>
  processWide("metrics registry", () => {
    const registry = new Registry();
    for (const metric of ownMetrics()) registry.registerMetric(metric);
    collectDefaultMetrics({ register: registry });
    for (const name of MISNAMED) registry.removeSingleMetric(name);
    return registry;
  });

/**
 * Every number of this process as Prometheus reads it.
 * @param signInOutcomes what can become of a sign-in; each is there from the start, at 0
 */
export async function exposition(signInOutcomes: readonly string[]): Promise<{ text: string; contentType: string }> {
  for (const outcome of signInOutcomes) counts.signIns.set(outcome, counts.signIns.get(outcome) ?? 0);
  const registry = startMeasuring();
  return { text: await registry.metrics(), contentType: registry.contentType };
}
