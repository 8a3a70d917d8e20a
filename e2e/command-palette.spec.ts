import { randomBytes } from "node:crypto";

import { expectAccessible, expectAccessibleInForcedColours } from "./expect-accessible";
import { createAndClose, expect, KEYS_PATH, signIn, test } from "./fixtures";

test("an admin finds pages and keys, and opens the dialogs of a key, by keyboard alone", async ({ page }) => {
  await signIn(page, "Contoso Admin");
  await createAndClose(page, "Billing export");
  const palette = page.getByRole("dialog", { name: "Search everything" });
  const box = palette.getByRole("combobox", { name: "Search everything" });
  const entry = (name: string | RegExp) => palette.getByRole("option", { name });
  const asked: string[] = [];
  page.on("request", (request) => asked.push(request.url()));

  await page.keyboard.press("Control+k");
  await expect(box).toBeFocused();
  await expect(entry("Create API key")).toHaveAttribute("aria-selected", "true");
  await expectAccessible(page, "command palette");
  await expectAccessibleInForcedColours(page, "command palette");

  // A pasted key is shortened before anything is sent.
  const secret = randomBytes(30).toString("hex").slice(0, 24);
  await box.fill(`neo_sk_prod_${secret}`);
  await expect(box).toHaveValue(`neo_sk_prod_…${secret.slice(-4)}`);
  await expect(palette.getByText("Nothing matches.").first()).toBeVisible();
  expect(asked.filter((url) => url.includes("/command-palette"))).toHaveLength(1);
  expect(asked.filter((url) => url.includes(secret))).toEqual([]);

  await box.fill("billing");
  await expect(entry(/^Billing export/)).toBeVisible();
  await expectAccessible(page, "command palette with results");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "Billing export" })).toBeVisible();
  await expect(palette).toBeHidden();
  const keyPage = new URL(page.url()).pathname;

  await page.goto("/agents");
  await page.keyboard.press("Control+k");
  await expect(entry(/^Billing export.*API key/)).toHaveAttribute("aria-selected", "true");
  await page.keyboard.type("revo");
  await page.keyboard.press("Enter");
  await expect(box).toHaveValue("Revoke ");
  await page.keyboard.type("billing");
  await expect(entry(/^Revoke Billing export/)).toBeVisible();
  await page.keyboard.press("Enter");
  const revoke = page.getByRole("dialog", { name: "Revoke API key" });
  await expect(revoke.getByRole("textbox")).toBeFocused();
  // Once: a reload doesn't open it again.
  expect(new URL(page.url()).pathname + new URL(page.url()).hash).toBe(keyPage);
  await page.keyboard.press("Escape");
  await expect(page.getByRole("button", { name: "Revoke Billing export" })).toBeVisible();

  for (const [typed, label, dialog] of [
    ["invite", "Invite a member", "Invite a member"],
    ["rotate billing", /^Rotate Billing export/, "Rotate API key"],
  ] as const) {
    await page.keyboard.press("Control+k");
    await box.fill(typed);
    await expect(entry(label)).toHaveAttribute("aria-selected", "true");
    await page.keyboard.press("Enter");
    await expect(page.getByRole("dialog", { name: dialog })).toBeVisible();
    expect(new URL(page.url()).hash).toBe("");
    await page.keyboard.press("Escape");
    await expect(page.getByRole("dialog")).toHaveCount(0);
  }

  // On the page that is shown, without leaving its filters.
  await page.goto(`${KEYS_PATH}?q=billing`);
  await page.getByRole("button", { name: "Search everything" }).click();
  await entry("Create API key").click();
  await expect(page.getByRole("dialog", { name: "Create API key" }).getByRole("textbox").first()).toBeFocused();
  await expect(page).toHaveURL(`${KEYS_PATH}?q=billing`);
  await page.keyboard.press("Escape");
  await expect(page.getByRole("button", { name: "Search everything" })).toBeFocused();
});

test("shortcuts leave fields and dialogs alone, and those of a single key can be turned off", async ({ page }) => {
  await signIn(page, "Contoso Viewer", "/agents");
  const help = page.getByRole("dialog", { name: "Keyboard shortcuts" });
  const palette = page.getByRole("dialog", { name: "Search everything" });
  const search = page.getByRole("searchbox");
  await page.waitForLoadState("networkidle");
  await page.keyboard.press("/");
  await expect(search).toBeFocused();
  await page.keyboard.type("/?");
  await page.keyboard.press("Control+k");
  await expect(search).toHaveValue("/?");
  await expect(palette).toBeHidden();
  await search.blur();

  await page.keyboard.press("?");
  await expect(help).toBeVisible();
  await page.keyboard.press("Control+k");
  await expectAccessible(page, "keyboard shortcuts");
  await help.getByRole("checkbox", { name: "Shortcuts of a single key" }).uncheck();
  await page.keyboard.press("Escape");
  await expect(help).toBeHidden();
  await page.keyboard.press("?");
  await page.keyboard.press("Control+k");
  await expect(palette).toBeVisible();
  await expect(help).toBeHidden();
  await expect(palette.getByRole("option")).toHaveText([
    "Keyboard shortcuts",
    "Agents",
    "Quickstart",
    "API reference",
    "Your sessions",
  ]);
});
