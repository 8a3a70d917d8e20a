import { Client } from "pg";

import { DEMO_CLIENT } from "../../dev/microsoft/directory";
import { until } from "../support/checks";
import { accessTokenByDeviceCode, signInByForms } from "../support/sign-in";
import { bearer, createKey, get, type Guests, KEY_NAME, PAGE, type Scene, statusOf, statusOfMe } from "./scene";

/** Signs in, loads a page with all its files, and calls the API with a new key. */
export async function checkSignInAndCalls({ checks, url, standInUrl }: Scene): Promise<Guests> {
  const jar = await signInByForms(url, standInUrl, "Contoso Admin");
  const page = await jar.fetch(`${url}${PAGE}`);
  const html = await page.text();
  checks.expect("an admin signs in and sees the keys page", page.status === 200 && html.includes("API keys"), {
    status: page.status,
  });
  const files = [...new Set(html.match(/\/_next\/static\/[^"'\\]+/g) ?? [])];
  const types = new Set<string>();
  let failed = 0;
  for (const file of [...files, "/icon.svg", "/robots.txt"]) {
    const response = await get(`${url}${file}`);
    types.add(response.headers.get("content-type")?.split(";")[0] ?? "");
    if (response.status !== 200 || (await response.text()).length === 0) failed++;
  }
  checks.expect(
    "its scripts, styles and fonts are served, and so are the files of public/",
    failed === 0 &&
      ["application/javascript", "text/css", "image/svg+xml", "text/plain"].every((type) => types.has(type)),
    { files: files.length, failed, types: [...types].join(" ") },
  );
  checks.expect(
    "there is no image optimizer",
    (await statusOf(`${url}/_next/image?url=%2Ficon.svg&w=640&q=75`)) === 404,
  );

  const token = await accessTokenByDeviceCode(standInUrl, "Contoso Admin");
  const { status, key } = await createKey(url, token, KEY_NAME);
  checks.expect(
    "an admin creates a key, and the key authenticates API calls",
    status === 201 && (await statusOfMe(url, key)) === 200,
    { created: status },
  );
  return { jar, token, key };
}

/** SIGTERM while a request waits for the database. */
export async function checkDrain({ checks, url, db, databaseUrl, app }: Scene, { key, token }: Guests): Promise<void> {
  const lastUse = async () => {
    const { rows } = await db.query<{ at: Date | null }>("select max(last_used_at) as at from api_keys");
    return rows[0]?.at?.getTime() ?? 0;
  };
  await until("the first use is written", async () => (await lastUse()) > 0);
  const before = await lastUse();

  const holder = new Client({ connectionString: databaseUrl });
  await holder.connect();
  await holder.query("begin");
  await holder.query("lock table agents in access exclusive mode");
  const waiting = get(`${url}/public-api/agents`, bearer(key));
  const held = "select count(*)::int as n from pg_stat_activity where wait_event_type = 'Lock'";
  await until("the request waits", async () => (await db.query<{ n: number }>(held)).rows[0]?.n === 1);
  const stopped = app.child.stop();
  await until("no new connection is accepted", async () => (await statusOf(`${url}/api/health`)) === 0);
  await holder.query("commit");
  await holder.end();
  const { status } = await waiting;
  await stopped;
  const { exitCode, signalCode } = app.child.process;
  checks.expect(
    "on SIGTERM the request in progress is answered, no new one is accepted, and the process exits",
    status === 200 && signalCode === null && exitCode === 143,
    { status, code: exitCode ?? -1 },
  );
  checks.expect("the last use of the key was written before the exit", (await lastUse()) > before);
  const lines = app.output().split("\n").filter(Boolean);
  const odd = lines.filter((line) => !/^\{|✓ Running next.config/.test(line));
  const secrets = { key, token, client: DEMO_CLIENT.secret, password: new URL(databaseUrl).password };
  const shown = Object.entries(secrets).flatMap(([name, secret]) => (app.output().includes(secret) ? [name] : []));
  checks.expect("its log is JSON, and contains neither the key nor a secret", odd.length === 0 && shown.length === 0, {
    lines: lines.length,
    odd: odd.join(" | ") || "none",
    shown: shown.join(" ") || "none",
  });
}
