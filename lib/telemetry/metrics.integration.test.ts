import { randomUUID } from "node:crypto";

import { beforeAll, describe, expect, it, vi } from "vitest";

import type { RouteHandler } from "@/lib/public-api/create-route";
import type * as Testing from "@/tests/support/public-api";
import type { MemberActor } from "@/lib/actor";

const TOKEN = "a-token-for-metrics-of-the-tests-only";

let testing: typeof Testing;
let me: RouteHandler;
let tenantRoute: RouteHandler;
let metrics: (request: Request) => Promise<Response>;
let actor: MemberActor;
let key: { id: string; key: string };
let unlimited: { key: string };

beforeAll(async () => {
  process.env.METRICS_TOKEN = TOKEN;
  process.env.RATE_LIMIT_PER_MINUTE = "3";
  process.env.UNAUTHENTICATED_LIMIT_PER_MINUTE = "2";
  testing = await import("@/tests/support/public-api");
  const { newOrganisation } = await import("@/tests/support/people");
  me = (await import("@/app/public-api/me/route")).GET;
  tenantRoute = (await import("@/app/public-api/tenant/route")).GET;
  metrics = (await import("@/app/api/metrics/route")).GET;
  actor = await newOrganisation();
  key = await testing.makeKey(actor);
  unlimited = await testing.makeKey(await newOrganisation());
});

const scrape = (authorization?: string) =>
  metrics(new Request("http://localhost/api/metrics", { headers: authorization ? { authorization } : {} }));

/** Every sample by its name and labels, as Prometheus reads them. */
async function samples(): Promise<Map<string, number>> {
  const response = await scrape(`Bearer ${TOKEN}`);
  expect(response.status).toBe(200);
  const lines = (await response.text()).split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return new Map(
    lines.map((line) => [line.slice(0, line.lastIndexOf(" ")), Number(line.slice(line.lastIndexOf(" ") + 1))]),
  );
}

/** How much each sample grew during `work`, without unchanged ones. */
async function growth(work: () => Promise<unknown>): Promise<Record<string, number>> {
  const before = await samples();
  await work();
  const grown: Record<string, number> = {};
  for (const [name, value] of await samples()) {
    const more = value - (before.get(name) ?? 0);
    if (name.startsWith("neo_") && more > 0) grown[name] = more;
  }
  return grown;
}

describe("GET /api/metrics", () => {
  it("requires the whole token in the Authorization header", async () => {
    for (const wrong of [
      undefined,
      "",
      "Bearer",
      "Bearer x",
      `Bearer ${TOKEN}x`,
      `Bearer ${TOKEN.slice(1)}`,
      `Basic ${TOKEN}`,
      TOKEN,
      `Bearer ${TOKEN}, Bearer ${TOKEN}`,
    ]) {
      const refused = await scrape(wrong);
      expect(refused.status, wrong).toBe(401);
      expect(refused.headers.get("www-authenticate")).toBe('Bearer realm="metrics"');
      expect(await refused.text()).not.toMatch(/neo_|nodejs/);
    }
    const answer = await scrape(`bearer ${TOKEN}`);
    expect([answer.status, answer.headers.get("cache-control")]).toEqual([200, "no-store"]);
    expect(answer.headers.get("content-type")).toContain("text/plain; version=0.0.4");
  });

  it("counts credentials by outcome, verification times, and requests per lookup", async () => {
    const together = 3;
    const grown = await growth(() =>
      Promise.all(Array.from({ length: together }, () => testing.call(me, "/public-api/me", { key: key.key }))),
    );
    expect(grown).toMatchObject({
      'neo_verifications_total{outcome="valid"}': together,
      'neo_verification_seconds_count{result="accepted"}': together,
      'neo_verification_seconds_bucket{result="accepted",le="+Inf"}': together,
      'neo_verification_seconds_bucket{result="accepted",le="5"}': together,
      neo_lookup_calls_count: 1,
      neo_lookup_calls_sum: together,
      'neo_lookup_calls_bucket{le="4"}': 1,
      neo_lookup_seconds_count: 1,
      'neo_api_answers_total{status="200"}': together,
      'neo_http_request_duration_seconds_count{door="api",route="/public-api/me",method="GET",status="2xx"}': together,
    });
    expect(grown).not.toHaveProperty(['neo_lookup_calls_bucket{le="2"}']);
    expect(grown['neo_verification_seconds_sum{result="accepted"}']).toBeLessThan(3 * together);
  });

  it("counts requests over the organisation's limit separately from failed credentials", async () => {
    const over = await growth(() => testing.call(me, "/public-api/me", { key: key.key }));
    expect(over).toMatchObject({
      'neo_verifications_total{outcome="rate_limited"}': 1,
      'neo_rate_limited_total{limit="organisation"}': 1,
      'neo_api_answers_total{status="429"}': 1,
    });
    expect(over).not.toHaveProperty(['neo_verifications_total{outcome="valid"}']);

    const unknown = `neo_sk_test_${"A".repeat(24)}`;
    const refused = await growth(async () => {
      await testing.call(me, "/public-api/me");
      await testing.call(me, "/public-api/me", { key: "nonsense" });
      await testing.call(me, "/public-api/me", { key: unknown });
      await testing.call(me, "/public-api/me", { key: unknown.replace("test", "prod") });
      const revoked = await testing.makeKey(actor, { revokedAt: new Date() });
      await testing.call(me, "/public-api/me", { key: revoked.key });
    });
    for (const outcome of ["missing", "malformed", "unknown", "wrong_environment", "revoked"])
      expect(refused[`neo_verifications_total{outcome="${outcome}"}`], outcome).toBe(1);
    expect(refused).toMatchObject({
      'neo_verification_seconds_count{result="refused"}': 5,
      'neo_api_answers_total{status="401"}': 5,
      'neo_http_request_duration_seconds_count{door="api",route="/public-api/me",method="GET",status="4xx"}': 5,
    });
  });

  it("counts every response by its route, also without a route", async () => {
    const { OPTIONS, POST } = await import("@/app/public-api/me/route");
    const { GET } = await import("@/app/public-api/[[...unknown]]/route");
    const grown = await growth(async () => {
      await testing.call(OPTIONS, "/public-api/me", { method: "OPTIONS" });
      await testing.call(POST, "/public-api/me", { method: "POST" });
      await testing.call(GET, "/public-api/s3cr3t");
    });
    const requests = (route: string, method: string, status: string) =>
      `neo_http_request_duration_seconds_count{door="api",route="${route}",method="${method}",status="${status}"}`;
    expect(grown).toMatchObject({
      'neo_api_answers_total{status="204"}': 1,
      'neo_api_answers_total{status="405"}': 1,
      'neo_api_answers_total{status="404"}': 1,
      [requests("/public-api/me", "OPTIONS", "2xx")]: 1,
      [requests("/public-api/me", "POST", "4xx")]: 1,
      [requests("/public-api/*", "GET", "4xx")]: 1,
    });
  });

  it("counts refusals by the address limit", async () => {
    const { CLIENT_ADDRESS_FIELD } = await import("@/lib/http/client-address");
    const grown = await growth(async () => {
      for (let call = 0; call < 5; call++)
        await testing.call(me, "/public-api/me", {
          key: "nonsense",
          headers: { [CLIENT_ADDRESS_FIELD]: "192.0.2.99" },
        });
    });
    expect(grown).toMatchObject({
      'neo_rate_limited_total{limit="address"}': 3,
      'neo_verifications_total{outcome="malformed"}': 5,
      'neo_api_answers_total{status="401"}': 2,
      'neo_api_answers_total{status="429"}': 3,
    });
  });

  it("reports the pools, the event loop and the process", async () => {
    await testing.call(tenantRoute, "/public-api/tenant", { key: unlimited.key });
    const found = await samples();
    const lookups = (state: string) => found.get(`neo_pool_connections{pool="lookups",state="${state}"}`) ?? NaN;
    expect(lookups("busy") + lookups("idle")).toBeGreaterThanOrEqual(1);
    expect(lookups("busy") + lookups("idle")).toBeLessThanOrEqual(found.get('neo_pool_max{pool="lookups"}') ?? NaN);
    expect(found.get('neo_pool_waiting{pool="lookups"}')).toBe(0);
    expect(found.get('neo_pool_max{pool="pages"}')).toBe(10);
    expect(found.get("nodejs_eventloop_lag_p99_seconds")).toBeGreaterThanOrEqual(0);
    expect(found.get("process_resident_memory_bytes")).toBeGreaterThan(1e7);
    expect(found.get("process_cpu_user_seconds_total")).toBeGreaterThan(0);
  });

  it("contains no organisation, key, person or address", async () => {
    const text = await (await scrape(`Bearer ${TOKEN}`)).text();
    for (const name of [
      actor.tenantId,
      actor.tenantName,
      actor.memberId,
      actor.name,
      key.id,
      key.key.slice(-4),
      "192.0.2",
    ])
      expect(text).not.toContain(name);
    expect(text).not.toMatch(new RegExp(String.raw`[0-9a-f]{8}-[0-9a-f]{4}-`));
    // A fixed list of labels, so that adding one is a decision.
    const labels = new Set([...text.matchAll(/[{,](\w+)="/g)].map(([, name]) => name));
    const ours = [
      "door",
      "environment",
      "kind",
      "limit",
      "method",
      "node",
      "outcome",
      "pool",
      "result",
      "route",
      "state",
      "status",
    ];
    const theirs = ["le", "type", "space", "version", "major", "minor", "patch"];
    expect([...labels].filter((label) => ![...ours, ...theirs].includes(label ?? ""))).toEqual([]);
  });
});

describe("without METRICS_TOKEN", () => {
  it("is 404 for any credential", async () => {
    vi.resetModules();
    process.env.METRICS_TOKEN = "";
    const { GET } = await import("@/app/api/metrics/route");
    for (const authorization of [`Bearer ${TOKEN}`, "Bearer ", `Bearer ${randomUUID()}`]) {
      const answer = await GET(new Request("http://localhost/api/metrics", { headers: { authorization } }));
      expect(answer.status).toBe(404);
    }
  });
});
