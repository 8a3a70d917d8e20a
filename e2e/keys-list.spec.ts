import {
  callApi,
  cell,
  copyAndClose,
  createAndClose,
  createKey,
  expect,
  filterBy,
  KEYS_PATH,
  MEMBERS_PATH,
  openWithoutScripts,
  row,
  signIn,
  TENANTS,
  test,
} from "./fixtures";

test("an empty list explains keys and how to start", async ({ page }) => {
  await signIn(page, "Contoso Admin");
  await expect(page.getByRole("heading", { name: "No API keys yet" })).toBeVisible();
  await expect(page.getByRole("button", { name: "Create API key" })).toHaveCount(1);
});

test("a loading list shows an outline", async ({ page }) => {
  await signIn(page, "Contoso Admin", "/agents");
  // The outline is part of the page's scripts.
  await page.waitForLoadState("networkidle");
  let release: () => void = () => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route(`**${KEYS_PATH}**`, async (route) => {
    const { rsc, "next-router-prefetch": prefetch } = route.request().headers();
    if (rsc && !prefetch) await held;
    await route.continue();
  });
  await page.getByRole("link", { name: "Roles & Access" }).click();
  await expect(page.getByRole("status", { name: "Loading API keys" })).toBeVisible();
  release();
  await expect(page.getByRole("heading", { name: "No API keys yet" })).toBeVisible();
  await expect(page.getByRole("status", { name: "Loading API keys" })).toHaveCount(0);
});

test("every status is a word, with its meaning on hover", async ({ page, db }) => {
  await signIn(page, "Contoso Admin");
  for (const name of ["Active one", "Expiring one", "Expired one", "Revoked one", "Rotating one"]) {
    await createAndClose(page, name, name.startsWith("Exp") ? "30 days" : undefined);
  }
  await page.getByRole("button", { name: "Rotate Rotating one" }).click();
  await page.getByRole("button", { name: "Rotate", exact: true }).click();
  await copyAndClose(page);
  await page.getByRole("button", { name: "Revoke Revoked one" }).click();
  await page.getByRole("textbox", { name: /^To confirm, type/ }).fill("Revoked one");
  await page.getByRole("button", { name: "Revoke", exact: true }).click();
  await expect(row(page, "Revoked one")).toContainText("by Contoso Admin");
  await db.age("Expiring one", "23 days");
  await db.age("Expired one", "30 days");
  await page.reload();

  for (const [name, word] of [
    ["Active one", "Active"],
    ["Expiring one", "Expiring soon"],
    ["Expired one", "Expired"],
    ["Revoked one", "Revoked"],
  ] as const) {
    await expect(row(page, name).getByText(word, { exact: true })).toBeVisible();
  }
  await expect(row(page, "Rotating one").nth(1)).toContainText(/Retiring\s*Works until \d/);
  for (const gone of ["Expired one", "Revoked one"]) {
    await expect(page.getByRole("button", { name: `Rotate ${gone}` })).toHaveCount(0);
    await expect(page.getByRole("button", { name: `Revoke ${gone}` })).toHaveCount(0);
  }

  await expect(row(page, "Expiring one").getByTitle(/Rotate it to get a new key/)).toHaveText("Expiring soon");

  // The filter shows each status alone.
  for (const [label, name, others] of [
    ["Revoked", "Revoked one", "Active one"],
    ["Retiring", "Rotating one", "Active one"],
    ["Expired", "Expired one", "Expiring one"],
    ["Expiring soon", "Expiring one", "Expired one"],
  ] as const) {
    await filterBy(page, "Status", label);
    await expect(row(page, name).first()).toBeVisible();
    await expect(row(page, others)).toHaveCount(0);
  }
  // "Working" shows all whose calls are accepted.
  await filterBy(page, "Status", "Working");
  await expect(row(page, "Expired one")).toHaveCount(0);
  await expect(row(page, "Revoked one")).toHaveCount(0);
  for (const name of ["Active one", "Expiring one", "Rotating one"])
    await expect(row(page, name).first()).toBeVisible();
});

test.describe("in another time zone", () => {
  test.use({ timezoneId: "Asia/Tokyo" });

  test("times are relative; exact local and UTC times show on hover or when switched on", async ({ page, db }) => {
    await signIn(page, "Contoso Admin");
    await createAndClose(page, "Timed");
    await db.query(
      "update api_keys set created_at = '2026-01-02T03:04:05Z', last_used_at = now() - interval '3 minutes'",
    );
    await page.reload();
    await expect(row(page, "Timed")).toContainText("3 minutes ago");
    const created = cell(row(page, "Timed"), "Created").locator("time");
    await expect(created).toHaveAttribute("title", "2 Jan 2026, 12:04:05 GMT+9\n2 Jan 2026, 03:04:05 UTC");
    await page.getByRole("button", { name: "Show exact times" }).focus();
    await page.keyboard.press("Enter");
    await expect(created).toHaveText("2 Jan 2026, 12:04:05 GMT+9 (2 Jan 2026, 03:04:05 UTC)");
    await page.getByRole("button", { name: "Show relative times" }).click();
    await expect(row(page, "Timed")).toContainText("3 minutes ago");
  });
});

test("last used says when, from where and by what, and how often in the last 7 days", async ({ page }) => {
  await signIn(page, "Contoso Admin");
  const key = await createAndClose(page, "Shared");
  await createAndClose(page, "Idle");
  const call = (client: string) => callApi("/public-api/me", key, { headers: { "user-agent": client } });
  for (let n = 0; n < 3; n++) await call("curl/8.5.0");
  const lastUsed = cell(row(page, "Shared"), "Last used");
  const shows = (text: RegExp, calls: string) =>
    // Usage is written every five seconds.
    expect(async () => {
      await page.reload();
      await expect(lastUsed).toContainText(text, { timeout: 1_000 });
      await expect(lastUsed.getByRole("img", { name: calls, exact: true })).toBeVisible({ timeout: 1_000 });
    }).toPass();
  await shows(/from (::ffff:)?127\.0\.0\.1 by curl/, "3 calls in the last 7 days");
  await call("python-requests/2.32.3");
  await shows(/by python-requests/, "4 calls in the last 7 days");
  await expect(cell(row(page, "Idle"), "Last used")).toHaveText(/Not used yet$/);
  await expect(row(page, "Idle").getByRole("img")).toHaveCount(0);
});

test("search, filter and sort are in the URL, and survive a reload and Back", async ({ page }) => {
  await signIn(page, "Contoso Admin");
  for (const name of ["Alpha export", "Beta export", "Gamma import"]) await createAndClose(page, name);

  await page.getByRole("searchbox").fill("export");
  await expect(row(page, "Gamma import")).toHaveCount(0);
  await expect(page).toHaveURL(/[?&]q=export/);
  await page.getByRole("link", { name: "Name" }).click();
  await expect(page).toHaveURL(/sort=name/);
  await expect(page.getByRole("columnheader", { name: "Name" })).toHaveAttribute("aria-sort", "ascending");
  await expect(page.getByRole("rowheader").first()).toContainText("Alpha export");
  await page.getByRole("link", { name: "Name" }).click();
  await expect(page.getByRole("rowheader").first()).toContainText("Beta export");

  await page.reload();
  await expect(page.getByRole("searchbox")).toHaveValue("export");
  await expect(page.getByRole("rowheader").first()).toContainText("Beta export");
  await page.goBack();
  await expect(page.getByRole("rowheader").first()).toContainText("Alpha export");

  await page.getByRole("searchbox").fill("nothing like this");
  await expect(page.getByRole("heading", { name: "No key matches" })).toBeVisible();
  await page.getByRole("link", { name: "Clear search and filters" }).click();
  await expect(page.getByRole("rowheader")).toHaveCount(3);
  await expect(page.getByRole("searchbox")).toHaveValue("");
});

for (const path of [KEYS_PATH, MEMBERS_PATH, "/agents", "/roles-access/audit-log"]) {
  test(`a search typed at ${path} before its scripts load takes effect`, async ({ page }) => {
    await signIn(page, "Contoso Admin");
    await createAndClose(page, "Early bird");
    const release = await openWithoutScripts(page, path);
    await page.getByRole("searchbox").fill("early");
    await expect(page).toHaveURL(new RegExp(`${path}$`));
    release();
    await expect(page).toHaveURL(/[?&]q=early/);
    await expect(page.getByRole("searchbox")).toHaveValue("early");
    // From then on it behaves like any other field.
    await page.getByRole("searchbox").fill("");
    await expect(page).toHaveURL(new RegExp(`${path}$`));
  });
}

test("a whole key pasted into the search never reaches the URL, and still finds the key", async ({ page }) => {
  await signIn(page, "Contoso Admin");
  const key = await createKey(page, "Pasted");
  await copyAndClose(page);
  const urls: string[] = [];
  page.on("request", (request) => urls.push(request.url()));
  await page.getByRole("searchbox").fill(key);
  await expect(page).toHaveURL(/q=neo_sk_prod_/);
  await expect(row(page, "Pasted")).toBeVisible();
  await page.goto(`${KEYS_PATH}?q=not-${key.slice(0, 12)}`);
  expect(urls.join(" ")).not.toContain(key.slice(-24));
});

test("an invalid URL shows the list, not an error", async ({ page }) => {
  await signIn(page, "Contoso Admin");
  await createAndClose(page, "Still here");
  await page.goto(`${KEYS_PATH}?status=nope&sort=hash&dir=sideways&page=-7`);
  await expect(row(page, "Still here")).toBeVisible();
  await page.goto(`${KEYS_PATH}?page=99999999999`);
  await expect(row(page, "Still here")).toBeVisible();
  await page.goto(`${KEYS_PATH}?q=%00`);
  await expect(row(page, "Still here")).toBeVisible();
  await page.goto(`${KEYS_PATH}?q=a%00b`);
  await expect(page.getByRole("heading", { name: "No key matches" })).toBeVisible();
});

test("an open list refreshes itself, and survives a lost connection", async ({ page, context, db }) => {
  await signIn(page, "Contoso Admin");
  await createAndClose(page, "Left open");
  const comeBack = () =>
    page.evaluate(() => {
      document.dispatchEvent(new Event("visibilitychange"));
    });
  await db.query("update api_keys set last_used_at = now() - interval '5 minutes'");
  await comeBack();
  await expect(row(page, "Left open")).toContainText("5 minutes ago");

  const place = await row(page, "Left open").boundingBox();
  await context.setOffline(true);
  await comeBack();
  const offline = page.getByText(/^You’re offline\. This list is from \d\d:\d\d; changes can’t be saved\.$/);
  await expect(offline).toBeVisible();
  expect(await row(page, "Left open").boundingBox()).toEqual(place);
  await page.getByRole("button", { name: "Create API key" }).click();
  await page.getByRole("textbox", { name: "Name" }).fill("Typed offline");
  await page.getByRole("button", { name: "Create", exact: true }).click();
  await expect(page.getByRole("dialog").getByRole("alert")).toContainText("You’re offline");
  await expect(page.getByRole("textbox", { name: "Name" })).toHaveValue("Typed offline");
  await context.setOffline(false);
  await expect(offline).toHaveCount(0);
  await page.getByRole("button", { name: "Create", exact: true }).click();
  await expect(page.getByRole("textbox", { name: "API key" })).toBeVisible();
});

test("ten thousand keys are listed in pages of 50, each exactly once", async ({ page, db }) => {
  await db.addKeys(TENANTS.contoso, 10_000);
  await signIn(page, "Contoso Admin");
  await expect(page.getByText("1–50 of 10,000 keys")).toBeVisible();
  await expect(page.getByRole("rowheader")).toHaveCount(50);
  await expect(page.getByRole("rowheader").first()).toContainText("Bulk key 000001");
  await page.getByRole("link", { name: "Next" }).click();
  await expect(page.getByText("51–100 of 10,000 keys")).toBeVisible();
  await expect(page.getByRole("rowheader").first()).toContainText("Bulk key 000051");
  await page.getByRole("textbox", { name: "Page" }).fill("200");
  await page.keyboard.press("Enter");
  await expect(page.getByText("9,951–10,000 of 10,000 keys")).toBeVisible();
  await page.getByRole("link", { name: "100 rows per page" }).click();
  await expect(page.getByText("1–100 of 10,000 keys")).toBeVisible();
  await page.goto(`${KEYS_PATH}?page=200`);
  await expect(page.getByRole("rowheader").last()).toContainText("Bulk key 010000");
  await page.getByRole("searchbox").fill("Bulk key 004321");
  await expect(page.getByRole("rowheader")).toHaveCount(1);
  await expect(page.getByText("1–1 of 1 key")).toBeVisible();
});
