import { callApi, cell, createKey, expect, KEYS_PATH, row, signIn, test } from "./fixtures";

const NAME = "Billing export script";

test("a key is created, used, rotated, retired and revoked", async ({ page, db }) => {
  await signIn(page, "Contoso Admin", "/");
  await page.getByRole("link", { name: "Roles & Access" }).click();
  await page.getByRole("link", { name: "API Keys" }).click();
  await expect(page).toHaveURL(new RegExp(`${KEYS_PATH}$`));

  // Create, copy, use.
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  const key = await createKey(page, NAME);
  expect(key).toMatch(/^neo_sk_prod_[A-Za-z0-9]{24}$/);
  await page.getByRole("button", { name: "Copy" }).click();
  await expect(page.getByRole("button", { name: "Copied" })).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(key);
  await page.getByRole("button", { name: "Done" }).click();

  const first = row(page, NAME);
  await expect(first).toContainText("Active");
  await expect(first).toContainText(`neo_sk_prod_…${key.slice(-4)}`);
  await expect(first).toContainText("by Contoso Admin");
  await expect(cell(first, "Last used")).toHaveText(/Not used yet$/);

  const answer = await callApi("/public-api/agents", key);
  expect(answer.status).toBe(200);
  const body = (await answer.json()) as { data: unknown[]; meta: { request_id: string; pagination: unknown } };
  expect(body.data.length).toBeGreaterThan(20);
  expect(body.meta.request_id).toBe(answer.headers.get("x-request-id"));

  // Last used shows within a minute, without a reload.
  await expect(cell(first, "Last used")).not.toHaveText(/Not used yet$/, { timeout: 60_000 });

  // Rotate: both work.
  await page.getByRole("button", { name: `Rotate ${NAME}` }).click();
  await expect(page.getByRole("dialog")).toContainText(/Until .+UTC.*Both keys work/);
  await page.getByRole("button", { name: "Rotate", exact: true }).click();
  const next = await page.getByRole("textbox", { name: "API key" }).inputValue();
  expect(next).not.toBe(key);
  await page.getByRole("button", { name: "Copy" }).click();
  await page.getByRole("button", { name: "Done" }).click();
  await expect(row(page, NAME)).toHaveCount(2);
  await expect(row(page, NAME).nth(0)).toContainText(`replaces …${key.slice(-4)}`);
  await expect(row(page, NAME).nth(1)).toContainText("Retiring");
  await expect(row(page, NAME).nth(1)).toContainText("Works until");
  expect((await callApi("/public-api/me", key)).status).toBe(200);
  expect((await callApi("/public-api/me", next)).status).toBe(200);

  // A minute before 24 hours: both still work.
  await db.age(NAME, "23 hours 59 minutes");
  expect((await callApi("/public-api/me", key)).status).toBe(200);
  // After 24 hours the old one stops.
  await db.age(NAME, "1 minute");
  const ended = await callApi("/public-api/me", key);
  expect(ended.status).toBe(401);
  expect(await ended.text()).toContain("rotated");
  expect((await callApi("/public-api/me", next)).status).toBe(200);
  await page.reload();
  await expect(row(page, NAME).filter({ hasText: "Expired" })).toContainText(`Replaced by …${next.slice(-4)}`);

  // Revoke: 401 immediately.
  await page.getByRole("button", { name: `Revoke ${NAME}`, exact: true }).click();
  await page.getByRole("textbox", { name: /^To confirm, type/ }).fill(NAME);
  await page.getByRole("button", { name: "Revoke", exact: true }).click();
  await expect(page.getByRole("status").filter({ hasText: `Revoked ${NAME}` })).toBeVisible();
  const revoked = await callApi("/public-api/me", next);
  expect(revoked.status).toBe(401);
  expect(await revoked.text()).toContain("revoked");
  await expect(row(page, NAME).filter({ hasText: "Revoked" })).toContainText("by Contoso Admin");
});

test("a request needs only curl's Authorization header", async ({ page }) => {
  await signIn(page, "Contoso Admin");
  const key = await createKey(page, "curl");
  const response = await callApi("/public-api/agents", undefined, { headers: { Authorization: `Bearer ${key}` } });
  expect(response.status).toBe(200);
});
