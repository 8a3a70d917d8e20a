// Floods of calls without a valid key, and by a person who can create keys.
import { randomBytes } from "node:crypto";

import { builtActions, newKey, outcomeOf, postAction, sessionOf } from "../access-calls";
import { accessToken, callApi, expect, signIn, TENANTS, test } from "../fixtures";
import { type AppOverWire, startAppOverWire } from "../second-app";

import { note, tried } from "./tried";

/** Number of concurrent connections, as from one attacking machine. */
const WIDTH = 100;
/** The defaults of NEW_KEYS_PER_MINUTE and KEYS_IN_USE_LIMIT. */
const [PER_MINUTE, IN_USE] = [60, 1_000];

async function inParallel<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  const left = items.values();
  await Promise.all(
    Array.from({ length: WIDTH }, async () => {
      for (const item of left) results.push(await work(item));
    }),
  );
  return results;
}

const unknownKey = () => `neo_sk_prod_${randomBytes(12).toString("hex")}`;

test.describe("invalid keys", () => {
  let app: AppOverWire;

  test.beforeAll(async () => {
    // Trusts one proxy, so that calls can come from many addresses.
    app = await startAppOverWire({ settings: { TRUSTED_PROXY_HOPS: "1" } });
  });
  test.afterAll(() => app.stop());

  const call = async (token: string, address: string) => {
    const response = await fetch(`${app.url}/public-api/me`, {
      headers: { authorization: `Bearer ${token}`, "x-forwarded-for": address },
    });
    await response.arrayBuffer();
    return { status: response.status, retryAfter: response.headers.get("retry-after") };
  };
  const anyAddress = (n: number) => `198.51.${String((n >> 8) & 255)}.${String(n & 255)}`;

  test("a flood of malformed keys from many addresses never reaches the database", async () => {
    const malformed = (n: number) =>
      [
        `neo_sk_prod_${randomBytes(11).toString("hex")}`,
        `neo_sk_prod_${randomBytes(13).toString("hex")}`,
        `neo_sk_other_${randomBytes(12).toString("hex")}`,
        `NEO_SK_PROD_${randomBytes(12).toString("hex")}`,
        `sk_${randomBytes(16).toString("hex")}`,
        `neo_sk_prod_${randomBytes(12).toString("hex")}'--`,
        `eyJhbGciOiJub25lIn0.${randomBytes(12).toString("base64url")}.`,
        `neo_sk_${"x".repeat(3_000)}`,
      ][n % 8] ?? "";
    expect((await call(unknownKey(), "203.0.113.9")).status).toBe(401);
    const before = [app.wire.statements, app.wire.carried];
    expect(before[0]).toBeGreaterThan(0);
    const answers = await inParallel(
      Array.from({ length: 3_000 }, (_, n) => n),
      (n) => call(malformed(n), anyAddress(n)),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([401]));
    // Not a byte is sent to the database.
    expect([app.wire.statements, app.wire.carried]).toEqual(before);
    tried(answers.length);
  });

  test("a flood of unknown, well-formed keys from one address is limited", async ({ db }) => {
    const key = await newKey(db);
    const flooder = "203.0.113.77";
    const before = app.wire.statements;
    const state = { going: true };
    const served: number[] = [];
    const others = (async () => {
      while (state.going) served.push((await call(key, flooder)).status);
    })();
    const answers = await inParallel(
      Array.from({ length: 3_000 }, () => unknownKey()),
      (unknown) => call(unknown, flooder),
    );
    state.going = false;
    await others;
    const statements = app.wire.statements - before - served.length;
    const refused = answers.filter(({ status }) => status === 401).length;
    const limited = answers.filter(({ status }) => status === 429);
    // The window slides during the calls, but by less than a minute.
    expect(refused).toBe(300);
    expect(limited).toHaveLength(answers.length - 300);
    for (const { retryAfter } of limited) expect(Number(retryAfter)).toBeGreaterThan(0);
    // A valid key is served, even from that address, and so are other addresses.
    expect(new Set(served)).toEqual(new Set([200]));
    expect((await call(unknownKey(), "203.0.113.78")).status).toBe(401);
    // Lookups are batched: the database gets a fraction of the calls as statements.
    expect(statements).toBeLessThan(answers.length / 2);
    note(`${String(answers.length)} calls were ${String(Math.max(0, statements))} statements`);
    tried(answers.length);
  });
});

test("a flood of new keys from an admin is limited per minute, across the API and the page", async ({ page, db }) => {
  const token = await accessToken("Contoso Admin");
  const events = async () =>
    (await db.query<{ n: number }>("select count(*)::int as n from audit_events where action like 'api_key.%'"))[0]
      ?.n ?? 0;
  const first = await events();
  const post = async (path: string, body?: unknown) => {
    const response = await callApi(path, token, {
      method: "POST",
      ...(body ? { body: JSON.stringify(body), headers: { "content-type": "application/json" } } : {}),
    });
    const { data, error } = (await response.json()) as { data?: { id: string }; error?: { message: string } };
    return {
      status: response.status,
      id: data?.id ?? "",
      message: error?.message,
      wait: response.headers.get("retry-after"),
    };
  };
  const made = await inParallel(
    Array.from({ length: PER_MINUTE - 10 }, (_, n) => n),
    (n) => post("/public-api/api-keys", { name: `Minted ${String(n)}` }),
  );
  expect(made.filter(({ status }) => status !== 201)).toEqual([]);
  const rest = await inParallel(
    Array.from({ length: 30 }, (_, n) => n),
    (n) =>
      n % 2
        ? post(`/public-api/api-keys/${made[n]?.id ?? ""}/rotate`)
        : post("/public-api/api-keys", { name: `Minted too ${String(n)}` }),
  );
  expect(rest.filter(({ status }) => status === 201)).toHaveLength(10);
  const limited = rest.filter(({ status }) => status === 429);
  expect(limited).toHaveLength(20);
  for (const { message, wait } of limited) {
    expect(message).toMatch(/^Your organisation made 60 API keys within a minute, .* Try again in \d+ seconds?\.$/);
    expect(Number(wait)).toBeGreaterThan(0);
    expect(Number(wait)).toBeLessThanOrEqual(60);
  }
  // Every key has its event, and every event its key.
  expect(await db.query("select 1 from api_keys")).toHaveLength(PER_MINUTE);
  expect(await events()).toBe(first + PER_MINUTE);

  await signIn(page, "Contoso Admin");
  await page.getByRole("button", { name: "Create API key" }).click();
  await page.getByRole("textbox", { name: "Name" }).fill("One more");
  await page.getByRole("button", { name: "Create", exact: true }).click();
  await expect(page.getByRole("alert").filter({ hasText: "within a minute" })).toBeVisible();
  await expect(page.getByRole("textbox", { name: "Name" })).toHaveValue("One more");

  // A leaked key can still be revoked, and another organisation isn't affected.
  const revoked = await callApi(`/public-api/api-keys/${made[0]?.id ?? ""}`, token, { method: "DELETE" });
  expect(revoked.status).toBe(200);
  const stranger = { method: "POST", body: '{"name":"Theirs"}', headers: { "content-type": "application/json" } };
  expect((await callApi("/public-api/api-keys", await accessToken("Fabrikam Admin"), stranger)).status).toBe(201);
  tried(made.length + rest.length + 1);
});

test("more keys than the limit of keys in use are refused", async ({ db }) => {
  await db.addKeys(TENANTS.contoso, IN_USE - 1);
  const token = await accessToken("Contoso Admin");
  const { cookie } = await sessionOf(db, "Contoso Admin");
  const create = builtActions().get("app/(dashboard)/roles-access/api-keys/actions.ts#createKeyAction");
  if (!create) throw new Error("the build has no createKeyAction");
  const byApi = async (n: number) => {
    const response = await callApi("/public-api/api-keys", token, {
      method: "POST",
      body: JSON.stringify({ name: `One more ${String(n)}` }),
      headers: { "content-type": "application/json" },
    });
    return `${String(response.status)} ${await response.text()}`;
  };
  const byPage = async (n: number) => {
    const input = { name: `One more ${String(n)}`, expiry: { kind: "never" } };
    const answer = await postAction(create, JSON.stringify([input]), { cookie });
    return `${outcomeOf(answer)} ${answer.text}`;
  };
  const attempts = Array.from({ length: 20 }, (_, n) => n);
  const answers = await inParallel(attempts, (n) => (n % 2 ? byApi(n) : byPage(n)));
  expect(answers.filter((answer) => /^(?:201|OK) /.test(answer))).toHaveLength(1);
  for (const answer of answers.filter((one) => !/^(?:201|OK) /.test(one))) {
    expect(answer).toMatch(/^(?:409|CONFLICT) /);
    expect(answer).toContain("Your organisation has 1000 API keys in use, the maximum.");
  }
  expect(await db.query("select 1 from api_keys")).toHaveLength(IN_USE);
  await db.query(
    "update api_keys set revoked_at = now(), revoked_by_id = created_by_id where name = 'Bulk key 000001'",
  );
  expect(await byApi(99)).toContain("201");
  tried(attempts.length);
});
