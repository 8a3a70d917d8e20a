// The page of one key.
import type { Page } from "playwright/test";

import { anotherPerson, copyAndClose, createAndClose, expect, KEYS_PATH, row, signIn, test } from "./fixtures";

/** Opens the page of a key from the list. */
async function openKey(page: Page, name: string): Promise<void> {
  await row(page, name).first().getByRole("link", { name, exact: true }).click();
  await expect(page.getByRole("heading", { name, level: 2 })).toBeVisible();
}

test("the name in the list leads to the key's page, which leads back to the list as it was", async ({ page }) => {
  await signIn(page, "Contoso Admin");
  const key = await createAndClose(page, "Billing export", "30 days");
  await page.goto(`${KEYS_PATH}?q=bill&status=active&sort=name`);
  await openKey(page, "Billing export");
  await expect(page).toHaveTitle(/^Billing export · /);
  await expect(page.getByRole("main")).toContainText(`…${key.slice(-4)}`);
  await expect(page.getByText("Active", { exact: true })).toBeVisible();
  await expect(page.getByRole("definition").filter({ hasText: "by Contoso Admin" })).toBeVisible();
  await expect(
    page.getByRole("navigation", { name: "Roles & Access" }).getByRole("link", { name: "API Keys" }),
  ).toHaveAttribute("aria-current", "page");
  await page.getByRole("link", { name: "All API keys" }).click();
  await page.waitForURL(`**${KEYS_PATH}?q=bill&status=active&sort=name`);
});

test("a malformed id, a missing key and another organisation's key are 404", async ({ page }) => {
  await signIn(page, "Contoso Admin");
  await createAndClose(page, "Ours");
  await openKey(page, "Ours");
  const ours = page.url();
  const stranger = await anotherPerson(page.context(), "Fabrikam Admin");
  for (const address of [ours, `${KEYS_PATH}/0190a1b2-0000-7000-8000-00000000000c`, `${KEYS_PATH}/nonsense`]) {
    expect((await stranger.goto(address))?.status()).toBe(404);
    await expect(stranger.getByRole("heading", { name: "Key not found" })).toBeVisible();
    await expect(stranger.getByText("Ours")).toHaveCount(0);
  }
  await stranger.getByRole("link", { name: "Go to API keys" }).click();
  await stranger.waitForURL(`**${KEYS_PATH}`);
});

test("a key is edited, rotated and revoked from its page", async ({ page }) => {
  await signIn(page, "Contoso Admin");
  await createAndClose(page, "Nightly");
  await openKey(page, "Nightly");
  await page.getByRole("button", { name: "Edit Nightly" }).click();
  await page.getByRole("textbox", { name: /^Owner/ }).fill("ops@example.com");
  await page.getByRole("textbox", { name: /^Note/ }).fill("Runs at night.");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page.getByRole("definition").filter({ hasText: "ops@example.com" })).toBeVisible();
  await expect(page.getByRole("definition").filter({ hasText: "Runs at night." })).toBeVisible();

  await page.getByRole("button", { name: "Rotate Nightly" }).click();
  await page.getByRole("button", { name: "Rotate", exact: true }).click();
  await expect(page.getByRole("textbox", { name: "API key" })).toHaveValue(/^neo_sk_/);
  // The new key is not lost by accident.
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toContainText("You haven’t copied this key.");
  await page.getByRole("button", { name: "Keep it open" }).click();
  await copyAndClose(page);
  await expect(page.getByText("Retiring", { exact: true })).toBeVisible();
  await expect(page.getByRole("button", { name: "Rotate Nightly" })).toHaveCount(0);

  await page.getByRole("button", { name: /^Revoke old key .* of Nightly$/ }).click();
  await page.getByRole("textbox", { name: /^To confirm, type/ }).fill("Nightly");
  await page.getByRole("button", { name: "Revoke", exact: true }).click();
  await expect(page.getByText("Revoked", { exact: true }).first()).toBeVisible();
  await expect(page.getByRole("button", { name: /Nightly/ })).toHaveCount(0);
});
