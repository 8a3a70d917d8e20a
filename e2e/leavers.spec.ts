// Members whose Microsoft accounts are disabled: what ends, what goes on, and who answers for their keys.
import { STAND_IN_ACCOUNTS } from "../dev/microsoft/directory";
import { NO_FAULTS } from "../dev/microsoft/faults";

import { expectAccessible } from "./expect-accessible";
import {
  accessToken,
  anotherPerson,
  callApi,
  cell,
  createAndClose,
  type Database,
  expect,
  KEYS_PATH,
  MEMBERS_PATH,
  row,
  setStandInFaults,
  setting,
  signIn,
  test,
} from "./fixtures";
import { type SecondApp, startSecondApp } from "./second-app";

const LEAVER = STAND_IN_ACCOUNTS.find(({ name }) => name === "Contoso User")?.oid ?? "";

/** An instance for the API only that asks Microsoft every second. */
let app: SecondApp;

test.beforeAll(async () => {
  const settings = { ACCOUNT_CHECK_SECONDS: "1", SERVE: "api" };
  app = await startSecondApp({ standInUrl: setting("NEO_E2E_STAND_IN_URL"), settings });
});
test.afterAll(() => app.stop());
test.beforeEach(async ({ db }) => {
  await db.resetMembers();
  await db.query("update members set role = 'Admin' where name = 'Contoso User'");
});
test.afterEach(async ({ db }) => {
  await setStandInFaults({ ...NO_FAULTS });
  await db.resetMembers();
});

/** Waits until Microsoft was asked about an account. */
async function untilFound(db: Database, isGone: boolean): Promise<void> {
  await expect
    .poll(async () => {
      // The first instance, which asks every hour, may have claimed the organisation.
      await db.query("update tenants set accounts_due_at = null where accounts_due_at > now() + interval '2 minutes'");
      return db.query("select account_gone_at is not null as gone from members where oid = $1::uuid", [LEAVER]);
    })
    .toEqual([{ gone: isGone }]);
}

test("a disabled account ends sessions and tokens on every instance, not keys, until it is enabled again", async ({
  page,
  context,
  db,
}) => {
  const leaver = await anotherPerson(context, "Contoso User");
  const key = await createAndClose(leaver, "Of the leaver");
  const token = await accessToken("Contoso User");
  expect((await callApi("/public-api/me", token)).status).toBe(200);
  await setStandInFaults({ disabledAccounts: [LEAVER] });
  await untilFound(db, true);

  expect((await callApi("/public-api/me", token)).status).toBe(401);
  expect((await callApi("/public-api/me", key)).status).toBe(200);
  await leaver.reload();
  await expect(leaver).toHaveURL(/\/sign-in/);
  // The stand-in signs a disabled account in, as Microsoft might for a moment.
  await leaver.getByRole("button", { name: "Sign in with Microsoft" }).click();
  await leaver.getByRole("button", { name: "Contoso User" }).click();
  await expect(leaver.getByText("Your account was disabled")).toBeVisible();

  await signIn(page, "Contoso Admin", MEMBERS_PATH);
  await expect(row(page, "Contoso User")).toContainText("Account disabled");
  await expect(row(page, "Contoso User")).toContainText("Signed out");
  await page.goto("/roles-access/audit-log");
  const event = page.getByRole("row").filter({ hasText: "Account disabled" });
  await expect(event.first()).toContainText("Microsoft Entra ID");

  await setStandInFaults({ disabledAccounts: [] });
  await untilFound(db, false);
  await leaver.goto(KEYS_PATH);
  await expect(leaver).toHaveURL(/\/sign-in/);
  expect((await callApi("/public-api/me", token)).status).toBe(401);
  await signIn(leaver, "Contoso User");
  await expect(row(leaver, "Of the leaver")).toBeVisible();
  expect((await callApi("/public-api/me", await accessToken("Contoso User"))).status).toBe(200);
});

test("keys whose contact is gone are flagged, and one click makes an admin their owner", async ({ page, db }) => {
  await signIn(page, "Contoso User");
  for (const name of ["First", "Second"]) await createAndClose(page, name);
  await setStandInFaults({ deletedAccounts: [LEAVER] });
  await untilFound(db, true);
  await signIn(page, "Contoso Admin");
  const flag = page.getByRole("link", { name: "Contact gone (2)" });
  await flag.click();
  await expect(page).toHaveURL(/attention=contact_gone/);
  await expect(cell(row(page, "First"), "Owner")).toContainText("Contact gone");
  await expectAccessible(page, "flagged");
  await page.getByRole("button", { name: "Make me the owner: First" }).click();
  await expect(page.getByText("You’re now the owner of First.")).toBeVisible();
  await expect(row(page, "First")).toHaveCount(0);
  await expect(page.getByRole("link", { name: "Contact gone (1)" })).toBeVisible();

  await page.getByRole("link", { name: "Second" }).click();
  await expect(page).toHaveURL(/api-keys\/[0-9a-f-]{36}/);
  await expect(page.getByText("Contact gone")).toBeVisible();
  await expectAccessible(page, "flagged");
  await page.getByRole("button", { name: "Make me the owner: Second" }).press("Enter");
  await expect(page.getByText("You’re now the owner of Second.")).toBeVisible();
  await expect(page.getByText("Contact gone")).toHaveCount(0);
  await expect(page.getByRole("button", { name: /^Make me the owner/ })).toHaveCount(0);
  await expect(page.getByText("Key changed")).toBeVisible();

  await page.goto(KEYS_PATH);
  for (const name of ["First", "Second"]) {
    await expect(cell(row(page, name), "Owner")).toHaveText("Contoso Admin");
    await expect(row(page, name)).not.toContainText("Contact gone");
  }
});

test("taking a key over that fails says so beside the button, and works again", async ({ page, context, db }) => {
  await signIn(page, "Contoso User");
  await createAndClose(page, "Orphan");
  await setStandInFaults({ deletedAccounts: [LEAVER] });
  await untilFound(db, true);
  await signIn(page, "Contoso Admin");
  const button = page.getByRole("button", { name: "Make me the owner: Orphan" });
  await expect(button).toBeVisible();
  await page.waitForLoadState("networkidle");
  await context.setOffline(true);
  await button.click();
  await expect(row(page, "Orphan").getByRole("alert")).toContainText("Check your connection");
  await context.setOffline(false);
  await button.click();
  await expect(page.getByText("You’re now the owner of Orphan.")).toBeVisible();
});
