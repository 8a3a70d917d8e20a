// The API's route files are ordinary Next route handlers: `next start` on the same build gives the answers that the server gives, byte
// for byte but for ids, times and counters.
import { spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";

import { ROOT } from "../dev/root";
import { NEXT_BIN } from "../scripts/build";

import { accessToken, createKey, expect, setting, signIn, test } from "./fixtures";
import { type SecondApp, startSecondApp } from "./second-app";

let next: SecondApp;
test.beforeAll(async () => {
  // With the same public address, which the OpenAPI document names.
  process.env.NEO_PLAIN_NEXT = "1";
  next = await startSecondApp({
    publicUrl: setting("NEO_E2E_URL"),
    standInUrl: setting("NEO_E2E_STAND_IN_URL"),
    program: [NEXT_BIN, "start", "-H", "127.0.0.1"],
  });
});
test.afterAll(async () => {
  delete process.env.NEO_PLAIN_NEXT;
  await next.stop();
});

interface Asked {
  readonly method?: string;
  readonly path: string;
  readonly as?: "key" | "admin" | "viewer" | "nobody" | "unknown";
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

const AGENT = { name: "Both ways", trigger_type: "NONE", autonomy_type: "AGENTIC" };
const json = (value: unknown): Pick<Asked, "body" | "headers"> => ({
  headers: { "Content-Type": "application/json" },
  body: JSON.stringify(value),
});

/** Fields of the connection, of the time and of the limit, and those that Next adds to every answer. */
const OWN_FIELDS =
  /^(connection|keep-alive|date|transfer-encoding|content-length|content-encoding|vary|x-request-id|x-ratelimit-(remaining|reset)|ratelimit)$/;

/** What differs from one answer to the next in the same way on one server. */
const withoutIds = (text: string) =>
  text
    .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-[47][0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/g, "<id>")
    .replaceAll(/"total":[\d.]+/g, '"total":<ms>')
    .replaceAll(/\d{4}-\d{2}-\d{2}T[\d:.]+Z/g, "<time>")
    .replaceAll(/neo_sk_prod_[A-Za-z0-9]{24}/g, "<key>")
    .replaceAll(/"(last4|etag|next_cursor)":"[^"]*"/g, '"$1":"<own>"');

const REQUESTS: readonly Asked[] = [
  { path: "/public-api/health", as: "nobody" },
  { path: "/public-api/health", as: "nobody", method: "HEAD" },
  { path: "/public-api/health", as: "nobody", method: "POST" },
  { path: "/public-api/health?x=1", as: "nobody" },
  { path: "/public-api/openapi.json", as: "nobody" },
  { path: "/public-api/postman.json", as: "nobody" },
  { path: "/public-api/me" },
  { path: "/public-api/me", method: "HEAD" },
  { path: "/public-api/me", method: "OPTIONS" },
  { path: "/public-api/me", method: "PATCH" },
  { path: "/public-api/me", as: "nobody" },
  { path: "/public-api/me", as: "unknown" },
  { path: "/public-api/me", as: "viewer" },
  { path: "/public-api/me", headers: { Authorization: "Basic eDp5" } },
  { path: "/public-api/me", headers: { "Accept-Encoding": "gzip" } },
  { path: "/public-api/tenant" },
  { path: "/public-api/agents?page_size=2" },
  { path: "/public-api/agents?page_size=0" },
  { path: "/public-api/agents?page_size=1&page_size=2" },
  { path: "/public-api/agents?cursor=nonsense" },
  { path: "/public-api/agents?q=%C3%A4" },
  { path: "/public-api/agents", method: "POST", ...json(AGENT) },
  { path: "/public-api/agents", method: "POST", ...json({ ...AGENT, nonsense: 1 }) },
  { path: "/public-api/agents", method: "POST", ...json({ name: "" }) },
  { path: "/public-api/agents", method: "POST", headers: { "Content-Type": "application/json" }, body: "{" },
  { path: "/public-api/agents", method: "POST", headers: { "Content-Type": "text/plain" }, body: "x" },
  { path: "/public-api/agents", method: "POST", ...json({ ...AGENT, description: "x".repeat(70_000) }) },
  { path: "/public-api/agents", method: "POST", as: "viewer", ...json(AGENT) },
  { path: `/public-api/agents/${randomUUID()}` },
  { path: `/public-api/agents/${randomUUID()}`, method: "PUT", ...json({ name: "New" }) },
  { path: `/public-api/agents/${randomUUID()}`, method: "DELETE", as: "admin" },
  { path: "/public-api/agents/nonsense" },
  { path: "/public-api/api-keys" },
  { path: "/public-api/api-keys?page_size=1", as: "admin" },
  { path: "/public-api/api-keys", method: "POST", as: "admin", ...json({ name: "Both ways" }) },
  { path: `/public-api/api-keys/${randomUUID()}/rotate`, method: "POST", as: "admin" },
  { path: `/public-api/api-keys/${randomUUID()}`, method: "DELETE", as: "admin" },
  { path: "/public-api/audit-events?page_size=1&action=nonsense", as: "admin" },
  { path: "/public-api/audit-events?action=key_created&page_size=1", as: "admin" },
  { path: "/public-api/audit-events?order=asc&page_size=1&wait=5&format=ocsf", as: "admin" },
  { path: "/public-api/audit-events?order=asc&wait=1&from=2099-01-01T00:00:00Z", as: "admin" },
  { path: "/public-api/audit-events?wait=31", as: "admin" },
  { path: "/public-api" },
  { path: "/public-api/nothing-here", as: "nobody" },
  { path: "/public-api/me/more", method: "DELETE", as: "nobody" },
];

test("every kind of request is answered alike by the server and by Next", async ({ page }) => {
  await signIn(page, "Contoso Admin");
  const tokens = {
    key: await createKey(page, "Both ways"),
    admin: await accessToken("Contoso Admin"),
    viewer: await accessToken("Contoso Viewer"),
    unknown: `neo_sk_prod_${"A".repeat(24)}`,
    nobody: null,
  };
  const ask = async (base: string, { path, method = "GET", as = "key", headers = {}, body }: Asked) => {
    const token = tokens[as];
    const answer = await fetch(new URL(path, base), {
      method,
      headers: { ...(token ? { Authorization: `Bearer ${token}` } : {}), ...headers },
      ...(body === undefined ? {} : { body }),
    });
    const fields = [...answer.headers].filter(([name]) => !OWN_FIELDS.test(name));
    return {
      status: answer.status,
      headers: Object.fromEntries(fields.map(([name, value]) => [name, withoutIds(value)])),
      text: withoutIds(await answer.text()),
    };
  };
  for (const request of REQUESTS) {
    const title = [request.method ?? "GET", request.path, request.as ?? "key"].join(" ");
    expect(await ask(next.url, request), title).toEqual(await ask(setting("NEO_E2E_URL"), request));
  }
});

test("Next's own server refuses to start: it lacks the limits, and would trust a client's own fields", () => {
  const { status, stderr } = spawnSync(process.execPath, [NEXT_BIN, "start", "-H", "127.0.0.1", "-p", "0"], {
    cwd: ROOT,
    env: { ...process.env, NEO_PLAIN_NEXT: "", NODE_ENV: "production" },
    encoding: "utf8",
    timeout: 60_000,
  });
  expect([status, stderr]).toEqual([1, expect.stringContaining("npm start")]);
});
