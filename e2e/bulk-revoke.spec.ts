import type { Page } from "playwright/test";

import { expectAccessible, expectAccessibleInForcedColours } from "./expect-accessible";
import {
  accessToken,
  anotherPerson,
  callApi,
  createAndClose,
  dropNextResponse,
  expect,
  filterChip,
  KEYS_PATH,
  onNextAction,
  openWithoutScripts,
  row,
  signIn,
  TENANTS,
  test,
} from "./fixtures";

const box = (page: Page, name: string) => page.getByRole("checkbox", { name: new RegExp(`^Select ${name}, …\\w{4}$`) });
const bar = (page: Page) => page.getByRole("group", { name: "Selection" });
const pageBox = (page: Page) => page.getByRole("checkbox", { name: "Select all keys on this page" });

/** Opens the dialog for what is selected, and fills it in. */
async function fillDialog(page: Page, count: number, reason = "The build server was stolen."): Promise<void> {
  await bar(page).getByRole("button", { name: "Revoke…" }).click();
  await page.getByRole("textbox", { name: "Reason" }).fill(reason);
  await page.getByRole("textbox", { name: /^To confirm, type/ }).fill(String(count));
}

const submit = (page: Page) => page.getByRole("dialog").getByRole("button", { name: /^Revoke \d/ });

test("selected keys are revoked together, after the dialog has shown which are in use", async ({ page, db }) => {
  await signIn(page, "Contoso Admin");
  const keys = new Map<string, string>();
  for (const name of ["Quiet", "Live", "Spared"]) keys.set(name, await createAndClose(page, name));
  await db.query("update api_keys set last_used_at = now() - interval '2 hours' where name = 'Live'");
  await db.query(
    `insert into key_usage_latest (tenant_id, key_id, at, address, client, endpoint)
     select tenant_id, id, last_used_at, '203.0.113.9', 'curl', 'GET /public-api/me' from api_keys where name = 'Live'`,
  );

  await box(page, "Quiet").check();
  await box(page, "Live").check();
  await expect(bar(page).getByRole("status")).toHaveText("2 selected");
  await bar(page).getByRole("button", { name: "Revoke…" }).click();
  const dialog = page.getByRole("dialog", { name: "Revoke the 2 selected keys" });
  await expect(dialog).toContainText("1 key is in use. Whatever uses it will fail as soon as you revoke it.");
  const inUse = dialog.getByRole("list", { name: "Keys used in the last 24 hours" }).getByRole("listitem");
  await expect(inUse).toHaveCount(1);
  await expect(inUse).toContainText(/Live.*Last used .* from 203\.0\.113\.9 by curl/);
  await expect(dialog.getByText("Never used (1)")).toBeVisible();

  await submit(page).click();
  await expect(dialog.getByText("Enter a reason.")).toBeVisible();
  await expect(dialog.getByText("The number doesn’t match.")).toBeVisible();
  await dialog.getByRole("textbox", { name: "Reason" }).fill(`Leaked: ${keys.get("Quiet") ?? ""}`);
  await dialog.getByRole("textbox", { name: /^To confirm, type/ }).fill("2");
  await submit(page).click();
  await expect(dialog.getByText("Remove the API key")).toBeVisible();
  await dialog.getByRole("textbox", { name: "Reason" }).fill("Leaked by a contractor.");
  await submit(page).click();
  await expect(page.getByText("Revoked 2 keys.")).toBeVisible();
  await expect(bar(page).getByRole("button")).toHaveCount(0);

  for (const [name, key] of keys)
    expect((await callApi("/public-api/me", key)).status, name).toBe(name === "Spared" ? 200 : 401);
  await expect(box(page, "Quiet")).toHaveCount(0);
  await expect(box(page, "Spared")).toBeVisible();
  const events = await db.query(
    "select target_name, details->>'reason' as reason from audit_events where action = 'api_key.revoked' order by at desc, target_name desc limit 2",
  );
  expect(events).toEqual([
    { target_name: "Quiet", reason: "Leaked by a contractor." },
    { target_name: "Live", reason: "Leaked by a contractor." },
  ]);
});

test("a selection outlives other pages, orders and refreshes; what stops working leaves it visibly", async ({
  page,
  db,
}) => {
  await db.addKeys(TENANTS.contoso, 60);
  await signIn(page, "Contoso Admin");
  await box(page, "Bulk key 000001").check();
  // Shift selects all in between.
  await box(page, "Bulk key 000003").click({ modifiers: ["Shift"] });
  await expect(bar(page).getByRole("status")).toHaveText("3 selected");
  expect(await pageBox(page).evaluate((input: HTMLInputElement) => input.indeterminate)).toBe(true);
  await page.getByRole("link", { name: "Next" }).click();
  await expect(bar(page).getByRole("status")).toHaveText("3 selected, on other pages");
  await box(page, "Bulk key 000060").press("Space");
  await expect(bar(page).getByRole("status")).toHaveText("4 selected, 3 on other pages");
  await page.getByRole("link", { name: "Name" }).click();
  await expect(page).toHaveURL(/sort=name/);
  await expect(box(page, "Bulk key 000002")).toBeChecked();
  await expect(bar(page).getByRole("status")).toHaveText("4 selected, 1 on other pages");

  await db.query(
    "update api_keys set revoked_at = now(), revoked_by_id = created_by_id where name = 'Bulk key 000002'",
  );
  await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
  await expect(bar(page).getByRole("alert")).toHaveText("1 key no longer works and was deselected.");
  await expect(bar(page).getByRole("status")).toHaveText("3 selected, 1 on other pages");
  // Keys on other pages are checked by the dialog.
  await db.query(
    "update api_keys set revoked_at = now(), revoked_by_id = created_by_id where name = 'Bulk key 000060'",
  );
  await bar(page).getByRole("button", { name: "Revoke…" }).click();
  await page.getByText("No longer working (1)").click();
  await expect(page.getByRole("list", { name: "Keys that no longer work" })).toContainText("Bulk key 000060");
  await expect(submit(page)).toHaveText("Revoke 2 keys");
  await page.getByRole("button", { name: "Cancel" }).click();
  await bar(page).getByRole("button", { name: "Clear" }).click();
  await expect(box(page, "Bulk key 000001")).not.toBeChecked();
  await expect(pageBox(page)).toBeFocused();
});

test("all that match can be selected, up to 1,000, and revoked together", async ({ page, db }) => {
  test.setTimeout(120_000);
  await db.addKeys(TENANTS.contoso, 1_003);
  await signIn(page, "Contoso Admin", `${KEYS_PATH}?q=Bulk+key+0000`);
  await pageBox(page).check();
  await bar(page).getByRole("button", { name: "Select all 99 that match" }).click();
  await expect(bar(page).getByRole("status")).toHaveText("99 selected, 49 on other pages");
  await bar(page).getByRole("button", { name: "Clear" }).click();

  await page.goto(KEYS_PATH);
  await pageBox(page).check();
  await bar(page).getByRole("button", { name: "Select the newest 1,000 that match" }).click();
  await expect(bar(page).getByRole("status")).toHaveText("1,000 selected, 950 on other pages");
  await page.goto(`${KEYS_PATH}?page=21`);
  await expect(page.getByRole("rowheader")).toHaveCount(3);
  await page.goto(KEYS_PATH);
  await pageBox(page).check();
  await bar(page).getByRole("button", { name: "Select the newest 1,000 that match" }).click();
  await fillDialog(page, 1_000);
  await submit(page).click();
  await expect(page.getByText("Revoked 1,000 keys.")).toBeVisible();
  expect(await db.query("select name from api_keys where revoked_at is null order by name")).toEqual(
    ["1001", "1002", "1003"].map((n) => ({ name: `Bulk key 00${n}` })),
  );
});

test("a key that comes into use or is rotated meanwhile is shown before anything is revoked; what was typed is kept", async ({
  page,
  db,
}) => {
  await signIn(page, "Contoso Admin");
  for (const name of ["One", "Two"]) await createAndClose(page, name);
  await pageBox(page).check();
  await fillDialog(page, 2);
  await expect(page.getByText("None of these keys was used in the last 24 hours.")).toBeVisible();
  await db.query("update api_keys set last_used_at = now() where name = 'Two'");
  await submit(page).click();
  await expect(page.getByRole("dialog").getByRole("alert")).toContainText(
    "1 key has come into use since you opened this. Nothing was revoked.",
  );
  await expect(page.getByRole("list", { name: "Keys used in the last 24 hours" })).toContainText("Two");
  await expect(page.getByRole("textbox", { name: "Reason" })).toHaveValue("The build server was stolen.");
  const [two] = await db.query<{ id: string }>("select id from api_keys where name = 'Two'");
  const rotation = `/public-api/api-keys/${two?.id ?? ""}/rotate`;
  expect((await callApi(rotation, await accessToken("Contoso Admin"), { method: "POST" })).status).toBe(201);
  await submit(page).click();
  await expect(page.getByRole("dialog").getByRole("alert")).toContainText(
    "1 key has been rotated since you opened this. Nothing was revoked.",
  );
  await expect(page.getByRole("dialog")).toContainText("Keeps working because it isn’t selected");
  expect(await db.query("select 1 from api_keys where revoked_at is not null")).toEqual([]);
  await submit(page).click();
  await expect(page.getByText("Revoked 2 keys.")).toBeVisible();
});

test("after a lost response a second try revokes nothing twice, and says so", async ({ page, db, context }) => {
  await signIn(page, "Contoso Admin");
  for (const name of ["One", "Two"]) await createAndClose(page, name);
  const before = await db.query("select 1 from audit_events where action = 'api_key.revoked'");
  await pageBox(page).check();
  await fillDialog(page, 2);
  await dropNextResponse(page);
  await submit(page).click();
  await expect(page.getByRole("dialog").getByRole("alert")).toHaveText(
    "No response. The keys may have been revoked, all or none; we’ve refreshed the list.",
  );
  await expect(page.getByRole("textbox", { name: "Reason" })).toHaveValue("The build server was stolen.");
  await submit(page).click();
  await expect(page.getByText("These keys were already revoked.")).toBeVisible();
  const after = await db.query("select 1 from audit_events where action = 'api_key.revoked'");
  expect(after.length - before.length).toBe(2);

  // Another admin with the same keys gets the same.
  await createAndClose(page, "Three");
  const other = await anotherPerson(context, "Contoso Admin");
  for (const one of [page, other]) {
    await box(one, "Three").check();
    await fillDialog(one, 1);
  }
  await submit(page).click();
  await expect(page.getByText("Revoked 1 key.")).toBeVisible();
  await submit(other).click();
  await expect(other.getByText("These keys were already revoked.")).toBeVisible();
  await other.context().close();
});

test("a failure revokes nothing and keeps what was typed", async ({ page, db }) => {
  await signIn(page, "Contoso Admin");
  await createAndClose(page, "One");
  await box(page, "One").check();
  await fillDialog(page, 1);
  await onNextAction(page, (route) => route.fulfill({ status: 503 }));
  await submit(page).click();
  await expect(page.getByRole("dialog").getByRole("alert")).toContainText("Neo is unavailable right now (503).");
  await expect(page.getByRole("textbox", { name: /^To confirm, type/ })).toHaveValue("1");
  expect(await db.query("select 1 from api_keys where revoked_at is not null")).toEqual([]);
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog").getByRole("alert").last()).toContainText(/typed|lost|Discard/i);
  await page.getByRole("button", { name: "Discard" }).click();
  // A preview that fails says so, and can be read again.
  await onNextAction(page, (route) => route.fulfill({ status: 503 }));
  await bar(page).getByRole("button", { name: "Revoke…" }).click();
  await expect(page.getByRole("dialog").getByRole("alert")).toContainText("Neo is unavailable right now (503).");
  await page.getByRole("button", { name: "Check again" }).click();
  await expect(page.getByText("Never used (1)")).toBeVisible();
});

test("selecting moves nothing, and is accessible", async ({ page, db }) => {
  test.setTimeout(180_000);
  await db.addKeys(TENANTS.contoso, 60);
  // Long ago, because a time such as "1 minute ago" changes while one looks, and its column's width with it.
  await db.query("update api_keys set created_at = created_at - interval '10 days'");
  await db.query("update api_keys set last_used_at = now() - interval '3 hours' where name < 'Bulk key 000004'");
  await signIn(page, "Contoso Admin");
  await expect(pageBox(page)).toBeEnabled();
  await page.evaluate(() => {
    const moved = window as unknown as { shifts: number };
    moved.shifts = 0;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as unknown as { value: number; hadRecentInput: boolean }[])
        if (!entry.hadRecentInput) moved.shifts += entry.value;
    }).observe({ type: "layout-shift" });
  });
  const before = await page.getByRole("table").boundingBox();
  await pageBox(page).check();
  await expect(bar(page).getByRole("button", { name: "Select all 60 that match" })).toBeVisible();
  expect(await page.getByRole("table").boundingBox()).toEqual(before);
  expect(await page.evaluate(() => (window as unknown as { shifts: number }).shifts)).toBe(0);
  // Half a second after a click, what it moves counts as well.
  await onNextAction(page, async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    await route.continue();
  });
  await bar(page).getByRole("button", { name: "Revoke…" }).click();
  const heading = page.getByRole("dialog").getByRole("heading").first();
  await expect(page.getByText("Checking which keys are in use")).toBeVisible();
  await page.waitForTimeout(300);
  const place = await heading.boundingBox();
  await expect(page.getByRole("textbox", { name: "Reason" })).toBeVisible();
  expect(await heading.boundingBox()).toEqual(place);
  expect(await page.evaluate(() => (window as unknown as { shifts: number }).shifts)).toBe(0);
  await page.keyboard.press("Escape");
  await expectAccessible(page, "selection");
  await expectAccessibleInForcedColours(page, "selection");
  await fillDialog(page, 50);
  await page.getByText("Never used (47)").click();
  await expectAccessible(page, "revoke selected keys");
});

test("on a phone, keys are selected in cards, and the bar never hides the end of the page", async ({ page, db }) => {
  await page.setViewportSize({ width: 360, height: 740 });
  await db.addKeys(TENANTS.contoso, 50);
  await signIn(page, "Contoso Admin");
  await pageBox(page).check();
  await box(page, "Bulk key 000002").uncheck();
  await expect(bar(page).getByRole("status")).toHaveText("49 selected");
  // Each fact of a card stands beside its label.
  const room = await page.locator("td[data-label]").evaluateAll((facts) =>
    facts.map((fact) => {
      const { content, width } = getComputedStyle(fact, "::before");
      return content === "none" ? NaN : parseFloat(getComputedStyle(fact).paddingLeft) - parseFloat(width);
    }),
  );
  expect(room.length).toBeGreaterThan(0);
  expect(room.filter((pixels) => !(pixels > 0))).toEqual([]);
  // The end of the page is never below the bar.
  await page.getByText("What the statuses mean").click();
  await page.evaluate(() => window.scrollTo(0, document.documentElement.scrollHeight));
  const [notes, over] = [await page.locator("dl").last().boundingBox(), await bar(page).locator("> div").boundingBox()];
  expect((notes?.y ?? 0) + (notes?.height ?? 0)).toBeLessThanOrEqual(over?.y ?? 0);
  await expect(row(page, "Bulk key 000002")).toBeVisible();
});

test("a key selected and buttons clicked before the scripts load take effect", async ({ page, db }) => {
  await db.addKeys(TENANTS.contoso, 2);
  await signIn(page, "Contoso Admin");

  const release = await openWithoutScripts(page, KEYS_PATH);
  await box(page, "Bulk key 000002").check();
  await filterChip(page, "Status").click();
  release();
  await expect(bar(page).getByRole("status")).toHaveText("1 selected");
  await expect(box(page, "Bulk key 000002")).toBeChecked();
  await page.getByRole("option", { name: "Active", exact: true }).click();
  await expect(page).toHaveURL(/status=active/);

  const releaseAgain = await openWithoutScripts(page, `${KEYS_PATH}?status=active`);
  await page.getByRole("button", { name: "Clear Status" }).click();
  await page.getByRole("button", { name: "Create API key" }).click();
  releaseAgain();
  await expect(page.getByRole("dialog", { name: "Create API key" })).toBeVisible();
  await expect(page).toHaveURL(new RegExp(`${KEYS_PATH}$`));
});
