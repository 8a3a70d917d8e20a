// A browser that is signed in as someone else in another tab: requests from the first tab are refused.
import type { Page } from "playwright/test";

import { ACTIONS } from "./access-table";
import { builtActions, callAction, forgetTargets, newLink, newTargets, sessionOf } from "./access-calls";
import { expect, type Person, setting, signIn, test } from "./fixtures";

test.afterEach(({ db }) => forgetTargets(db));

/** Signs in again in a second tab of the same browser. */
async function signInElsewhere(page: Page, person: Person): Promise<void> {
  const second = await page.context().newPage();
  await second.goto("/agents");
  await second.getByRole("button", { name: /^Account of/ }).click();
  await second.getByRole("button", { name: "Sign out" }).click();
  await second.waitForURL(/\/sign-in/);
  await signIn(second, person, "/agents");
  await second.close();
}

test("a key is not created in the organisation that another tab signed in to, and what was typed stays", async ({
  page,
  db,
}) => {
  await signIn(page, "Contoso Admin");
  await page.getByRole("button", { name: "Create API key" }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByText(/^in Contoso/)).toBeVisible();
  await dialog.getByRole("textbox", { name: "Name" }).fill("For Contoso");
  await signInElsewhere(page, "Fabrikam Admin");

  await dialog.getByRole("button", { name: "Create", exact: true }).click();
  await expect(dialog.getByRole("alert")).toContainText(/now signed in to Fabrikam.* as Fabrikam Admin/);
  await expect(dialog.getByRole("alert")).toContainText(/opened for Contoso.* as Contoso Admin/);
  await expect(dialog.getByRole("textbox", { name: "Name" })).toHaveValue("For Contoso");
  expect(await db.query("select 1 from api_keys")).toEqual([]);

  page.once("dialog", (leaving) => void leaving.accept());
  await dialog.getByRole("button", { name: "Reload page" }).click();
  await expect(page.getByRole("banner")).toContainText("Fabrikam");
});

test("a page of another member of the same organisation is refused", async ({ page, db }) => {
  const { agentId, agentName } = await newTargets(db, null);
  await signIn(page, "Contoso Admin", `/agents/${agentId}`);
  await signInElsewhere(page, "Contoso User");
  await page.getByRole("switch", { name: agentName }).click();
  await expect(page.getByText(/now signed in to Contoso.* as Contoso User/)).toBeVisible();
  expect(await db.query("select enabled from agents where id = $1::uuid", [agentId])).toEqual([{ enabled: true }]);
});

test("a link in a page of another session reloads the document", async ({ page }) => {
  await signIn(page, "Contoso Admin", "/agents");
  await expect(page.getByRole("banner")).toContainText("Contoso");
  await signInElsewhere(page, "Fabrikam Viewer");
  await page.getByRole("link", { name: "Quickstart" }).click();
  await expect(page).toHaveURL(/\/quickstart$/);
  await expect(page.getByRole("banner")).toContainText("Fabrikam");
  await expect(page.getByRole("banner")).not.toContainText("Contoso");
});

test("search, export and sign-out from a page of another session are refused", async ({ page, db }) => {
  await signIn(page, "Contoso Admin", "/roles-access/audit-log");
  await signInElsewhere(page, "Fabrikam Admin");
  const search = await page.evaluate(async () => {
    const response = await fetch("/roles-access/members/people?q=fabrikam");
    return { status: response.status, text: await response.text() };
  });
  expect(search.status).toBe(409);
  expect(search.text).not.toContain("fabrikam.example");

  await page.getByRole("button", { name: /^Account of/ }).click();
  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(page.getByText(/now signed in to Fabrikam/)).toBeVisible();
  await page.keyboard.press("Escape");
  const open = "select 1 from sessions s join members m on m.id = s.member_id where s.ended_at is null and m.name = $1";
  expect((await db.query(open, ["Fabrikam Admin"])).length).toBeGreaterThan(0);

  await page.getByRole("link", { name: "Export as CSV" }).click();
  await expect(page.getByText(/now signed in to Fabrikam/)).toBeVisible();
});

test("the people search blames the directory only for its own failures", async ({ page, db }) => {
  await signIn(page, "Contoso Admin", "/roles-access/members");
  await page.getByRole("button", { name: "Invite", exact: true }).click();
  const dialog = page.getByRole("dialog");
  const search = (text: string) => dialog.getByRole("combobox", { name: "Person" }).fill(text);
  await db.query("update members set role = 'Viewer' where name = 'Contoso Admin'");
  try {
    await search("con");
    await expect(dialog).toContainText("This requires the Admin role. You are Viewer.");
  } finally {
    await db.query("update members set role = 'Admin' where name = 'Contoso Admin'");
  }
  await page.context().setOffline(true);
  await search("cont");
  await expect(dialog).toContainText("You’re offline.");
  await page.context().setOffline(false);
  await page.context().clearCookies();
  await search("conto");
  await expect(dialog).toContainText("You’re signed out. Sign in again in another tab");
  await expect(dialog).not.toContainText("directory right now");
});

test("an invitation page from before another sign-in doesn't start a sign-in", async ({ page, db }) => {
  const path = `/invitation/${await newLink(db)}`;
  const accept = page.getByRole("button", { name: "Sign in with Microsoft" });
  const refused = page.getByText(/now signed in to Fabrikam.* as Fabrikam Admin/);
  await page.goto(path);
  await expect(accept).toBeVisible();
  const second = await page.context().newPage();
  await signIn(second, "Fabrikam Admin", "/agents");
  await accept.click();
  await expect(refused).toBeVisible();
  expect(await page.context().cookies()).not.toContainEqual(expect.objectContaining({ name: "neo.invitation" }));

  // Another member of the same organisation.
  await page.goto(path);
  await signInElsewhere(second, "Fabrikam Viewer");
  await accept.click();
  await expect(page.getByText(/now signed in to Fabrikam.* as Fabrikam Viewer/)).toBeVisible();

  // Opened again, the page knows.
  await page.goto(path);
  await accept.click();
  await page.waitForURL(/\/authorize/);
});

test("an export and a search that don't name their page's member are refused", async ({ db }) => {
  const { cookie } = await sessionOf(db, "Contoso Admin");
  for (const path of ["audit-log/export?format=csv", "members/people?q=contoso"]) {
    const response = await fetch(`${setting("NEO_E2E_URL")}/roles-access/${path}`, { headers: { cookie } });
    expect(response.status, path).toBe(409);
    expect(await response.text(), path).not.toMatch(/contoso\.example|Contoso User/);
  }
});

test("an action call that doesn't name its page's member is refused", async ({ db }) => {
  const { cookie } = await sessionOf(db, "Contoso Admin");
  const targets = await newTargets(db, "Contoso Admin");
  for (const [name, row] of Object.entries(ACTIONS)) {
    const action = builtActions().get(name);
    if (!action) throw new Error(`no page uses ${name}`);
    for (const page of ["", "x.y", targets.memberId]) {
      const headers = { "x-neo-rendered-for": page };
      expect(await callAction(action, row.input(targets), { cookie, headers }), name).toBe("CONFLICT");
    }
  }
});
