// Reverse proxies that pass on a different host, or none; and action calls from other pages.
import { readFileSync } from "node:fs";
import path from "node:path";

import { RENDERED_FOR_FIELD } from "../lib/auth/rendered-for";
import { freePort } from "../dev/port";
import { findProgram } from "../tests/support/find-program";
import { startNginx } from "../tests/support/nginx";

import { builtActions, forgetTargets, newTargets, renderedForOf, sessionOf } from "./access-calls";
import { ACTIONS } from "./access-table";
import { type Database, expect, setting, test } from "./fixtures";
import { startSecondApp, type SecondApp } from "./second-app";

const UPDATE_AGENT = "app/(dashboard)/agents/actions.ts#updateAgentAction";

test.afterEach(({ db }) => forgetTargets(db));

/** Calls an agent's action at any address, as that address's own page would unless `headers` differ. */
async function callThrough(db: Database, base: string, origin: string, headers: Record<string, string> = {}) {
  const action = builtActions().get(UPDATE_AGENT);
  if (!action) throw new Error("no page uses it, so the build has left it out");
  const targets = await newTargets(db, "Contoso Admin");
  const { cookie } = await sessionOf(db, "Contoso Admin");
  const response = await fetch(new URL(action.page, base), {
    method: "POST",
    redirect: "manual",
    headers: {
      "next-action": action.id,
      "content-type": "text/plain;charset=UTF-8",
      accept: "text/x-component",
      cookie,
      origin,
      [RENDERED_FOR_FIELD]: await renderedForOf(db, "Contoso Admin"),
      ...headers,
    },
    body: JSON.stringify([ACTIONS[UPDATE_AGENT]?.input(targets)]),
  });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

test.describe("nginx", () => {
  const reason = "nginx is not tried: not installed here";
  const installed = findProgram("nginx") !== null;
  if (!installed) console.log(reason);
  test.skip(!installed, reason);

  const CONFIGURATIONS: Readonly<Record<string, string>> = {
    "Host $host, which drops the port": "proxy_set_header Host $host;",
    "HTTP/1.0 without a Host": 'proxy_http_version 1.0; proxy_set_header Host "";',
    "the upstream's name for a Host, nginx's default": "",
    "X-Forwarded-Host $host": "proxy_set_header Host $http_host; proxy_set_header X-Forwarded-Host $host;",
    "another site's X-Forwarded-Host": "proxy_set_header X-Forwarded-Host evil.example;",
  };
  let app: SecondApp;
  let port: number;
  test.beforeAll(async () => {
    port = await freePort();
    app = await startSecondApp({ publicUrl: `http://localhost:${String(port)}` });
  });
  test.afterAll(() => app.stop());

  for (const [name, lines] of Object.entries(CONFIGURATIONS)) {
    test(`actions, redirects and the API work behind ${name}`, async ({ db }) => {
      const site = `server { listen 127.0.0.1:${String(port)}; location / { proxy_pass ${app.url.replace("localhost", "127.0.0.1")}; ${lines} } }`;
      const proxy = await startNginx(site, port);
      try {
        const base = `http://localhost:${String(port)}`;
        const made = await callThrough(db, base, base);
        expect(made.text, String(made.status)).toContain('"ok":true');
        const page = await fetch(`${base}/agents`, { redirect: "manual" });
        expect(new URL(page.headers.get("location") ?? "", base).origin).toBe(base);
        expect((await fetch(`${base}/public-api/health`)).status).toBe(200);
        expect((await callThrough(db, base, "https://evil.example")).status).toBe(403);
      } finally {
        await proxy.stop();
      }
    });
  }
});

test("foreign, unknown and outdated action calls are 403, 404 or 409, with one log line for a foreign origin and no error", async ({
  db,
}) => {
  const token = "metrics-token-of-thirty-two-characters";
  const app = await startSecondApp({ settings: { METRICS_TOKEN: token } });
  try {
    const multipart = { "content-type": "multipart/form-data; boundary=x" };
    const foreign = "https://evil.example";
    for (const [status, origin, headers] of [
      [403, foreign, {}],
      [403, foreign, { "x-forwarded-host": "evil.example" }],
      [403, "null", {}],
      [403, "not an origin", {}],
      [403, foreign, multipart],
      [404, app.url, { "next-action": "00" }],
      [404, app.url, { "next-action": "x'" }],
      // Well-formed, but not an action of this build: the page must be reloaded.
      [409, app.url, { "next-action": "0".repeat(42) }],
    ] as const)
      expect([(await callThrough(db, app.url, origin, headers)).status, origin, headers]).toEqual([
        status,
        origin,
        headers,
      ]);
    for (const origin of [foreign, app.url]) {
      const form = { method: "POST", headers: { ...multipart, origin }, body: "--x--\r\n" };
      expect((await fetch(`${app.url}/agents`, form)).status).toBe(origin === foreign ? 403 : 404);
    }
    const metrics = await fetch(`${app.url}/api/metrics`, { headers: { authorization: `Bearer ${token}` } });
    const faults = (await metrics.text()).split("\n").filter((line) => /page_errors|class="5xx"|status="5/.test(line));
    expect(faults.filter((line) => !line.startsWith("#") && !line.endsWith(" 0"))).toEqual([]);
    const log = readFileSync(path.join(setting("NEO_E2E_LOG_DIR"), `second-app-${new URL(app.url).port}.log`), "utf8");
    expect(log.match(/a server action was called from another origin/g)).toHaveLength(6);
    expect(log).not.toContain('"level":50');
  } finally {
    await app.stop();
  }
});
