// What operators see of a running instance: health, readiness, metrics, traces and logs.
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { stripVTControlCharacters } from "node:util";

import { ROOT } from "../dev/root";
import { DatabaseWire } from "../tests/support/database-wire";
import { signInByForms } from "../tests/support/sign-in";

import { callApi, createKey, expect, setting, signIn, test } from "./fixtures";
import { filesLoadedBy } from "./loaded-files";
import { startSecondApp, type SecondApp } from "./second-app";

interface Value {
  readonly stringValue?: string;
  readonly intValue?: number | string;
  readonly boolValue?: boolean;
}
interface Attribute {
  readonly key: string;
  readonly value: Value;
}
interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly attributes: readonly Attribute[];
  readonly events?: readonly { readonly attributes: readonly Attribute[] }[];
}
interface Export {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly Attribute[] };
    readonly scopeSpans: readonly { readonly spans: readonly Span[] }[];
  }[];
}

/** A collector that records what it receives. */
class Collector {
  readonly received: { readonly url: string; readonly headers: IncomingHttpHeaders; readonly body: string }[] = [];
  readonly #server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { url = "", headers } = request;
      this.received.push({ url, headers, body: Buffer.concat(chunks).toString() });
      response.setHeader("content-type", "application/json").end("{}");
    });
  });

  async start(): Promise<string> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    return `http://127.0.0.1:${String((this.#server.address() as AddressInfo).port)}`;
  }

  get spans(): Span[] {
    return this.received.flatMap(({ body }) =>
      (JSON.parse(body) as Export).resourceSpans.flatMap((of) => of.scopeSpans.flatMap(({ spans }) => spans)),
    );
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

const attribute = ({ attributes }: Pick<Span, "attributes">, name: string) => {
  const value = attributes.find(({ key }) => key === name)?.value;
  return value?.stringValue ?? value?.intValue ?? value?.boolValue;
};

const METRICS_TOKEN = randomBytes(32).toString("base64url");
let password = "";
const collector = new Collector();
let wire: DatabaseWire;
let app: SecondApp;

/** The database through a relay, with a password in the address: one that is not needed where the database has none. */
function withPassword(address: string): string {
  const url = new URL(address);
  url.username ||= "postgres";
  password = url.password ||= `password-${randomBytes(12).toString("hex")}`;
  return url.href;
}

test.beforeAll(async () => {
  wire = new DatabaseWire(setting("NEO_E2E_DATABASE_URL"));
  await wire.mend();
  app = await startSecondApp({
    databaseUrl: withPassword(wire.url),
    signIn: true,
    settings: {
      METRICS_TOKEN,
      OTEL_EXPORTER_OTLP_ENDPOINT: `${await collector.start()}/`,
      OTEL_SERVICE_NAME: "front door",
      OTEL_RESOURCE_ATTRIBUTES: "service.namespace=keys%2Ctests,service.version=from-outside",
      RATE_LIMIT_PER_MINUTE: "1234",
    },
  });
});

test.afterAll(async () => {
  await app.stop();
  await wire.cut();
  collector.stop();
});

const at = (address: string) => new URL(address, app.url).href;
const get = async (address: string, init?: RequestInit) => {
  const response = await fetch(at(address), { redirect: "manual", ...init });
  return { status: response.status, headers: response.headers, text: await response.text() };
};
const logOf = (instance: SecondApp) =>
  readFileSync(path.join(setting("NEO_E2E_LOG_DIR"), `second-app-${new URL(instance.url).port}.log`), "utf8");
const logLines = () =>
  logOf(app)
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line) as Record<string, unknown>);

test("health ignores the database, readiness checks it", async () => {
  const health = await get("/api/health");
  expect([health.status, health.headers.get("cache-control")]).toEqual([200, "no-store"]);
  const { version } = JSON.parse(readFileSync(path.join(ROOT, "package.json"), "utf8")) as { version: string };
  expect(JSON.parse(health.text)).toEqual({
    status: "ok",
    version,
    environment: "prod",
    settings: {
      TENANT_SIGN_UP: "listed",
      RATE_LIMIT_PER_MINUTE: 1234,
      UNAUTHENTICATED_LIMIT_PER_MINUTE: 300,
      KEYS_IN_USE_LIMIT: 1000,
      NEW_KEYS_PER_MINUTE: 60,
      SESSION_IDLE_HOURS: 8,
      SESSION_MAX_DAYS: 7,
      FRESH_SIGN_IN_SECONDS: 900,
      LOG_LEVEL: "info",
    },
  });
  // The operator's log starts with all settings, without secrets.
  const [first] = logLines();
  expect(first).toMatchObject({
    msg: "starting",
    version,
    node: process.versions.node,
    settings: { RATE_LIMIT_PER_MINUTE: 1234, NEXTAUTH_URL: app.url },
    set: ["DATABASE_URL", "AZURE_AD_CLIENT_SECRET", "NEXTAUTH_SECRET", "METRICS_TOKEN"],
    notSet: ["SMTP_URL", "OTEL_EXPORTER_OTLP_HEADERS"],
  });
  expect(JSON.stringify(first)).not.toContain("[redacted]");
  const ready = await get("/api/ready");
  expect([ready.status, ready.headers.get("cache-control")]).toEqual([200, "no-store"]);
  expect(JSON.parse(ready.text)).toEqual({ status: "ok", checks: { database: "ok", migrations: "ok" } });

  await wire.cut();
  await expect.poll(async () => (await get("/api/ready")).status).toBe(503);
  const away = await get("/api/ready");
  expect(Number(away.headers.get("retry-after"))).toBeGreaterThan(0);
  expect(JSON.parse(away.text)).toEqual({
    status: "unavailable",
    checks: { database: "unreachable", migrations: "unknown" },
  });
  expect((await get("/api/health")).status).toBe(200);
  await wire.mend();
  await expect.poll(async () => (await get("/api/ready")).status).toBe(200);
  // Logged twice, whatever the number of probes.
  const reported = () => logLines().filter(({ msg }) => msg === "not ready" || msg === "ready again");
  // Lines are written a moment after they are logged.
  await expect.poll(reported).toHaveLength(2);

  for (const method of ["POST", "PUT", "DELETE"])
    for (const address of ["/api/health", "/api/ready", "/api/metrics"])
      expect((await get(address, { method })).status, `${method} ${address}`).toBe(405);
});

test("metrics require the token; without the setting the address is 404", async ({ page }) => {
  expect((await get("/api/metrics")).status).toBe(401);
  expect((await get("/api/metrics", { headers: { authorization: "Bearer wrong" } })).status).toBe(401);
  const headers = { authorization: `Bearer ${METRICS_TOKEN}` };
  const first = await fetch(new URL("/api/metrics", setting("NEO_E2E_URL")), { headers });
  expect(first.status).toBe(404);

  await signIn(page, "Contoso Admin");
  const key = await createKey(page, "Measured");
  // Each route is its own bundle: all of them count in one place.
  for (const address of ["/public-api/me", "/public-api/tenant", "/public-api/agents"])
    expect((await callApi(at(address), key)).status).toBe(200);
  await callApi(at("/public-api/me"), `${key.slice(0, -1)}!`);
  const { status, text } = await get("/api/metrics", { headers });
  expect(status).toBe(200);
  expect(text).toMatch(/^neo_verifications_total\{outcome="valid"\} 3$/m);
  expect(text).toMatch(/^neo_verifications_total\{outcome="malformed"\} 1$/m);
  expect(text).toMatch(/^neo_lookup_seconds_count 3$/m);
  // The same connections write a key's last use, some time after the call.
  await expect
    .poll(async () => (await get("/api/metrics", { headers })).text)
    .toMatch(/^neo_pool_connections\{pool="lookups",state="idle"\} [1-4]$/m);
  expect(text).toMatch(/^nodejs_eventloop_lag_seconds \S+$/m);
  expect(text).toMatch(/^neo_sign_ins_total\{outcome="signed_in"\} 0$/m);
  await signInByForms(app.url, app.standInUrl ?? "", "Contoso Admin");
  await signInByForms(app.url, app.standInUrl ?? "", "Contoso Newcomer");
  await get("/api/auth/callback/azure-ad?error=server_error");
  // Both entrances, by route pattern.
  await get("/agents?q=searched");
  await get("/invitation/s3cr3t-link");
  await get("/nothing/here");
  const later = (await get("/api/metrics", { headers })).text;
  const requests = (door: string, route: string, status: string) =>
    `neo_http_request_duration_seconds_count{door="${door}",route="${route}",method="GET",status="${status}"}`;
  expect(later).toContain(`${requests("api", "/public-api/tenant", "2xx")} 1`);
  expect(later).toContain(requests("dashboard", "/invitation/[token]", "4xx"));
  expect(later).toContain(requests("dashboard", "/[...unknown]", "4xx"));
  expect(later).toMatch(
    /neo_http_request_duration_seconds_count\{door="dashboard",route="\/agents",method="GET",status="[23]xx"\} 1/,
  );
  expect(later).not.toMatch(/s3cr3t|searched|nothing/);
  for (const outcome of ["signed_in", "not-a-member", "microsoft-unreachable"])
    expect(later).toMatch(new RegExp(`^neo_sign_ins_total\\{outcome="${outcome}"\\} 1$`, "m"));
  expect(text).not.toContain("Contoso");
});

test("a request is traced with its lookup and id, without content or credentials", async ({ page }) => {
  await signIn(page, "Contoso Admin");
  const key = await createKey(page, "Traced");
  const searched = `searched-${randomBytes(6).toString("hex")}`;
  const link = randomBytes(32).toString("base64url");
  const bearer = `opaque-${randomBytes(12).toString("hex")}`;
  const traceparent = `00-${randomBytes(16).toString("hex")}-${randomBytes(8).toString("hex")}-01`;

  const answer = await callApi(at(`/public-api/agents?q=${searched}`), key, { headers: { traceparent } });
  expect(answer.status).toBe(200);
  const requestId = answer.headers.get("x-request-id") ?? "";
  await get(`/invitation/${link}`);
  await get(`/agents?q=${searched}`, { headers: { cookie: `next-auth.session-token=${bearer}` } });
  await get(`/api/auth/callback/azure-ad?code=${bearer}&state=${searched}`);
  await get(`/nothing-here/${link}?token=${bearer}`, { headers: { authorization: `Bearer ${bearer}` } });
  await callApi(at("/public-api/me"), bearer);

  await expect
    .poll(() => collector.spans.find((span) => attribute(span, "neo.request_id") === requestId), { timeout: 10_000 })
    .toBeTruthy();
  const ofRoute = (route: string) => collector.spans.filter((span) => attribute(span, "http.route") === route);
  await expect.poll(() => ofRoute("/invitation/[token]").length).toBeGreaterThan(0);
  await expect.poll(() => ofRoute("/api/auth/[...nextauth]").length).toBeGreaterThan(0);
  // The last one: everything sent before has arrived too.
  await expect.poll(() => ofRoute("/public-api/me").length).toBeGreaterThan(0);

  const named = collector.spans.find((span) => attribute(span, "neo.request_id") === requestId);
  const trace = collector.spans.filter(({ traceId }) => traceId === named?.traceId);
  const root = trace.find((span) => !span.parentSpanId);
  expect(root?.name).toBe("GET /public-api/agents");
  expect(attribute(root!, "http.response.status_code")).toBe(200);
  expect(attribute(root!, "http.request.method")).toBe("GET");
  expect([attribute(root!, "server.address"), attribute(root!, "url.scheme")]).toEqual(["localhost", "http"]);
  const lookup = trace.find(({ name }) => name === "look up API key");
  expect(attribute(lookup!, "db.system.name")).toBe("postgresql");
  expect(trace.map(({ spanId }) => spanId)).toContain(lookup?.parentSpanId);
  // A caller's own trace headers are ignored.
  expect(traceparent).not.toContain(named?.traceId);

  const [resource] = collector.received.flatMap(({ body }) =>
    (JSON.parse(body) as Export).resourceSpans.map((of) => of.resource),
  );
  for (const [name, value] of [
    ["service.name", "front door"],
    ["service.namespace", "keys,tests"],
    // The operator's settings win over the application's own values.
    ["service.version", "from-outside"],
    ["deployment.environment.name", "prod"],
  ] as const)
    expect(attribute(resource!, name), name).toBe(value);

  const everything = collector.received.map(({ body }) => body).join("\n");
  for (const secret of [key.slice(-24), searched, link, bearer, password, METRICS_TOKEN])
    expect(everything).not.toContain(secret);
  expect(new Set(collector.received.map(({ url }) => url))).toEqual(new Set(["/v1/traces"]));
  const names = new Set(
    collector.spans
      .flatMap((span) => [...span.attributes, ...(span.events ?? []).flatMap((event) => event.attributes)])
      .map((one) => one.key),
  );
  for (const name of [
    "http.target",
    "http.url",
    "http.method",
    "http.status_code",
    "net.peer.name",
    "next.span_name",
    "exception.message",
    "exception.stacktrace",
  ])
    expect([...names]).not.toContain(name);
});

test("a request continues the trace of a gateway's traceparent", async () => {
  const own = new Collector();
  const instance = await startSecondApp({
    settings: { OTEL_EXPORTER_OTLP_ENDPOINT: await own.start(), OTEL_PROPAGATORS: "tracecontext" },
  });
  try {
    const [traceId, parentId] = [randomBytes(16).toString("hex"), randomBytes(8).toString("hex")];
    const headers = { traceparent: `00-${traceId}-${parentId}-01` };
    await fetch(new URL("/public-api/me", instance.url), { headers });
    await fetch(new URL("/public-api/health", instance.url));
    const rootOf = (name: string) => own.spans.find((span) => span.name === name);
    await expect.poll(() => rootOf("GET /public-api/health"), { timeout: 10_000 }).toBeTruthy();
    expect(rootOf("GET /public-api/me")).toMatchObject({ traceId, parentSpanId: parentId });
    expect(rootOf("GET /public-api/health")?.traceId).not.toBe(traceId);
  } finally {
    await instance.stop();
    own.stop();
  }
});

/** The text of all files that an instance with these settings loads. */
async function loadedWith(options: Parameters<typeof filesLoadedBy>[0]): Promise<string> {
  const files = await filesLoadedBy(options, async ({ url }) => {
    for (const address of ["/api/health", "/api/ready", "/api/metrics", "/public-api/me", "/sign-in"])
      await fetch(new URL(address, url));
  });
  return files.map((file) => readFileSync(file, "utf8")).join("\n");
}

test("without a collector only OpenTelemetry's API is loaded, and without a token no prom-client", async () => {
  const marks = ["BatchSpanProcessor", "OTLPTraceExporter", "nodejs_eventloop_lag_seconds"];
  const without = await loadedWith({});
  for (const mark of marks) expect(without.includes(mark), mark).toBe(false);
  // The search works: with both settings the files are found.
  const both = await loadedWith({ settings: { METRICS_TOKEN, OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:9" } });
  for (const mark of marks) expect(both.includes(mark), mark).toBe(true);
});

test("LOG_REQUESTS=all: every request of both entrances has a line, by its route pattern", async () => {
  const instance = await startSecondApp({ settings: { LOG_REQUESTS: "all" } });
  try {
    const ask = (address: string, method = "GET") =>
      fetch(new URL(address, instance.url), { method, redirect: "manual" });
    await ask("/_next/static/nothing.js");
    const answers = [
      await ask("/public-api/agents/s3cr3t-id?q=searched", "OPTIONS"),
      await ask("/invitation/s3cr3t-link?q=searched"),
    ];
    const ids = answers.map((answer) => answer.headers.get("x-request-id"));
    const written = () =>
      logOf(instance)
        .split("\n")
        .filter((line) => ids.some((id) => line.includes(`"requestId":"${id}"`)))
        .map((line) => JSON.parse(line) as Record<string, unknown>);
    await expect.poll(written).toHaveLength(2);
    const common = { address: "127.0.0.1", ms: expect.any(Number) as unknown };
    const [api, page] = answers.map((answer, n) => ({ ...common, requestId: ids[n], status: answer.status }));
    expect(written()).toEqual([
      expect.objectContaining({
        ...api,
        msg: "public API call",
        method: "OPTIONS",
        route: "/public-api/agents/{agent_id}",
      }),
      expect.objectContaining({ ...page, msg: "dashboard request", method: "GET", route: "/invitation/[token]" }),
    ]);
    expect(logOf(instance)).not.toContain("nothing.js");
    expect(logOf(instance)).not.toMatch(/s3cr3t|searched/);
  } finally {
    await instance.stop();
  }
});

test("every log line is JSON, failures have their request id, and none has a secret", async ({ page }) => {
  await signIn(page, "Contoso Admin");
  const key = await createKey(page, "Logged");
  const cookie = (await page.context().cookies()).map(({ name, value }) => `${name}=${value}`).join("; ");
  const session = /session-token=([^;]+)/.exec(cookie)?.[1] ?? "";
  expect(session.length).toBeGreaterThan(50);
  const link = randomBytes(32).toString("base64url");
  const code = `code-${randomBytes(12).toString("hex")}`;
  const jwt = `eyJhbGciOiJSUzI1NiJ9.${randomBytes(40).toString("base64url")}.${randomBytes(40).toString("base64url")}`;

  await wire.cut();
  const failed = await callApi(at("/public-api/me"), key, { headers: { cookie } });
  expect(failed.status).toBe(503);
  const pageFailed = await get(`/agents?q=${code}`, { headers: { cookie, authorization: `Bearer ${key}` } });
  const invitation = await get(`/invitation/${link}`, { headers: { cookie } });
  await get("/api/auth/session", { headers: { cookie } });
  await get(`/api/auth/callback/azure-ad?code=${code}&state=${code}`, { headers: { cookie } });
  await callApi(at("/public-api/me"), jwt);
  await get("/roles-access/members/people?q=someone", { headers: { cookie } });
  await wire.mend();
  await expect.poll(async () => (await callApi(at("/public-api/me"), key)).status).toBe(200);

  const text = logOf(app);
  const lines = logLines();
  for (const secret of [
    key.slice(-24),
    session,
    link,
    code,
    jwt.split(".")[2] ?? "",
    password,
    METRICS_TOKEN,
    readFileSync(path.join(setting("NEO_E2E_DATA_DIR"), "nextauth-secret"), "utf8").trim(),
  ])
    expect(text).not.toContain(secret);

  const ofRequest = (id: string | null) => lines.filter(({ requestId }) => requestId === id);
  expect(ofRequest(failed.headers.get("x-request-id"))).toEqual([
    expect.objectContaining({ msg: "public API request failed", code: "UNAVAILABLE", route: "/public-api/me" }),
  ]);
  // A failed page: its path, and the error under the same digest.
  const [logged] = ofRequest(pageFailed.headers.get("x-request-id"));
  expect(logged).toMatchObject({ msg: "a request of the dashboard failed", method: "GET", kind: "render" });
  expect(String(logged?.route)).toContain("agents");
  expect(lines.some(({ err }) => (err as { digest?: unknown } | undefined)?.digest === logged?.digest)).toBe(true);
  expect(invitation.headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
  // Callers can't choose their own.
  const forged = "11111111-2222-4333-8444-555555555555";
  const other = await get("/sign-in", { headers: { "x-neo-request-id": forged, "x-request-id": forged } });
  expect(other.headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
  expect(other.headers.get("x-request-id")).not.toBe(forged);

  // All except Next's startup message.
  const plain = stripVTControlCharacters(text)
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("{"));
  expect(plain.filter((line) => !/^\s*(▲ Next\.js|- |✓ )/.test(line))).toEqual([]);
});
