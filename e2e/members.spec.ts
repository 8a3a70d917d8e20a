import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "playwright/test";

import { RENDERED_FOR_FIELD } from "../lib/auth/rendered-for";
import { STAND_IN_ACCOUNTS, WITHOUT_CONSENT } from "../dev/microsoft/directory";
import { NO_FAULTS } from "../dev/microsoft/faults";

import { renderedForOf } from "./access-calls";
import {
  anotherPerson,
  callApi,
  copyAndClose,
  createAndClose,
  expect,
  filterBy,
  KEYS_PATH,
  MEMBERS_PATH,
  row,
  setStandInFaults,
  setting,
  signIn,
  test,
} from "./fixtures";

const oidOf = (name: string) => STAND_IN_ACCOUNTS.find((account) => account.name === name)?.oid ?? "";

test.beforeEach(({ db }) => db.resetMembers());
test.afterEach(async ({ db }) => {
  await db.resetMembers();
  await setStandInFaults({ ...NO_FAULTS });
});

/** The list below the people picker. */
const people = (page: Page) => page.getByRole("listbox", { name: "People" });

/** Chooses another role for a member in the dialog and submits it. */
async function changeRole(page: Page, name: string, role: string): Promise<void> {
  await page.getByRole("button", { name: `Change role of ${name}` }).click();
  await page.getByRole("dialog").getByRole("radio", { name: role }).check();
  await page.getByRole("dialog").getByRole("button", { name: "Change role" }).click();
}

async function remove(page: Page, name: string): Promise<void> {
  await page.getByRole("button", { name: `Remove ${name}` }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
}

/** The names in order. */
const names = (page: Page) => page.getByRole("rowheader").locator("bdi.font-semibold").allTextContents();

test("the list is searched, filtered and sorted in the URL, and survives Back", async ({ page }) => {
  await signIn(page, "Contoso Admin");
  await page.getByRole("link", { name: "Members" }).click();
  await expect(page).toHaveURL(new RegExp(`${MEMBERS_PATH}$`));
  await expect(page.getByRole("link", { name: "Members" })).toHaveAttribute("aria-current", "page");
  expect(await names(page)).toEqual(["Contoso Admin", "Contoso User", "Contoso Viewer"]);
  const me = row(page, "Contoso Admin");
  for (const text of ["(you)", "admin@contoso.example", "Admin", "Active", "just now"])
    await expect(me).toContainText(text);
  await expect(row(page, "Contoso Viewer")).toContainText("Viewer");

  await page.getByRole("link", { name: "Name" }).click();
  await expect(page).toHaveURL(/dir=desc/);
  await expect.poll(() => names(page)).toEqual(["Contoso Viewer", "Contoso User", "Contoso Admin"]);
  await filterBy(page, "Role", "User");
  await expect.poll(() => names(page)).toEqual(["Contoso User"]);
  await filterBy(page, "Role", null);
  await page.getByRole("searchbox").fill("viewer@CONTOSO");
  await expect.poll(() => names(page)).toEqual(["Contoso Viewer"]);
  await filterBy(page, "Status", "Removed");
  await expect(page.getByRole("heading", { name: "No member matches" })).toBeVisible();
  await expect(page).toHaveURL(/q=viewer.*status=removed|status=removed.*q=viewer/);
  await page.getByRole("link", { name: "Clear search and filters" }).click();
  await expect.poll(() => names(page)).toHaveLength(3);
});

test("an open list refreshes itself, but not while a dialog is open", async ({ page, db }) => {
  await signIn(page, "Contoso Admin", MEMBERS_PATH);
  const asked: string[] = [];
  page.on("request", (request) => {
    if (request.url().endsWith("/public-api/health")) asked.push(request.url());
  });
  const comeBack = () =>
    page.evaluate(() => {
      document.dispatchEvent(new Event("visibilitychange"));
    });
  await db.query("update members set last_active_at = now() - interval '5 minutes' where name = 'Contoso Viewer'");
  // The page reacts once its scripts have started.
  await expect(async () => {
    await comeBack();
    await expect(row(page, "Contoso Viewer")).toContainText("5 minutes ago", { timeout: 2_000 });
    // The page may have been rendered late enough to show it already.
    expect(asked.length).toBeGreaterThan(0);
  }).toPass();
  const before = asked.length;

  await page.getByRole("button", { name: "Change role of Contoso Viewer" }).click();
  await page.getByRole("dialog").getByRole("radio", { name: "Admin" }).check();
  await db.query("update members set role = 'User', removed_at = now() where name = 'Contoso User'");
  await comeBack();
  expect(asked).toHaveLength(before);
  await expect(page.getByRole("dialog").getByRole("radio", { name: "Admin" })).toBeChecked();
  await page.getByRole("button", { name: "Cancel" }).click();
  await comeBack();
  await expect(row(page, "Contoso User")).toContainText("Removed");
});

test("a demotion takes effect while the demoted person has the page and a dialog open", async ({
  page,
  context,
  db,
}) => {
  await db.query("update members set role = 'Admin' where name = 'Contoso User'");
  await signIn(page, "Contoso Admin", MEMBERS_PATH);
  const other = await anotherPerson(context, "Contoso User", MEMBERS_PATH);
  await other.getByRole("button", { name: "Change role of Contoso Viewer" }).click();
  await other.getByRole("dialog").getByRole("radio", { name: "Admin" }).check();

  await changeRole(page, "Contoso User", "User");
  await expect(page.getByText("Contoso User is now User.")).toBeVisible();
  await expect(row(page, "Contoso User").getByRole("cell").nth(1)).toContainText("User");

  await other.getByRole("dialog").getByRole("button", { name: "Change role" }).click();
  await expect(other.getByRole("dialog").getByRole("alert")).toContainText("Admin role");
  const [viewer] = await db.query<{ role: string }>("select role from members where name = 'Contoso Viewer'");
  expect(viewer?.role).toBe("Viewer");
  await other.reload();
  await expect(other).toHaveURL(/access-denied/);
  await expect(other.getByRole("link", { name: "Roles & Access" })).toHaveCount(0);
});

test("a removal takes effect while a form is open; the person sees it, and can sign in again once restored", async ({
  page,
  context,
  db,
}) => {
  await db.query("update members set role = 'Admin' where name = 'Contoso User'");
  await signIn(page, "Contoso Admin", MEMBERS_PATH);
  const other = await anotherPerson(context, "Contoso User");
  await other.getByRole("button", { name: "Create API key" }).click();
  await other.getByRole("textbox", { name: "Name" }).fill("Half filled");

  await remove(page, "Contoso User");
  await expect(row(page, "Contoso User")).toContainText("Removed");
  await expect(row(page, "Contoso User")).toContainText("by Contoso Admin");

  await other.getByRole("button", { name: "Create", exact: true }).click();
  await expect(other.getByRole("dialog").getByRole("alert")).toContainText("You’re signed out");
  await expect(other.getByRole("textbox", { name: "Name" })).toHaveValue("Half filled");
  expect(await db.query("select 1 from api_keys")).toHaveLength(0);
  await other.getByRole("button", { name: "Cancel" }).click();
  await other.goto("/agents");
  await expect(other).toHaveURL(/sign-in/);
  await other.getByRole("button", { name: "Sign in with Microsoft" }).click();
  await other.getByRole("button", { name: /^Contoso User/ }).click();
  await expect(other.getByRole("main").getByRole("alert")).toContainText("no longer in this organisation");

  await page.getByRole("button", { name: "Restore Contoso User" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Restore" }).click();
  await expect(row(page, "Contoso User")).toContainText("Active");
  await signIn(other, "Contoso User");
  await expect(other.getByRole("button", { name: "Create API key" }).first()).toBeVisible();
});

test("the last admin can't be demoted or removed, even when two admins demote each other simultaneously", async ({
  page,
  context,
  db,
}) => {
  await signIn(page, "Contoso Admin", MEMBERS_PATH);
  for (const change of ["Change role of", "Remove"]) {
    await page.getByRole("button", { name: `${change} Contoso Admin` }).click();
    await expect(page.getByRole("dialog")).toContainText("last admin");
    await page.getByRole("button", { name: "Done" }).click();
  }

  await changeRole(page, "Contoso User", "Admin");
  await expect(page.getByText("Contoso User is now Admin.")).toBeVisible();
  const other = await anotherPerson(context, "Contoso User", MEMBERS_PATH);
  await Promise.all([changeRole(page, "Contoso User", "Viewer"), changeRole(other, "Contoso Admin", "Viewer")]);
  // Each page has said how it ended.
  for (const one of [page, other])
    await expect(one.getByText("is now Viewer.").or(one.getByText("This requires the Admin role."))).toBeVisible();
  const admins = () =>
    db.query<{ name: string }>(
      "select m.name from members m join tenants t on t.id = m.tenant_id where t.name = 'Contoso' and role = 'Admin'",
    );
  await expect.poll(async () => (await admins()).length).toBe(1);
  // However the second one was refused, the log has it: once an hour, so perhaps from a test before.
  const refusals = () =>
    db.query(
      "select 1 from audit_events where action = 'access.refused' and at >= now() - interval '1 hour' and target_name = $1",
      [`an action of ${MEMBERS_PATH}`],
    );
  await expect.poll(async () => (await refusals()).length).toBeGreaterThan(0);
  const stillAdmin = (await admins())[0]?.name === "Contoso Admin" ? page : other;
  await stillAdmin.goto(MEMBERS_PATH);
  await expect(stillAdmin.getByRole("link", { name: "Members" })).toBeVisible();
  const demoted = stillAdmin === page ? other : page;
  await demoted.goto(MEMBERS_PATH);
  await expect(demoted).toHaveURL(/access-denied/);
});

test("keys of a removed member keep working, are marked and filterable, and another admin can revoke them", async ({
  page,
  context,
  db,
}) => {
  await db.query("update members set role = 'Admin' where name = 'Contoso User'");
  const leaver = await anotherPerson(context, "Contoso User");
  const key = await createAndClose(leaver, "Of the leaver");
  await signIn(page, "Contoso Admin");
  await createAndClose(page, "Of the stayer");
  await page.goto(MEMBERS_PATH);
  await remove(page, "Contoso User");
  await expect(row(page, "Contoso User")).toContainText("Removed");

  expect((await callApi("/public-api/me", key)).status).toBe(200);
  await page.goto(KEYS_PATH);
  await expect(row(page, "Of the leaver")).toContainText("no longer a member");
  await expect(row(page, "Of the stayer")).not.toContainText("no longer a member");
  await filterBy(page, "Creator", "No longer a member");
  await expect(page).toHaveURL(/creator=removed/);
  await expect(row(page, "Of the stayer")).toHaveCount(0);
  await page.getByRole("button", { name: "Revoke Of the leaver" }).click();
  await page.getByRole("textbox", { name: /^To confirm, type/ }).fill("Of the leaver");
  await page.getByRole("button", { name: "Revoke", exact: true }).click();
  await expect(row(page, "Of the leaver")).toContainText("Revoked");
  expect((await callApi("/public-api/me", key)).status).toBe(401);
});

for (const person of ["Contoso User", "Contoso Viewer"] as const) {
  test(`${person} has no access to members: no link, page or search`, async ({ page, db }) => {
    await signIn(page, person, "/agents");
    await page.goto(MEMBERS_PATH);
    await expect(page).toHaveURL(/access-denied/);
    await expect(page.getByRole("link", { name: "Members" })).toHaveCount(0);
    const data = await page.request.get(MEMBERS_PATH, { headers: { rsc: "1" }, maxRedirects: 0 });
    expect(await data.text()).not.toContain("viewer@contoso.example");
    const headers = { [RENDERED_FOR_FIELD]: await renderedForOf(db, person) };
    expect((await page.request.get(`${MEMBERS_PATH}/people?q=adele`, { headers })).status()).toBe(403);
    expect((await fetch(`${setting("NEO_E2E_URL")}${MEMBERS_PATH}/people?q=adele`)).status).toBe(401);
  });
}

test("an organisation sees only its own members and directory", async ({ page, db }) => {
  await signIn(page, "Fabrikam Admin", MEMBERS_PATH);
  await expect.poll(() => names(page)).toEqual(["Fabrikam Admin", "Fabrikam User", "Fabrikam Viewer"]);
  await setStandInFaults({ graphWithoutConsent: [] });
  const headers = { [RENDERED_FOR_FIELD]: await renderedForOf(db, "Fabrikam Admin") };
  const found = await page.request.get(`${MEMBERS_PATH}/people?q=newcomer`, { headers });
  expect(((await found.json()) as { people: { name: string }[] }).people.map(({ name }) => name)).toEqual([
    "Fabrikam Newcomer",
  ]);
});

test("members whose account was deleted or disabled are flagged", async ({ page }) => {
  await setStandInFaults({ deletedAccounts: [oidOf("Contoso User")], disabledAccounts: [oidOf("Contoso Viewer")] });
  await signIn(page, "Contoso Admin", MEMBERS_PATH);
  await expect(row(page, "Contoso User")).toContainText("Account deleted");
  await expect(row(page, "Contoso User")).not.toContainText("Active");
  await expect(row(page, "Contoso Viewer")).toContainText("Account disabled");
  await expect(row(page, "Contoso Admin")).not.toContainText("Account");
});

for (const [fault, faults, text] of [
  ["without consent", { graphWithoutConsent: WITHOUT_CONSENT }, "Your directory isn’t connected."],
  ["while Graph throttles", { graphWithoutConsent: [], graphRetryAfter: 1 }, "Microsoft is limiting our requests."],
  ["while Graph is down", { graphWithoutConsent: [], graphDown: true }, "We can’t reach your directory right now."],
  [
    "while Graph never answers",
    { graphWithoutConsent: [], graphSilent: true },
    "We can’t reach your directory right now.",
  ],
] as const) {
  test(`${fault} the page says so once, and sign-in, list and changes work`, async ({ page }) => {
    await setStandInFaults(faults);
    await signIn(page, "Fabrikam Admin", MEMBERS_PATH);
    await expect(page.getByText(text)).toHaveCount(1);
    await changeRole(page, "Fabrikam Viewer", "User");
    await expect(page.getByText("Fabrikam Viewer is now User.")).toBeVisible();
    await page.getByRole("button", { name: "Invite", exact: true }).click();
    await expect(page.getByRole("textbox", { name: "E-mail" })).toBeVisible();
    await expect(page.getByRole("combobox", { name: "Person" })).toHaveCount(0);
  });
}

test("names are shown as text on every page, and never affect the text around them", async ({ page, context, db }) => {
  const hebrew = "\u05e9\u05dc\u05d5\u05dd";
  const name = (who: string) => `<img src=x onerror="window.hit=1">${who} ${hebrew} (admin)`;
  await db.query("update tenants set name = $1, name_read_at = now() where name = 'Contoso'", [name("Org")]);
  await signIn(page, "Contoso Admin", MEMBERS_PATH);
  const viewer = await anotherPerson(context, "Contoso Viewer", "/agents");
  const link = await (async () => {
    await page.getByRole("button", { name: "Invite", exact: true }).click();
    await page.getByRole("button", { name: "Invite by e-mail instead" }).click();
    await page.getByRole("textbox", { name: "Name" }).fill(name("Guest"));
    await page.getByRole("textbox", { name: "E-mail" }).fill("guest@contoso.example");
    await page.getByRole("dialog").getByRole("button", { name: "Invite", exact: true }).click();
    return page.getByRole("textbox", { name: "Invitation link" }).inputValue();
  })();
  await copyAndClose(page);
  // After the sign-in, which copies the name from Microsoft.
  for (const who of ["Contoso Admin", "Contoso User", "Contoso Viewer"])
    await db.query("update members set name = $2 where name = $1", [who, name(who)]);
  const stranger = await anotherPerson(context, "Fabrikam Viewer", "/agents");

  /** Texts with such a name whose direction would affect the text around them. */
  const loose = (of: Page) =>
    of.evaluate((mark) => {
      const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      const found: string[] = [];
      while (walker.nextNode()) {
        const { parentElement: parent, textContent: text } = walker.currentNode;
        if (text?.includes(mark) && !parent?.closest("bdi, script, option, [role=status]")) found.push(text);
      }
      return found;
    }, hebrew);
  try {
    await page.goto("/account/sessions");
    await page.getByRole("button", { name: "Sign out everywhere" }).waitFor();
    const visits: [Page, string][] = [
      ...[MEMBERS_PATH, "/roles-access/audit-log", KEYS_PATH, "/agents", "/account/sessions"].map(
        (path): [Page, string] => [page, path],
      ),
      [page, link],
      [page, "/sign-in?error=failed"],
      [viewer, "/access-denied"],
      [stranger, link],
    ];
    for (const [at, path] of visits) {
      await at.goto(path);
      await expect(at.getByText(hebrew).first(), path).toBeVisible();
      expect(await loose(at), path).toEqual([]);
      expect(await at.locator("img").count(), path).toBe(0);
      expect(await at.evaluate(() => (window as { hit?: number }).hit), path).toBeUndefined();
    }
    await page.goto("/agents");
    await page.getByRole("button", { name: /^Account of/ }).click();
    await expect(page.getByRole("dialog", { name: "Account" })).toContainText(name("Contoso Admin"));
    expect(await loose(page)).toEqual([]);
  } finally {
    await db.query("update tenants set name = 'Contoso' where name = $1", [name("Org")]);
    for (const who of ["Contoso Admin", "Contoso User", "Contoso Viewer"])
      await db.query("update members set name = $1 where name = $2", [who, name(who)]);
  }
});

test("the header shows the organisation's current name at Microsoft from the next page on", async ({ page, db }) => {
  await db.query("update tenants set name = 'contoso.example', name_read_at = null where name = 'Contoso'");
  try {
    await signIn(page, "Contoso Admin", "/agents");
    // By its whole text: the account panel in the header has the person's name and address.
    const named = (text: string) => page.getByRole("banner").getByText(text, { exact: true });
    await expect(async () => {
      await page.goto("/agents");
      await expect(named("Contoso").first()).toBeVisible({ timeout: 1_000 });
    }).toPass();
    await expect(named("contoso.example")).toHaveCount(0);
  } finally {
    await db.query("update tenants set name = 'Contoso' where name = 'contoso.example'");
  }
});

test("the page and its dialogs have no accessibility faults, and fit a phone", async ({ page }) => {
  await signIn(page, "Contoso Admin", MEMBERS_PATH);
  const check = async () => {
    const { violations } = await new AxeBuilder({ page })
      .withTags(["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"])
      .analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`)).toEqual([]);
  };
  await check();
  for (const colorScheme of ["dark", "light"] as const) {
    await page.emulateMedia({ colorScheme });
    await page.getByRole("button", { name: "Invite", exact: true }).click();
    await page.getByRole("combobox", { name: "Person" }).fill("contoso");
    await expect(people(page).getByRole("option").first()).toBeVisible();
    await check();
    // Escape closes the list first, then the dialog.
    await page.keyboard.press("Escape");
    await expect(people(page).getByRole("option")).toHaveCount(0);
    await expect(page.getByRole("dialog")).toBeVisible();
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Discard" }).click();
    await expect(page.getByRole("dialog")).toHaveCount(0);
  }
  await page.setViewportSize({ width: 360, height: 740 });
  const overflow = () => page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(await overflow()).toBeLessThanOrEqual(0);
  await page.getByRole("button", { name: "Remove Contoso User" }).click();
  expect(await overflow()).toBeLessThanOrEqual(0);
  await check();
});
