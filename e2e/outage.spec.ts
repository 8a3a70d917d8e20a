import { callApi, createAndClose, createKey, expect, KEYS_PATH, row, signIn, test } from "./fixtures";
import { type AppOverWire, startAppOverWire } from "./second-app";

let app: AppOverWire;

test.beforeAll(async () => {
  app = await startAppOverWire();
});
test.afterAll(() => app.stop());

test("with the database down the page offers a retry, the form keeps its text, the API answers 503; all recover by themselves", async ({
  page,
}) => {
  // Cookies do not know ports, and both instances share one secret: one sign-in serves both.
  await signIn(page, "Contoso Admin");
  await page.goto(app.url + KEYS_PATH);
  const key = await createAndClose(page, "Before");
  const me = new URL("/public-api/me", app.url).href;
  expect((await callApi(me, key)).status).toBe(200);
  await page.getByRole("button", { name: "Create API key" }).click();
  await page.getByRole("textbox", { name: "Name" }).fill("During");

  await app.wire.cut();

  const refused = await callApi(me, key);
  expect(refused.status).toBe(503);
  expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
  const envelope = (await refused.json()) as { error: { code: string }; meta: { request_id: string } };
  expect(envelope.error.code).toBe("UNAVAILABLE");
  expect(envelope.meta.request_id).toBe(refused.headers.get("x-request-id"));
  expect((await callApi(new URL("/public-api/health", app.url).href)).status).toBe(200);
  expect(await (await fetch(new URL("/sign-in", app.url))).text()).toContain("can’t reach its database");

  await page.getByRole("button", { name: "Create", exact: true }).click();
  await expect(page.getByRole("alert")).toContainText(/database|try again/i);
  await expect(page.getByRole("textbox", { name: "Name" })).toHaveValue("During");

  const other = await page.context().newPage();
  const failed = await other.goto(app.url + KEYS_PATH);
  expect([failed?.status(), Number(failed?.headers()["retry-after"]) > 0]).toEqual([503, true]);
  expect(await failed?.text()).toMatch(/<noscript>.*We can’t load this page right now/);
  await expect(other.getByRole("button", { name: "Try again" })).toBeVisible();
  await expect(other.getByRole("table")).toHaveCount(0);
  await other.getByRole("button", { name: "Try again" }).click();
  await expect(other.getByRole("button", { name: "Try again" })).toBeVisible();

  await app.wire.mend();

  await expect.poll(async () => (await callApi(me, key)).status).toBe(200);
  await other.getByRole("button", { name: "Try again" }).click();
  await expect(row(other, "Before")).toBeVisible();
  await page.getByRole("button", { name: "Create", exact: true }).click();
  await expect(page.getByRole("textbox", { name: "API key" })).toBeVisible();
});

test("a key revoked on one instance is refused immediately by the other", async ({ page, db }) => {
  await signIn(page, "Contoso Admin");
  const key = await createKey(page, "Two instances");
  const there = new URL("/public-api/me", app.url).href;
  for (let call = 0; call < 20; call++) expect((await callApi(there, key)).status).toBe(200);
  await db.query("update api_keys set revoked_at = now(), revoked_by_id = created_by_id");
  expect((await callApi(there, key)).status).toBe(401);
  expect((await callApi("/public-api/me", key)).status).toBe(401);
});
