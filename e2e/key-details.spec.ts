// Name, owner and note of a key.
import type { Page } from "playwright/test";

import { accessToken, callApi, cell, createAndClose, dropNextResponse, expect, row, signIn, test } from "./fixtures";

const box = (page: Page, name: string | RegExp) => page.getByRole("dialog").getByRole("textbox", { name });
const save = (page: Page) => page.getByRole("button", { name: "Save", exact: true });
const edit = (page: Page, name: string) => page.getByRole("button", { name: `Edit ${name}`, exact: true });

test("an admin renames a key, and gives it an owner and a note; the list, the audit log and the API show them", async ({
  page,
}) => {
  await signIn(page, "Contoso Admin");
  const key = await createAndClose(page, "Export");
  await edit(page, "Export").click();
  await expect(box(page, "Name")).toHaveValue("Export");
  await box(page, "Name").fill("Billing export");
  await box(page, /^Owner/).fill("billing-team@example.com");
  await box(page, /^Note/).fill("Runs on the build server.\nNightly.");
  await save(page).click();
  await expect(page.getByText("Saved Billing export.")).toBeVisible();
  await expect(cell(row(page, "Billing export"), "Owner")).toContainText("billing-team@example.com");
  await expect(row(page, "Billing export")).toContainText("Runs on the build server.");
  // The key itself is as before.
  expect((await callApi("/public-api/me", key)).status).toBe(200);

  await edit(page, "Billing export").click();
  await box(page, /^Owner/).fill("");
  await save(page).click();
  await expect(cell(row(page, "Billing export"), "Owner")).toContainText("None");
  const answer = await callApi("/public-api/api-keys", await accessToken("Contoso Admin"));
  expect(((await answer.json()) as { data: unknown[] }).data).toEqual([
    expect.objectContaining({ name: "Billing export", owner: null, note: "Runs on the build server.\nNightly." }),
  ]);
  await page.goto("/roles-access/audit-log");
  const changes = page.getByRole("row").filter({ hasText: /Key changed.*Billing export/ });
  await expect(changes).toHaveCount(2);
  await expect(changes.first()).toContainText("Billing export");
});

test("a key has its owner and note from the start; after a lost response they are still there", async ({
  page,
  db,
}) => {
  await signIn(page, "Contoso Admin");
  await page.getByRole("button", { name: "Create API key" }).first().click();
  await box(page, "Name").fill("Described");
  await box(page, /^Owner/).fill("nobody");
  await box(page, /^Note/).fill("Nightly.");
  await page.getByRole("button", { name: "Create", exact: true }).click();
  await expect(box(page, /^Owner/)).toHaveAccessibleDescription(/Enter an e-mail address/);
  await expect(box(page, /^Owner/)).toBeFocused();
  await box(page, /^Owner/).fill("billing-team@example.com");
  await dropNextResponse(page);
  await page.getByRole("button", { name: "Create", exact: true }).click();
  await expect(page.getByRole("dialog").getByRole("alert")).toBeVisible();
  await page.getByRole("button", { name: "Create", exact: true }).click();
  await page.getByRole("button", { name: "Revoke it", exact: true }).click();
  await expect(page.getByRole("dialog")).toContainText("is revoked. Create the key again.");
  await expect(box(page, /^Note/)).toHaveValue("Nightly.");
  await page.getByRole("button", { name: "Create", exact: true }).click();
  await page.getByRole("button", { name: "Copy", exact: true }).click();
  await page.getByRole("button", { name: "Done", exact: true }).click();
  const made = page.getByRole("row").filter({ hasText: "Active" });
  await expect(cell(made, "Owner")).toContainText("billing-team@example.com");
  await expect(made).toContainText("Nightly.");
  expect(await db.query("select owner_email, note from api_keys where revoked_at is null")).toEqual([
    { owner_email: "billing-team@example.com", note: "Nightly." },
  ]);
});

test("an owner who is a member is shown by name, and says when they are no member any more", async ({ page, db }) => {
  await signIn(page, "Contoso Admin");
  await createAndClose(page, "Owned");
  await db.query(
    `insert into members (id, tenant_id, oid, name, email, role)
     select gen_random_uuid(), tenant_id, gen_random_uuid(), 'Olga Owner', 'olga@example.com', 'User' from api_keys`,
  );
  await edit(page, "Owned").click();
  await box(page, /^Owner/).fill("OLGA@example.com");
  await save(page).click();
  await expect(cell(row(page, "Owned"), "Owner")).toContainText("Olga Owner");
  await db.query("update members set removed_at = now() where name = 'Olga Owner'");
  await page.reload();
  await expect(cell(row(page, "Owned"), "Owner")).toContainText(/Olga Owner\s*no longer a member/);
});

test("mistakes get a message beside the field, and what was typed stays", async ({ page }) => {
  await signIn(page, "Contoso Admin");
  const key = await createAndClose(page, "Careful");
  await edit(page, "Careful").click();
  for (const [field, typed, message] of [
    ["Name", "", "Give the key a name"],
    ["Name", key, "Remove the API key"],
    ["Owner (optional)", "nobody", "Enter an e-mail address"],
    ["Note (optional)", `It is ${key}.`, "Remove the API key"],
    ["Note (optional)", "x".repeat(501), "500 characters or fewer; this has 501"],
  ] as const) {
    const before = await box(page, field).inputValue();
    await box(page, field).fill(typed);
    await save(page).click();
    await expect(box(page, field)).toHaveAccessibleDescription(new RegExp(message));
    await expect(box(page, field)).toHaveValue(typed);
    await box(page, field).fill(before);
  }
  // Closing asks before what was typed is lost.
  await box(page, /^Note/).fill("Half a thought");
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toContainText("Discard your changes?");
});

test("a name that another working key has gets a hint, and is allowed", async ({ page }) => {
  await signIn(page, "Contoso Admin");
  await createAndClose(page, "Twice");
  await page.getByRole("button", { name: "Create API key" }).click();
  await box(page, "Name").fill("twice ");
  await expect(page.getByText("Another working key has this name.")).toBeVisible();
  await box(page, "Name").fill("twice two");
  await expect(page.getByText("Another working key has this name.")).toHaveCount(0);
  await box(page, "Name").fill("Twice");
  await page.getByRole("button", { name: "Create", exact: true }).click();
  await expect(page.getByRole("dialog")).toContainText("Copy this key now");
});
