// Every place where a key's plaintext could leak. e2e/key-plaintext.spec.ts covers the browser.
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";

import { ROOT } from "../../dev/root";
import { accessTokenByDeviceCode } from "../../tests/support/sign-in";
import { builtActions, open, pageHeaders, postAction, sessionOf } from "../access-calls";
import { PAGES } from "../access-table";
import { accessToken, type Database, expect, setting, test } from "../fixtures";
import { startSecondApp } from "../second-app";

import { tried } from "./tried";

/** The encodings of a key's secret part. */
function spellings(key: string): Buffer[] {
  const secret = key.slice(-24);
  const bytes = Buffer.from(secret);
  return [
    secret,
    secret.split("").reverse().join(""),
    bytes.toString("hex"),
    bytes.toString("hex").toUpperCase(),
    // Preceding bytes shift base64: all three offsets, without the characters shared with neighbouring bytes.
    ...[0, 1, 2].map((shift) =>
      Buffer.concat([Buffer.alloc(shift), bytes])
        .toString("base64")
        .slice(4, -4),
    ),
  ].map((text) => Buffer.from(text));
}

function filesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
}

/** Every row of every table as text, with bytes in hexadecimal. */
async function dump(db: Database): Promise<Map<string, string>> {
  const tables = await db.query<{ name: string }>(
    "select table_name as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'",
  );
  const all = new Map<string, string>();
  for (const { name } of tables) {
    const [row] = await db.query<{ text: string | null }>(
      `select string_agg(t::text, e'\\n') as text from "${name}" t`,
    );
    all.set(`table ${name}`, row?.text ?? "");
  }
  return all;
}

test("the plaintext of keys is in no table, file, log, later response, metric or trace", async ({ db }) => {
  const began = Date.now() - 1_000;
  const traces: Buffer[] = [];
  const collector = createServer((request, response) => {
    request.on("data", (data: Buffer) => traces.push(data));
    request.on("end", () => response.end("{}"));
  });
  collector.listen(0, "127.0.0.1");
  await once(collector, "listening");
  const metrics = randomBytes(32).toString("base64url");
  const app = await startSecondApp({
    signIn: true,
    settings: {
      METRICS_TOKEN: metrics,
      LOG_LEVEL: "trace",
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${String((collector.address() as AddressInfo).port)}`,
    },
  });
  const tokens = new Map([
    [setting("NEO_E2E_URL"), await accessToken("Contoso Admin")],
    [app.url, await accessTokenByDeviceCode(app.standInUrl ?? "", "Contoso Admin")],
  ]);
  const { cookie } = await sessionOf(db, "Contoso Admin");
  const places = new Map<string, string | Buffer>();
  const keys: string[] = [];
  let answers = 0;
  /** Records a whole response, without the key in the one that shows it. */
  const keep = (what: string, text: string, key?: string) => {
    answers++;
    if (key) expect(text.split(key), what).toHaveLength(2);
    places.set(`answer ${String(answers)}, ${what}`, key ? text.replace(key, "") : text);
  };
  const call = async (url: string, init: RequestInit, issues = false) => {
    const response = await fetch(url, { redirect: "manual", ...init });
    const text = JSON.stringify([...response.headers]) + (await response.text());
    const key = issues ? /neo_sk_prod_[A-Za-z0-9]{24}/.exec(text)?.[0] : undefined;
    if (issues) expect(key, url).toBeDefined();
    if (key) keys.push(key);
    keep(`${init.method ?? "GET"} ${url}`, text, key);
    return { text, key: key ?? "", id: /"id":"([^"]+)"/.exec(text)?.[1] ?? "" };
  };
  try {
    for (const [base, token] of tokens) {
      const post = (name: string) => ({
        method: "POST",
        headers: { authorization: `Bearer ${token}`, "content-type": "application/json", "idempotency-key": name },
        body: '{"name":"Canary"}',
      });
      const made = await call(`${base}/public-api/api-keys`, post(`make ${base}`.replaceAll(/[^!-~]/g, "-")), true);
      await call(`${base}/public-api/api-keys`, post(`make ${base}`.replaceAll(/[^!-~]/g, "-")));
      const rotate = { ...post(`rotate-${base}`), body: null };
      await call(`${base}/public-api/api-keys/${made.id}/rotate`, rotate, true);
      await call(`${base}/public-api/api-keys/${made.id}/rotate`, rotate);
      await call(`${base}/public-api/api-keys/${made.id}/rotate`, {
        ...rotate,
        headers: { authorization: `Bearer ${token}` },
      });
    }
    // The page's own call, and a replay of it.
    const create = builtActions().get("app/(dashboard)/roles-access/api-keys/actions.ts#createKeyAction");
    if (!create) throw new Error("the build has no createKeyAction");
    const { text } = await postAction(create, '[{"name":"Canary","expiry":{"kind":"never"}}]', { cookie });
    const shown = /neo_sk_prod_[A-Za-z0-9]{24}/.exec(text)?.[0] ?? "";
    keys.push(shown);
    keep("the page's action", text, shown);
    expect(keys).toHaveLength(5);

    // Uses the key correctly and incorrectly in every place, so that every code path could have leaked it.
    for (const key of keys) {
      const bearer = { authorization: `Bearer ${key}` };
      for (const base of tokens.keys()) {
        for (const [address, init] of [
          ["/public-api/me", { headers: bearer }],
          ["/public-api/agents?page_size=nope", { headers: bearer }],
          ["/public-api/api-keys", { headers: bearer }],
          [
            "/public-api/agents",
            { method: "POST", headers: { ...bearer, "content-type": "application/json" }, body: `{"name":"${key}"` },
          ],
          ["/public-api/me", { headers: { authorization: `Bearer ${key}x` } }],
          ["/public-api/me", { headers: { authorization: `Basic ${key}` } }],
          ["/public-api/me", { headers: { authorization: `Bearer ${key.replace("prod", "stage")}` } }],
          ["/public-api/me", { headers: { "x-api-key": key, "user-agent": key } }],
          [`/agents`, { headers: { cookie: `next-auth.session-token=${key}`, authorization: `Bearer ${key}` } }],
          [`/api/auth/callback/azure-ad`, { method: "POST", body: key, headers: { "content-type": "text/plain" } }],
          [`/api/metrics`, { headers: bearer }],
        ] as [string, RequestInit][])
          await call(base + address, init);
      }
    }
    for (const [address, { least }] of Object.entries(PAGES)) {
      if (least === "anyone" || address.includes("[")) continue;
      for (const rsc of [false, true]) keep(`${address}, rsc ${String(rsc)}`, (await open(address, cookie, rsc)).text);
    }
    for (const format of ["csv", "ndjson"])
      await call(`${setting("NEO_E2E_URL")}/roles-access/audit-log/export?format=${format}`, {
        headers: pageHeaders(cookie),
      });
    await call(`${app.url}/public-api/openapi.json`, {});
    const numbers = await call(`${app.url}/api/metrics`, { headers: { authorization: `Bearer ${metrics}` } });
    expect(numbers.text).toContain("neo_verifications_total");
  } finally {
    // Stopping flushes the traces and the log.
    await app.stop();
    collector.closeAllConnections();
    collector.close();
  }
  places.set("traces", Buffer.concat(traces));
  for (const [name, text] of await dump(db)) places.set(name, text);
  await db.query("checkpoint");
  const found: string[] = [];
  let looked = 0;
  let clear = 0;
  const search = (place: string, content: string | Buffer) => {
    const bytes = typeof content === "string" ? Buffer.from(content) : content;
    looked++;
    if (bytes.includes("Canary")) clear++;
    for (const key of keys) if (spellings(key).some((spelling) => bytes.includes(spelling))) found.push(place);
  };
  for (const [place, content] of places) search(place, content);
  const build = path.join(ROOT, process.env.NEO_DIST_DIR ?? ".next");
  for (const folder of [setting("NEO_E2E_LOG_DIR"), setting("NEO_E2E_DATABASE_DIR"), build]) {
    const files = filesOf(folder);
    expect(files.length, folder).toBeGreaterThan(0);
    // The build predates the key, but the server's own files in it don't.
    for (const file of files) if (folder !== build || statSync(file).mtimeMs >= began) search(file, readFileSync(file));
  }
  expect(found).toEqual([]);
  // Control: the same search finds known plaintext values in each kind of place.
  const kinds = { tables: "table api_keys", traces: "traces" };
  expect(String(places.get(kinds.tables))).toContain("Canary");
  expect(places.get(kinds.traces)?.includes("POST /public-api/api-keys")).toBe(true);
  expect(clear).toBeGreaterThan(5);
  tried(looked * keys.length);
});
