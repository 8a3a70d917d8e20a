import { expectAccessible } from "./expect-accessible";
import { choose, copyAndClose, createAndClose, createKey, expect, KEYS_PATH, signIn, test } from "./fixtures";

/** A name without a place to break a line. */
const LONG = "billing_export_script_production_eu_west_1_nightly_".repeat(3);

test("sign-in, account picker, refusals and not-found", async ({ page }) => {
  await page.goto("/sign-in");
  await expectAccessible(page, "sign-in");
  await page.goto("/sign-in?error=AccessDenied");
  await expectAccessible(page, "sign-in refused");
  await page.goto("/no-such-page");
  await expectAccessible(page, "not found");
  await page.goto(KEYS_PATH);
  await page.getByRole("button", { name: "Sign in with Microsoft" }).click();
  await expect(page.getByText("This is not Microsoft.")).toBeVisible();
  await expectAccessible(page, "account picker");
});

test("agents, account menu and access denied", async ({ page }) => {
  await signIn(page, "Contoso Viewer", "/agents");
  await expect(page.getByRole("heading", { name: "Agents" })).toBeVisible();
  await expectAccessible(page, "agents");
  await page.getByRole("button", { name: "Account of Contoso Viewer" }).click();
  await expectAccessible(page, "account menu");
  await page.goto(KEYS_PATH);
  await expect(page).toHaveURL(/access-denied/);
  await expectAccessible(page, "access denied");
});

test("an agent's page and form, the sessions page, and not in this organisation", async ({ page }) => {
  await signIn(page, "Contoso User", "/agents?q=no-such-agent");
  await expect(page.getByRole("heading", { name: "No agent matches" })).toBeVisible();
  await expectAccessible(page, "no agent matches");
  await page.goto("/agents");
  await expect(page.getByRole("switch").first()).toBeVisible();
  const agent = page.getByRole("switch", { checked: true }).first();
  const name = (await agent.getAttribute("aria-label")) ?? "";
  await agent.click();
  await expect(page.getByRole("button", { name: "Undo" })).toBeVisible();
  await expectAccessible(page, "agents, one switched off");
  await page.getByRole("switch", { name, exact: true }).click();
  await page.getByRole("rowheader").first().getByRole("link").click();
  await expect(page.getByRole("button", { name: "Edit" })).toBeVisible();
  await expectAccessible(page, "agent");
  await page.getByRole("button", { name: "Edit" }).click();
  await expectAccessible(page, "edit agent");
  await page.goto("/agents/nonsense");
  await expect(page.getByRole("heading", { name: "Agent not found" })).toBeVisible();
  await expectAccessible(page, "no such agent");

  await page.goto("/account/sessions");
  await expect(page.getByRole("heading", { name: "Your sessions" })).toBeVisible();
  await expectAccessible(page, "sessions");
  await page.getByRole("button", { name: "Sign out everywhere" }).click();
  await expectAccessible(page, "sign out everywhere");

  await page.context().clearCookies();
  await page.goto("/agents");
  await page.getByRole("button", { name: "Sign in with Microsoft" }).click();
  await page.getByRole("button", { name: /^Northwind Admin/ }).click();
  await expect(page).toHaveURL(/not-in-organisation/);
  await expectAccessible(page, "not in this organisation");
});

test("the keys page in every state", async ({ page, db }) => {
  await signIn(page, "Contoso Admin");
  await expect(page.getByRole("heading", { name: "No API keys yet" })).toBeVisible();
  await expectAccessible(page, "empty");
  await createAndClose(page, "Active");
  await createAndClose(page, "Expiring", "7 days");
  await createAndClose(page, "Rotating");
  await createAndClose(page, "Expired", "30 days");
  await createAndClose(
    page,
    "Revoked with a name that is much too long to fit on one line of a narrow screen without any trouble",
  );
  await page.getByRole("button", { name: "Rotate Rotating" }).click();
  await page.getByRole("button", { name: "Rotate", exact: true }).click();
  await copyAndClose(page);
  await db.age("Expired", "30 days");
  await db.query("update api_keys set revoked_at = now(), revoked_by_id = created_by_id where name like 'Revoked%'");
  await page.reload();
  await expect(page.getByRole("rowheader")).toHaveCount(6);
  await expectAccessible(page, "list");
  await page.getByText("What the statuses mean").click();
  await page.getByRole("button", { name: "Show exact times" }).click();
  await expectAccessible(page, "list with everything that explains it");
  await page.context().setOffline(true);
  await expect(page.getByText("This list is from")).toBeVisible();
  await expectAccessible(page, "list, offline");
  await page.context().setOffline(false);
  await page.goto(`${KEYS_PATH}?q=nothing`);
  await expect(page.getByRole("heading", { name: "No key matches" })).toBeVisible();
  await expectAccessible(page, "no match");
});

test("the dialog that creates a key", async ({ page }) => {
  await signIn(page, "Contoso Admin");
  await page.getByRole("button", { name: "Create API key" }).click();
  await expectAccessible(page, "create");
  await choose(page, "Expiry", "Custom date and time…");
  await page.getByRole("button", { name: "Create", exact: true }).click();
  await expect(page.getByRole("dialog").getByRole("alert").first()).toBeVisible();
  await expectAccessible(page, "create, refused");
  await page.getByRole("button", { name: "Open the calendar" }).click();
  await expect(page.getByRole("grid")).toBeVisible();
  await expectAccessible(page, "calendar");
  await page.keyboard.press("Escape");
  await page.getByRole("combobox", { name: "Expiry" }).click();
  await expectAccessible(page, "list of expiries");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Escape");
  await expectAccessible(page, "create, asking");
});

test("the dialogs of a key", async ({ page, db }) => {
  await signIn(page, "Contoso Admin");
  await createKey(page, LONG);
  await expectAccessible(page, "reveal");
  await page.keyboard.press("Escape");
  await expect(page.getByRole("button", { name: "Keep it open" })).toBeVisible();
  await expectAccessible(page, "reveal, asking");
  await page.getByRole("button", { name: "Close anyway" }).click();

  await page.getByRole("button", { name: `Rotate ${LONG}` }).click();
  await expectAccessible(page, "rotate");
  await page.keyboard.press("Escape");
  await db.query("update api_keys set last_used_at = now()");
  await page.reload();
  await page.getByRole("button", { name: `Revoke ${LONG}` }).click();
  await page.getByRole("button", { name: "Revoke", exact: true }).click();
  await expectAccessible(page, "revoke");
});
