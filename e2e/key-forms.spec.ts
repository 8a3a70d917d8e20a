import { type Page } from "playwright/test";

import { anotherPerson, choose, copyAndClose, createAndClose, expect, row, signIn, test } from "./fixtures";

const nameBox = (page: Page) => page.getByRole("textbox", { name: "Name" });
const confirmBox = (page: Page) => page.getByRole("textbox", { name: /^To confirm, type/ });
const create = (page: Page) => page.getByRole("button", { name: "Create", exact: true });

test("invalid names get a message beside the field, and stay", async ({ page, db }) => {
  await signIn(page, "Contoso Admin");
  await page.getByRole("button", { name: "Create API key" }).click();
  await expect(nameBox(page)).toBeFocused();
  for (const [typed, message] of [
    ["", "Give the key a name"],
    ["   ", "Give the key a name"],
    ["x".repeat(201), "200 characters or fewer; this has 201"],
    ["invoice\u202Egpj.exe", "text-direction"],
    ["zero\u200bwidth", "invisible"],
    ["\u2800", "can be seen"],
  ] as const) {
    await nameBox(page).fill(typed);
    await create(page).click();
    await expect(nameBox(page)).toHaveAttribute("aria-invalid", "true");
    await expect(nameBox(page)).toHaveAccessibleDescription(new RegExp(message));
    await expect(nameBox(page)).toHaveValue(typed);
    await expect(nameBox(page)).toBeFocused();
  }
  expect(await db.query("select 1 from api_keys")).toHaveLength(0);
  await nameBox(page).fill("better");
  await expect(nameBox(page)).not.toHaveAttribute("aria-invalid", "true");
});

test("names of any script are stored trimmed and shown as text, never as markup", async ({ page, db }) => {
  await signIn(page, "Contoso Admin");
  for (const name of [
    "請求書の書き出し",
    "تصدير الفواتير",
    "<img src=x onerror=alert(1)>",
    '=HYPERLINK("x")',
    "🚀 launch",
  ]) {
    await createAndClose(page, `  ${name} `);
    await expect(row(page, name)).toHaveCount(1);
  }
  expect(await page.locator("img").count()).toBe(0);
  expect(await db.query("select 1 from api_keys where name = btrim(name)")).toHaveLength(5);
});

test.describe("in another time zone", () => {
  test.use({ timezoneId: "America/New_York" });

  test("the expiry is shown in the person's time zone and in UTC, and stored as shown", async ({ page, db }) => {
    await signIn(page, "Contoso Admin");
    await page.getByRole("button", { name: "Create API key" }).click();
    await nameBox(page).fill("Custom");
    await expect(page.getByRole("dialog")).toContainText("Never expires");
    await choose(page, "Expiry", "Custom date and time…");
    const expiresOn = page.getByRole("textbox", { name: "Expires on" });
    // As this browser's language writes it.
    await expiresOn.fill("07/01/2031 6:30 PM");
    await expect(page.getByRole("dialog")).toContainText("1 Jul 2031, 18:30 GMT-4 (1 Jul 2031, 22:30 UTC)");
    // The calendar changes the day and keeps the time.
    await page.getByRole("button", { name: "Open the calendar" }).press("Enter");
    await expect(page.getByRole("button", { name: /July 1st, 2031, selected/ })).toBeFocused();
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("Enter");
    await expect(expiresOn).toBeFocused();
    await expect(expiresOn).toHaveValue("2 Jul 2031, 18:30");
    await create(page).click();
    await copyAndClose(page);
    await expect(row(page, "Custom")).toContainText("in 5 years");
    const stored = await db.query<{ expires_at: Date }>("select expires_at from api_keys");
    expect(stored[0]?.expires_at.toISOString()).toBe("2031-07-02T22:30:00.000Z");
  });
});

test("a custom expiry is required and must be in the future", async ({ page }) => {
  await signIn(page, "Contoso Admin");
  await page.getByRole("button", { name: "Create API key" }).click();
  await nameBox(page).fill("Custom");
  await choose(page, "Expiry", "Custom date and time…");
  await create(page).click();
  await expect(page.getByLabel("Expires on")).toHaveAccessibleDescription(/Choose a date and time/);
  await page.getByLabel("Expires on").fill("2020-01-01T00:00");
  await create(page).click();
  await expect(page.getByLabel("Expires on")).toHaveAccessibleDescription(/future date and time/);
  await expect(nameBox(page)).toHaveValue("Custom");
});

test("presets give the lifetime they name", async ({ page, db }) => {
  await signIn(page, "Contoso Admin");
  for (const [label, interval] of [
    ["7 days", "7 days"],
    ["30 days", "30 days"],
    ["60 days", "60 days"],
    ["90 days", "90 days"],
    ["1 year", "1 year"],
    ["No expiry", null],
  ] as const) {
    await createAndClose(page, `For ${label}`, label);
    const [stored] = await db.query<{ right: boolean }>(
      interval
        ? "select expires_at at time zone 'UTC' = created_at at time zone 'UTC' + $2::interval as right from api_keys where name = $1"
        : "select expires_at is null as right from api_keys where name = $1 and $2::text is null",
      [`For ${label}`, interval],
    );
    expect(stored?.right, label).toBe(true);
  }
  await expect(row(page, "For 7 days")).toContainText("Expiring soon");
});

test("revoking asks for the name, and warns when the key is in use", async ({ page, db }) => {
  await signIn(page, "Contoso Admin");
  await createAndClose(page, "In use");
  await db.query("update api_keys set last_used_at = now() - interval '3 minutes'");
  await page.reload();
  await page.getByRole("button", { name: "Revoke In use" }).click();
  await expect(page.getByRole("dialog")).toContainText("Actively in use, last used 3 minutes ago");
  await confirmBox(page).fill("in use");
  await page.getByRole("button", { name: "Revoke", exact: true }).click();
  await expect(confirmBox(page)).toHaveAccessibleDescription(/doesn’t match/);
  await expect(confirmBox(page)).toHaveValue("in use");
  expect(await db.query("select 1 from api_keys where revoked_at is not null")).toHaveLength(0);
  await page.getByRole("button", { name: "Cancel" }).click();
  await expect(page.getByRole("button", { name: "Revoke In use" })).toBeFocused();

  await db.query("update api_keys set last_used_at = now() - interval '25 hours'");
  await page.reload();
  await page.getByRole("button", { name: "Revoke In use" }).click();
  await expect(page.getByRole("dialog")).not.toContainText("Actively in use");
});

test("when two admins rotate one key, one succeeds and the other sees why it didn't", async ({ page, context }) => {
  await signIn(page, "Contoso Admin");
  await createAndClose(page, "Contended");
  const other = await anotherPerson(context, "Contoso Admin");
  for (const admin of [page, other]) await admin.getByRole("button", { name: "Rotate Contended" }).click();
  await page.getByRole("button", { name: "Rotate", exact: true }).click();
  await expect(page.getByRole("textbox", { name: "API key" })).toBeVisible();
  await other.getByRole("button", { name: "Rotate", exact: true }).click();
  await expect(other.getByRole("alert")).toContainText("already rotated");
  await expect(other.getByRole("textbox", { name: "API key" })).toHaveCount(0);
});

test("revoking an already revoked key says so", async ({ page, db }) => {
  await signIn(page, "Contoso Admin");
  await createAndClose(page, "Twice");
  await page.getByRole("button", { name: "Revoke Twice" }).click();
  await db.query("update api_keys set revoked_at = now(), revoked_by_id = created_by_id");
  await confirmBox(page).fill("Twice");
  await page.getByRole("button", { name: "Revoke", exact: true }).click();
  await expect(page.getByRole("status").filter({ hasText: "Twice was already revoked." })).toBeVisible();
});

test("after signing out in another tab, a form keeps what was typed and says what to do", async ({ page, db }) => {
  await signIn(page, "Contoso Admin");
  await page.getByRole("button", { name: "Create API key" }).click();
  await nameBox(page).fill("Half done");
  await db.query("update sessions set ended_at = now() where ended_at is null");
  await create(page).click();
  await expect(page.getByRole("alert")).toContainText("You’re signed out. Sign in again in another tab");
  await expect(nameBox(page)).toHaveValue("Half done");
  const tab = await page.context().newPage();
  await signIn(tab, "Contoso Admin");
  await create(page).click();
  await expect(page.getByRole("textbox", { name: "API key" })).toBeVisible();
});

test("every dialog works by keyboard, and the focus returns", async ({ page }) => {
  await signIn(page, "Contoso Admin");
  const opener = page.getByRole("button", { name: "Create API key" });
  await opener.focus();
  await page.keyboard.press("Enter");
  // The first dialog fetches its code: wait for it before typing.
  await expect(nameBox(page)).toBeFocused();
  await page.keyboard.type("Keyboard");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("textbox", { name: "API key" })).toBeFocused();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("button", { name: "Copied" })).toBeFocused();
  // Past the other forms of the key.
  for (const name of ["NEO_API_KEY=…", "curl", "Done"]) {
    await page.keyboard.press("Tab");
    await expect(page.getByRole("button", { name, exact: true })).toBeFocused();
  }
  await page.keyboard.press("Enter");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await expect(row(page, "Keyboard")).toBeVisible();
  // The empty page's button is gone, so the list has the focus, and Tab continues from there.
  await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).not.toBe("BODY");

  await page.getByRole("button", { name: "Revoke Keyboard" }).focus();
  await page.keyboard.press("Enter");
  await page.keyboard.type("Keyboard");
  await page.keyboard.press("Enter");
  await expect(row(page, "Keyboard")).toContainText("Revoked");
  await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).not.toBe("BODY");

  await opener.click();
  await page.keyboard.press("Escape");
  await expect(opener).toBeFocused();
});
