import { readFileSync } from "node:fs";

import type { Download, Page } from "playwright/test";

import { createAndClose, expect, KEYS_PATH, onNextAction, signIn, TENANTS, test } from "./fixtures";

const HEAD = "\ufeffname,key,status,owner,";

async function linesOf(file: Download): Promise<string[]> {
  expect(file.suggestedFilename()).toMatch(/^api-keys-\d{4}-\d\d-\d\d\.csv$/);
  return readFileSync(await file.path(), "utf8")
    .trimEnd()
    .split("\r\n");
}

async function download(page: Page, press: () => Promise<void>): Promise<string[]> {
  const started = page.waitForEvent("download");
  await press();
  return linesOf(await started);
}

test("the list is exported with its search and filters, without secrets", async ({ page }) => {
  await signIn(page, "Contoso Admin");
  const key = await createAndClose(page, "=1+1");
  await createAndClose(page, "Other");
  const link = page.getByRole("link", { name: "Export CSV" });
  const all = await download(page, () => link.click());
  expect(all).toHaveLength(3);
  expect(all[0]?.startsWith(HEAD)).toBe(true);
  expect(all.join("\n")).toContain(`"'=1+1",neo_sk_prod_…${key.slice(-4)},active,`);
  expect(all.join("\n")).not.toContain(key.slice(-24));
  await page.getByRole("searchbox").fill("other");
  await expect(page).toHaveURL(/q=other/);
  await expect(page.getByRole("rowheader")).toHaveCount(1);
  const some = await download(page, () => link.click());
  expect(some.slice(1).map((line) => line.split(",")[0])).toEqual(["Other"]);
});

test("a selection is exported, also from other pages, and a failure says so", async ({ page, db }) => {
  await db.addKeys(TENANTS.contoso, 55);
  await signIn(page, "Contoso Admin", `${KEYS_PATH}?page=2`);
  await page.getByRole("checkbox", { name: /^Select Bulk key 000055/ }).check();
  await page.getByRole("link", { name: "Previous" }).click();
  await page.getByRole("checkbox", { name: /^Select Bulk key 000001/ }).check();
  const button = page.getByRole("button", { name: "Export selected" });
  await onNextAction(page, (route) => route.fulfill({ status: 503 }));
  await button.click();
  await expect(page.getByRole("group", { name: "Selection" }).getByRole("alert")).toHaveText(
    "Neo is unavailable right now (503). Nothing was changed.",
  );
  const lines = await download(page, () => button.click());
  expect(lines.slice(1).map((line) => line.split(",")[0])).toEqual(["Bulk key 000001", "Bulk key 000055"]);
  await expect(page.getByRole("group", { name: "Selection" }).getByRole("alert")).toHaveCount(0);
});

test("ten thousand keys are exported, each once", async ({ page, db }) => {
  await db.addKeys(TENANTS.contoso, 10_000);
  await signIn(page, "Contoso Admin");
  const begun = Date.now();
  const lines = await download(page, () => page.getByRole("link", { name: "Export CSV" }).click());
  console.log(`exporting 10,000 keys took ${String(Date.now() - begun)} ms`);
  expect(new Set(lines.slice(1)).size).toBe(10_000);
});
