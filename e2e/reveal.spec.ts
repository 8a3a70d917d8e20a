import { type Page } from "playwright/test";

import { callApi, copyAndClose, createKey, expect, KEYS_PATH, row, setting, signIn, test } from "./fixtures";

const KEY_SHAPE = /neo_sk_prod_[A-Za-z0-9]{24}/;

const dialog = (page: Page) => page.getByRole("dialog");
const keyField = (page: Page) => page.getByRole("textbox", { name: "API key" });

test("a click outside closes nothing; Escape and the close button ask until the key was copied", async ({ page }) => {
  await signIn(page, "Contoso Admin");
  const key = await createKey(page, "Careful");

  await page.mouse.click(5, 5);
  await expect(keyField(page)).toHaveValue(key);

  for (const leave of [
    () => page.keyboard.press("Escape"),
    () => page.getByRole("button", { name: "Close", exact: true }).click(),
  ]) {
    await leave();
    await expect(dialog(page).getByRole("alert")).toContainText("You haven’t copied this key.");
    await page.getByRole("button", { name: "Keep it open" }).click();
    await expect(keyField(page)).toHaveValue(key);
    await expect(dialog(page).getByText("You haven’t copied this key.")).toHaveCount(0);
  }

  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Close anyway" }).click();
  await expect(dialog(page)).toHaveCount(0);
  await expect(row(page, "Careful")).toBeVisible();
});

test("once copied, Escape closes without a question", async ({ page }) => {
  await signIn(page, "Contoso Admin");
  await createKey(page, "Copied");
  await page.getByRole("button", { name: "Copy" }).click();
  await expect(page.getByRole("button", { name: "Copied" })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(dialog(page)).toHaveCount(0);
});

for (const [form, copied] of [
  ["NEO_API_KEY=…", (key: string) => `NEO_API_KEY=${key}`],
  ["curl", (key: string) => `curl ${setting("NEO_E2E_URL")}/public-api/me -H "Authorization: Bearer ${key}"`],
] as const)
  test(`the key is copied as ${form}, which counts as a copy`, async ({ page, context }) => {
    await context.grantPermissions(["clipboard-read", "clipboard-write"]);
    await signIn(page, "Contoso Admin");
    const key = await createKey(page, "Other form");
    await page.getByRole("button", { name: form, exact: true }).click();
    await expect(page.getByText("Key copied to the clipboard.")).toBeAttached();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(copied(key));
    await page.keyboard.press("Escape");
    await expect(dialog(page)).toHaveCount(0);
  });

test("the dialog says when the new key is used for the first time, and from where", async ({ page }) => {
  await signIn(page, "Contoso Admin");
  const key = await createKey(page, "Tried at once");
  await expect(dialog(page).getByText("Waiting for the first call with this key")).toBeVisible();
  // A refused key's calls don't count.
  await callApi("/public-api/me", `${key.slice(0, -1)}0`);
  expect((await callApi("/public-api/me", key, { headers: { "User-Agent": "curl/8.5.0" } })).status).toBe(200);
  await expect(dialog(page).getByText("Used for the first time from 127.0.0.1 by curl. It works.")).toBeVisible({
    timeout: 15_000,
  });
  await expect(keyField(page)).toHaveValue(key);
});

test("copying the selected field by keyboard counts as a copy", async ({ page }) => {
  await signIn(page, "Contoso Admin");
  await createKey(page, "By keyboard");
  await expect(keyField(page)).toBeFocused();
  await page.keyboard.press("Control+C");
  await page.keyboard.press("Escape");
  await expect(dialog(page)).toHaveCount(0);
});

test("copying a part of the key does not count as a copy", async ({ page }) => {
  await signIn(page, "Contoso Admin");
  await createKey(page, "In part");
  await keyField(page).evaluate((field: HTMLInputElement) => {
    field.setSelectionRange(0, 3);
  });
  await page.keyboard.press("Control+C");
  await page.keyboard.press("Escape");
  await expect(dialog(page).getByRole("alert")).toContainText("You haven’t copied this key.");
});

test("while a key is being created, Cancel, Escape, Back and a reload don't leave the dialog", async ({ page }) => {
  await signIn(page, "Contoso Admin", "/agents");
  await page.getByRole("link", { name: "Roles & Access" }).click();
  let answer: () => void = () => undefined;
  const slow = new Promise<void>((resolve) => {
    answer = resolve;
  });
  await page.route("**/*", async (route) => {
    if (route.request().headers()["next-action"]) await slow;
    await route.continue();
  });
  await page.getByRole("button", { name: "Create API key" }).click();
  await page.getByRole("textbox", { name: "Name" }).fill("Slow");
  await page.getByRole("button", { name: "Create", exact: true }).click();
  await expect(page.getByRole("button", { name: "Creating…" })).toBeVisible();

  await page.getByRole("button", { name: "Cancel" }).click({ force: true });
  await page.keyboard.press("Escape");
  await page.evaluate(() => {
    window.history.back();
  });
  const asked: string[] = [];
  page.on("dialog", (question) => {
    asked.push(question.type());
    void question.dismiss();
  });
  await page.evaluate(() => {
    window.location.href = new URL("/agents", window.location.href).href;
  });
  await expect.poll(() => asked).toEqual(["beforeunload"]);
  answer();
  await expect(keyField(page)).toHaveValue(KEY_SHAPE);
});

test("leaving the page asks until the key was copied", async ({ page }) => {
  await signIn(page, "Contoso Admin");
  await createKey(page, "Unsaved");
  const asked: string[] = [];
  page.on("dialog", (question) => {
    asked.push(question.type());
    void question.dismiss();
  });
  await page.evaluate(() => {
    window.location.href = new URL("/agents", window.location.href).href;
  });
  await expect.poll(() => asked).toEqual(["beforeunload"]);
  await expect(keyField(page)).toBeVisible();

  await page.getByRole("button", { name: "Copy" }).click();
  await expect(page.getByRole("button", { name: "Copied" })).toBeVisible();
  await page.goto("/agents");
  expect(asked).toEqual(["beforeunload"]);
});

test("Back within the application asks until the key was copied", async ({ page }) => {
  await signIn(page, "Contoso Admin", "/agents");
  await page.getByRole("link", { name: "Roles & Access" }).click();
  await expect(page).toHaveURL(new RegExp(`${KEYS_PATH}$`));
  const key = await createKey(page, "Back button");
  await page.evaluate(() => {
    window.history.back();
  });
  await expect(dialog(page).getByRole("alert")).toContainText("You haven’t copied this key.");
  await page.getByRole("button", { name: "Keep it open" }).click();
  await expect(keyField(page)).toHaveValue(key);
  await expect(page).toHaveURL(new RegExp(`${KEYS_PATH}$`));
});

test("Copy works where the Clipboard API is missing", async ({ page }) => {
  await page.addInitScript(() => {
    Reflect.deleteProperty(Navigator.prototype, "clipboard");
  });
  await signIn(page, "Contoso Admin");
  expect(await page.evaluate(() => "clipboard" in navigator)).toBe(false);
  const key = await createKey(page, "Without the API");
  await page.getByRole("button", { name: "Copy" }).click();
  await expect(page.getByRole("button", { name: "Copied" })).toBeVisible();
  await page.getByRole("button", { name: "Done" }).click();
  // Pasted with the browser, into a field of the page.
  await page.getByRole("searchbox").focus();
  await page.evaluate(() => {
    document.addEventListener("paste", (event) => {
      document.title = event.clipboardData?.getData("text") ?? "";
    });
  });
  await page.keyboard.press("Control+V");
  await expect(page).toHaveTitle(key);
});

test("a blocked copy is reported, with what to do instead", async ({ page }) => {
  await page.addInitScript(() => {
    Object.defineProperty(Navigator.prototype, "clipboard", {
      value: { writeText: () => Promise.reject(new Error("no")) },
    });
    Object.defineProperty(Document.prototype, "execCommand", { value: () => false });
  });
  await signIn(page, "Contoso Admin");
  await createKey(page, "No clipboard");
  await page.getByRole("button", { name: "Copy" }).click();
  await expect(dialog(page).getByText("Select the key and copy it with the keyboard")).toBeVisible();
});

test("after closing, the key is nowhere in the browser", async ({ page, context }) => {
  await signIn(page, "Contoso Admin");
  const key = await createKey(page, "Gone");
  await page.getByRole("button", { name: "Copy" }).click();
  await page.getByRole("button", { name: "Done" }).click();
  await expect(row(page, "Gone")).toBeVisible();

  const secret = key.slice(-24);
  const traces = async () =>
    JSON.stringify([
      await page.content(),
      await page.evaluate(() => [
        document.documentElement.outerHTML,
        Array.from(document.querySelectorAll("input, textarea"), (box) => (box as HTMLInputElement).value),
        JSON.stringify(window.localStorage),
        JSON.stringify(window.sessionStorage),
        JSON.stringify(window.history.state),
        window.location.href,
        JSON.stringify((window as unknown as { __next_f?: unknown }).__next_f ?? null),
      ]),
      await context.cookies(),
      await context.storageState({ indexedDB: true }),
    ]);
  expect(await traces()).not.toContain(secret);
  await page.reload();
  expect(await traces()).not.toContain(secret);
  await page.goto("/agents");
  await page.goBack();
  await expect(row(page, "Gone")).toBeVisible();
  expect(await traces()).not.toContain(secret);
  expect(await page.content()).not.toMatch(KEY_SHAPE);
});

test("the expiry is shown beside the key, and a rotation shows how long the old key works", async ({ page }) => {
  await signIn(page, "Contoso Admin");
  await createKey(page, "Dated", "30 days");
  await expect(dialog(page)).toContainText(/Stops working on .+UTC/);
  await copyAndClose(page);
  await page.getByRole("button", { name: "Rotate Dated" }).click();
  await expect(page.getByRole("combobox", { name: "Expiry" })).toHaveText("Same lifetime as before: 30 days");
  await page.getByRole("button", { name: "Rotate", exact: true }).click();
  await expect(dialog(page)).toContainText(/The old key works until .+UTC/);
});
