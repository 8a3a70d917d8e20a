import { describe, expect, it, vi } from "vitest";

import { type UsageCall, UsageCounter } from "@/lib/usage/counter";
import { HOUR_MS } from "@/lib/text/time-units";
import { NOT_FOUND, usageCall } from "@/tests/support/usage-call";

const HOUR = 480_000;
const START = HOUR * HOUR_MS;

const call = (changes: Partial<UsageCall> = {}) =>
  usageCall({ tenantId: "t", credentialId: "a", atMs: START }, { requestId: "r", ...changes });
const refusal = (changes: Partial<UsageCall> = {}) => call({ ...NOT_FOUND, ...changes });

interface Row {
  readonly credential_id: string;
  readonly hour: number;
  readonly served: number;
  readonly client_errors: number;
  readonly details: { readonly kind: string; readonly value: string; readonly calls: number; readonly at: number }[];
  readonly latest: { readonly at: number; readonly client: string } | null;
  readonly refusals: { readonly request_id: string }[];
}

function newCounter(limits = { hours: 1_000, details: 1_000 }) {
  const full = vi.fn();
  const counter = new UsageCounter(full, limits);
  const rows = () => JSON.parse(JSON.stringify(counter.take()?.hours ?? [])) as Row[];
  return { counter, full, rows };
}

const valuesOf = (row: Row | undefined, kind: string) =>
  Object.fromEntries((row?.details ?? []).filter((one) => one.kind === kind).map(({ value, calls }) => [value, calls]));

describe("counting calls", () => {
  it("counts by key and hour, to the millisecond at which an hour ends", () => {
    const { counter, rows } = newCounter();
    for (const atMs of [START + HOUR_MS - 1, START + HOUR_MS, START, START + 1]) counter.add(call({ atMs }));
    counter.add(call({ credentialId: "b" }));
    expect(rows().map(({ credential_id, hour, served }) => [credential_id, hour - HOUR, served])).toEqual([
      ["a", 0, 3],
      ["b", 0, 1],
      ["a", 1, 1],
    ]);
    expect(counter.take()).toBeNull();
  });

  it("counts addresses, clients and endpoints, and when each was last seen", () => {
    const { counter, rows } = newCounter();
    counter.add(call({ atMs: START + 5 }));
    counter.add(call({ atMs: START + 2, client: "node" }));
    counter.add(call({ atMs: START + 9, address: null }));
    const [row] = rows();
    expect(valuesOf(row, "address")).toEqual({ "192.0.2.7": 2 });
    expect(valuesOf(row, "client")).toEqual({ curl: 2, node: 1 });
    expect(valuesOf(row, "endpoint")).toEqual({ "GET /public-api/me": 3 });
    expect(row?.details.map(({ at }) => at - START).sort()).toEqual([2, 5, 9, 9]);
  });

  it("counts who calls with the old key of a rotation, by address and client", () => {
    const { counter, rows } = newCounter();
    counter.add(call({ client: "before" }));
    for (const client of ["curl", "node", "curl"]) counter.add(call({ inOverlap: true, client }));
    counter.add(call({ inOverlap: true, address: null }));
    const [row] = rows();
    expect(valuesOf(row, "overlap")).toEqual({ "192.0.2.7 curl": 2, "192.0.2.7 node": 1, "- curl": 1 });
  });

  it("keeps the latest call of a valid key, in whatever order calls end", () => {
    const { counter, rows } = newCounter();
    counter.add(call({ atMs: START + 5, client: "late" }));
    counter.add(call({ atMs: START + 2, client: "early" }));
    counter.add(refusal({ atMs: START + 9, client: "refused", valid: false, outcome: "refused" }));
    expect(rows()[0]?.latest).toMatchObject({ at: START + 5, client: "late" });
  });

  it("keeps the last 20 refusals, and no fault", () => {
    const { counter, rows } = newCounter();
    for (let n = 0; n < 25; n++) counter.add(refusal({ requestId: String(n) }));
    counter.add(refusal({ outcome: "failed", status: 503, reason: "database_unavailable", requestId: "fault" }));
    const ids = rows()[0]?.refusals.map(({ request_id }) => request_id);
    expect(ids).toEqual(Array.from({ length: 20 }, (_, n) => String(n + 5)));
  });
});

describe("what one key can take", () => {
  it("is 50 values of a kind; the rest are counted as other", () => {
    const { counter, rows } = newCounter();
    for (let n = 0; n < 70; n++) counter.add(call({ address: `192.0.2.${n}` }));
    counter.add(call({ address: "192.0.2.0" }));
    const addresses = valuesOf(rows()[0], "address");
    expect(Object.keys(addresses)).toHaveLength(51);
    expect([addresses["192.0.2.0"], addresses["192.0.2.50"], addresses.other]).toEqual([2, undefined, 20]);
  });
});

describe("with the database unavailable", () => {
  it("folds details beyond the maximum, keeps counting by key and hour, and reports that once", () => {
    const { counter, full, rows } = newCounter({ hours: 1_000, details: 6 });
    for (let n = 0; n < 10; n++) counter.add(call({ credentialId: String(n), client: `client-${n}` }));
    for (let n = 0; n < 10; n++) counter.add(refusal({ credentialId: "9" }));
    expect(full.mock.calls).toEqual([["details"]]);
    const all = rows();
    expect(all.map(({ served }) => served)).toEqual(Array(10).fill(1));
    expect(valuesOf(all[0], "client")).toEqual({ "client-0": 1 });
    expect(valuesOf(all[9], "client")).toEqual({ other: 11 });
    expect([all[9]?.client_errors, all[9]?.refusals]).toEqual([10, []]);
  });

  it("doesn't count calls with further keys once there are too many, and says how many", () => {
    const { counter, full, rows } = newCounter({ hours: 3, details: 1_000 });
    for (let n = 0; n < 5; n++) counter.add(call({ credentialId: String(n) }));
    counter.add(call({ credentialId: "0" }));
    expect(full.mock.calls).toEqual([["hours"]]);
    expect([counter.takeLost(), counter.takeLost()]).toEqual([2, 0]);
    expect(rows().map(({ served }) => served)).toEqual([2, 1, 1]);
    counter.add(call({ credentialId: "4" }));
    expect(rows()).toHaveLength(1);
    for (let n = 0; n < 5; n++) counter.add(call({ credentialId: String(n) }));
    expect(full.mock.calls).toEqual([["hours"], ["hours"]]);
  });

  it("is taken in batches that hold everything once", () => {
    const { counter, rows } = newCounter({ hours: 5_000, details: 50_000 });
    for (let n = 0; n < 2_500; n++) counter.add(call({ credentialId: String(n) }));
    const keys: string[] = [];
    const sizes: number[] = [];
    for (let batch = rows(); batch.length > 0; batch = rows()) {
      sizes.push(batch.length);
      keys.push(...batch.map(({ credential_id }) => credential_id));
    }
    expect(sizes).toEqual([1_000, 1_000, 500]);
    expect(new Set(keys).size).toBe(2_500);
  });
});
