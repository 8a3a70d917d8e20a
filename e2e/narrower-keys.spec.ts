// Keys that may do less: read-only, and limited to networks.
import type { Page } from "playwright/test";

import { expectAccessible } from "./expect-accessible";
import { callApi, copyAndClose, type Database, expect, row, signIn, test } from "./fixtures";

const box = (page: Page, name: string | RegExp) => page.getByRole("dialog").getByRole("textbox", { name });
const networks = (page: Page) => box(page, /^Allowed networks/);
const readOnly = (page: Page) => page.getByRole("dialog").getByRole("checkbox", { name: "Read-only" });
const press = (page: Page, name: string) => page.getByRole("button", { name, exact: true }).click();

const AGENT = JSON.stringify({ name: "By a key", trigger_type: "NONE", actions: [] });
const POST = { method: "POST", headers: { "content-type": "application/json" }, body: AGENT };

async function reasonOf(response: Response): Promise<unknown[]> {
  const { error } = (await response.json()) as { error?: { message: string; details: { reason: string } } };
  return [response.status, error?.details.reason];
}

/** Waits until the usage of the key's calls is written. */
const whenRecorded = (db: Database, name: string) =>
  expect
    .poll(
      () =>
        db.query(
          `select 1 from key_usage_callers u join api_keys k on k.id = u.key_id where k.name = $1 and u.kind = 'address'`,
          [name],
        ),
      { timeout: 15_000 },
    )
    .toHaveLength(1);

test("a read-only key with networks is created, refused by name, recorded once, and widened from its use", async ({
  page,
  db,
}) => {
  await signIn(page, "Contoso Admin");
  await page.getByRole("button", { name: "Create API key" }).first().click();
  await box(page, "Name").fill("Reader");
  await readOnly(page).check();
  await networks(page).fill("127.0.0.0/8\nnonsense");
  await press(page, "Create");
  await expect(networks(page)).toHaveAccessibleDescription(/“nonsense” isn’t a valid network/);
  await expect(networks(page)).toBeFocused();
  await expect(readOnly(page)).toBeChecked();
  await networks(page).fill("127.0.0.0/8, ::1");
  await press(page, "Create");
  const key = await page.getByRole("textbox", { name: "API key" }).inputValue();
  await copyAndClose(page);
  await expect(row(page, "Reader")).toContainText("Read-only · Allowed networks only");

  expect((await callApi("/public-api/agents", key)).status).toBe(200);
  for (let n = 0; n < 3; n++)
    expect(await reasonOf(await callApi("/public-api/agents", key, POST))).toEqual([403, "key_read_only"]);
  await page.goto("/roles-access/audit-log?action=api_key.refused");
  await expect(page.getByRole("row").filter({ hasText: "Reader" })).toHaveCount(1);
  await whenRecorded(db, "Reader");

  await page.goto("/roles-access/api-keys");
  await press(page, "Edit Reader");
  await expect(networks(page)).toHaveValue("127.0.0.0/8\n::1/128");
  await readOnly(page).uncheck();
  await networks(page).fill("203.0.113.0/24");
  await press(page, "Save");
  await expect(page.getByRole("dialog").getByRole("alert")).toContainText(
    "The one address this key was used from in the last 30 days is outside these networks. Calls from there will be refused.",
  );
  expect((await callApi("/public-api/me", key)).status).toBe(200);
  await press(page, "Save anyway");
  await expect(page.getByText("Saved Reader.")).toBeVisible();
  expect(await reasonOf(await callApi("/public-api/me", key))).toEqual([403, "network_not_allowed"]);

  await press(page, "Edit Reader");
  await networks(page).fill("");
  await press(page, "Suggest from use");
  await expect(page.getByRole("dialog")).toContainText(
    "Added 1 network. The list now covers the one address this key was used from in the last 30 days.",
  );
  await expect(networks(page)).toHaveValue(/^(127\.0\.0\.1\/32|::\/64)$/);
  // Nothing is saved yet.
  expect((await callApi("/public-api/me", key)).status).toBe(403);
  await press(page, "Save");
  await expect(page.getByText("Saved Reader.")).toBeVisible();
  expect((await callApi("/public-api/agents", key, POST)).status).toBe(201);
  await page.getByRole("link", { name: "Reader" }).click();
  await expect(page.getByText("Full access")).toBeVisible();
  await expect(page.getByText(/^(127\.0\.0\.1\/32|::\/64)$/)).toBeVisible();
});

test("what is typed stays when the server has no answer, also to a suggestion", async ({ page }) => {
  await signIn(page, "Contoso Admin");
  await page.getByRole("button", { name: "Create API key" }).first().click();
  await box(page, "Name").fill("Typed");
  await press(page, "Create");
  await copyAndClose(page);
  await page.route("**/network-use?*", (route) => route.abort());
  await press(page, "Edit Typed");
  await networks(page).fill("203.0.113.0/24");
  await press(page, "Suggest from use");
  await expect(page.getByRole("dialog")).toContainText("We can’t load where this key was used right now.");
  await expect(networks(page)).toHaveValue("203.0.113.0/24");
  await press(page, "Save");
  await expect(page.getByRole("dialog").getByRole("alert")).toContainText("We couldn’t check");
  await networks(page).fill("203.0.113.0/25");
  await press(page, "Save");
  await press(page, "Save anyway");
  await expect(page.getByText("Saved Typed.")).toBeVisible();
});

test("the limits of a key are accessible, and fit a narrow screen", async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 740 });
  await signIn(page, "Contoso Admin");
  await page.getByRole("button", { name: "Create API key" }).first().click();
  await box(page, "Name").fill("Narrow");
  await readOnly(page).check();
  await networks(page).fill("2001:db8:aaaa:bbbb:cccc:dddd:eeee:ffff/128\n192.0.2.0/24");
  await expectAccessible(page, "the form of a new key");
  await press(page, "Create");
  await copyAndClose(page);
  await press(page, "Edit Narrow");
  await press(page, "Suggest from use");
  await expect(page.getByRole("dialog")).toContainText("nothing to suggest");
  await expectAccessible(page, "the form of a key");
  await page.getByRole("button", { name: "Cancel" }).click();
  await page.getByRole("link", { name: "Narrow" }).click();
  await expect(page.getByText("Read-only")).toBeVisible();
  await expectAccessible(page, "the page of a key");
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
});
