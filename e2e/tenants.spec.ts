import { type Browser, type Page } from "playwright/test";

import { NORTHWIND, TAILSPIN } from "../dev/microsoft/directory";

import { type Database, expect, setting, test } from "./fixtures";
import { startSecondApp, type SecondApp } from "./second-app";

const membersOf = (db: Database, entraTenantId: string) =>
  db.query<{ name: string; role: string }>(
    `select m.name, m.role::text from members m join tenants t on t.id = m.tenant_id
     where t.entra_tenant_id = $1::uuid order by m.created_at, m.name`,
    [entraTenantId],
  );

/** Opens the account picker in a new browser. */
async function picker(browser: Browser, url: string): Promise<Page> {
  const page = await (await browser.newContext({ baseURL: url })).newPage();
  await page.goto("/agents");
  await page.getByRole("button", { name: "Sign in with Microsoft" }).click();
  await expect(page.getByText("This is not Microsoft.")).toBeVisible();
  return page;
}

async function choose(page: Page, person: string, url: string): Promise<void> {
  await page.getByRole("button", { name: new RegExp(`^${person}`) }).click();
  await page.waitForURL((at) => at.origin === new URL(url).origin);
  await page.waitForLoadState("domcontentloaded");
}

async function comeIn(browser: Browser, person: string, url: string): Promise<Page> {
  const page = await picker(browser, url);
  await choose(page, person, url);
  return page;
}

// Each run has its own database, and nothing here is undone: the order of tests matters.
test.describe("TENANT_SIGN_UP=listed, which is the default", () => {
  test("an unlisted organisation sees which ID to send to whom, and nothing is stored", async ({ browser, db }) => {
    const page = await comeIn(browser, "Northwind Admin", setting("NEO_E2E_URL"));
    await expect(page).toHaveURL(/\/not-in-organisation\?reason=tenant-not-allowed/);
    const main = page.getByRole("main");
    await expect(main).toContainText("Your organisation isn’t set up here");
    await expect(main).toContainText("ask the operator of this service to allow your organisation");
    await expect(main).toContainText(NORTHWIND.id);
    await expect(main).toContainText("admin@northwind.example");
    expect(await membersOf(db, NORTHWIND.id)).toEqual([]);
    expect(await db.query("select 1 from tenants where entra_tenant_id = $1::uuid", [NORTHWIND.id])).toEqual([]);

    await page.getByRole("button", { name: "Sign in with another account" }).click();
    await page.getByRole("button", { name: "Sign in with Microsoft" }).click();
    await choose(page, "Contoso Viewer", setting("NEO_E2E_URL"));
    await expect(page).toHaveURL(/\/agents$/);
  });

  test("a colleague who was never added sees what to do, and nothing about the organisation", async ({
    browser,
    db,
  }) => {
    const page = await comeIn(browser, "Contoso Newcomer", setting("NEO_E2E_URL"));
    await expect(page).toHaveURL(/\/not-in-organisation\?reason=not-a-member/);
    const main = page.getByRole("main");
    await expect(main).toContainText("Contoso Newcomer");
    await expect(main).toContainText("Ask a Neo admin in your organisation to invite you");
    await expect(page.getByRole("link", { name: "Draft an e-mail" })).toHaveAttribute(
      "href",
      /^mailto:\?subject=.*newcomer%40contoso\.example/,
    );
    const html = await page.content();
    for (const { name, email } of await db.query<{ name: string; email: string }>("select name, email from members")) {
      expect(html).not.toContain(name);
      expect(html).not.toContain(email);
    }
    expect((await page.context().cookies()).map((cookie) => cookie.name)).not.toContain("next-auth.session-token");
  });

  test("the page shows nothing from its address", async ({ page }) => {
    await page.goto("/not-in-organisation?reason=<b>x</b>&name=Mallory");
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("You’re not in this organisation yet");
    await expect(page.getByText("Signed in as")).toHaveCount(0);
    expect(await page.getByRole("main").textContent()).not.toContain("Mallory");
  });
});

test.describe("TENANT_SIGN_UP=open", () => {
  let app: SecondApp;
  test.beforeAll(async () => {
    app = await startSecondApp({ signIn: true, settings: { TENANT_SIGN_UP: "open", TENANTS: "" } });
  });
  test.afterAll(() => app.stop());

  test("the first sign-in creates the organisation; app roles decide the first Admin, then the database does", async ({
    browser,
    db,
  }) => {
    const user = await comeIn(browser, "Northwind User", app.url);
    await expect(user.getByRole("heading", { name: "No agents yet" })).toBeVisible();
    await expect(user.getByRole("link", { name: "Roles & Access" })).toHaveCount(0);
    expect(await membersOf(db, NORTHWIND.id)).toEqual([{ name: "Northwind User", role: "User" }]);

    const admin = await comeIn(browser, "Northwind Admin", app.url);
    await expect(admin.getByRole("link", { name: "Roles & Access" })).toBeVisible();
    expect(await membersOf(db, NORTHWIND.id)).toEqual([
      { name: "Northwind User", role: "User" },
      { name: "Northwind Admin", role: "Admin" },
    ]);

    // The app role counts only once: a later sign-in does not restore it.
    await db.query("update members set role = 'Viewer' where name = 'Northwind Admin'");
    const again = await comeIn(browser, "Northwind Admin", app.url);
    await expect(again.getByRole("heading", { name: "Agents", exact: true })).toBeVisible();
    await expect(again.getByRole("link", { name: "Roles & Access" })).toHaveCount(0);
    expect(await membersOf(db, NORTHWIND.id)).toContainEqual({ name: "Northwind Admin", role: "Viewer" });
  });

  test("without app roles, one of two simultaneous first sign-ins becomes Admin and the other sees whom to ask", async ({
    browser,
    db,
  }) => {
    const people = await Promise.all(["Tailspin One", "Tailspin Two"].map(() => picker(browser, app.url)));
    const [one, two] = people as [Page, Page];
    await Promise.all([choose(one, "Tailspin One", app.url), choose(two, "Tailspin Two", app.url)]);

    const members = await membersOf(db, TAILSPIN.id);
    expect(members).toEqual([{ name: expect.stringMatching(/^Tailspin (One|Two)$/), role: "Admin" }]);
    const tenants = await db.query("select 1 from tenants where entra_tenant_id = $1::uuid", [TAILSPIN.id]);
    expect(tenants).toHaveLength(1);
    const [admin, other] = members[0]?.name === "Tailspin One" ? [one, two] : [two, one];
    await expect(admin.getByRole("link", { name: "Roles & Access" })).toBeVisible();
    await expect(other).toHaveURL(/\/not-in-organisation\?reason=not-a-member/);
    await expect(other.getByRole("heading", { level: 1 })).toHaveText("You’re not in this organisation yet");
    await other.goto("/agents");
    await expect(other).toHaveURL(/\/sign-in/);
  });
});
