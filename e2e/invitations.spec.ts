import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

import type { Page } from "playwright/test";

import { type MailServer, mailPart, startMailServer } from "../tests/support/mail-server";

import { expectAccessible } from "./expect-accessible";
import { anotherPerson, copyAndClose, expect, MEMBERS_PATH, row, setting, signIn, test } from "./fixtures";
import { startSecondApp, type SecondApp } from "./second-app";

test.beforeEach(({ db }) => db.resetMembers());
test.afterEach(({ db }) => db.resetMembers());

/** The list below the people picker. */
const people = (page: Page) => page.getByRole("listbox", { name: "People" });

/** Invites by e-mail and returns the link that the page shows. */
async function inviteByLink(page: Page, name: string, email: string, role = "User"): Promise<string> {
  await page.getByRole("button", { name: "Invite", exact: true }).click();
  await page.getByRole("textbox", { name: "Name" }).fill(name);
  await page.getByRole("textbox", { name: "E-mail" }).fill(email);
  await page.getByRole("dialog").getByRole("radio", { name: role }).check();
  await page.getByRole("dialog").getByRole("button", { name: "Invite", exact: true }).click();
  return page.getByRole("textbox", { name: "Invitation link" }).inputValue();
}

/** Opens a link in a browser of its own. */
async function openLink(page: Page, link: string): Promise<Page> {
  const browser = page.context().browser();
  if (!browser) throw new Error("this context has no browser");
  const opened = await (await browser.newContext({ baseURL: setting("NEO_E2E_URL") })).newPage();
  await opened.goto(link);
  return opened;
}

/** Signs in as this person from a link's page. */
async function acceptAs(page: Page, person: string): Promise<void> {
  await page.getByRole("button", { name: "Sign in with Microsoft" }).click();
  await page.getByRole("button", { name: new RegExp(`^${person}`) }).click();
}

test("a person chosen from the directory by keyboard can sign in, with the chosen role", async ({ page, context }) => {
  await signIn(page, "Contoso Admin", MEMBERS_PATH);
  await page.getByRole("button", { name: "Invite", exact: true }).click();
  const picker = page.getByRole("combobox", { name: "Person" });
  await page.getByRole("dialog").getByRole("button", { name: "Invite", exact: true }).click();
  await expect(page.getByRole("dialog").getByRole("alert")).toContainText("Choose a person");
  await picker.fill("zzz");
  await expect(page.getByText("No one found.")).toBeVisible();
  await picker.fill("contoso");
  await expect(people(page).getByRole("option").first()).toBeVisible();
  await picker.press("ArrowDown");
  await expect(people(page).getByRole("option").nth(1)).toHaveAttribute("aria-selected", "true");
  await picker.fill("newcomer");
  await expect(people(page).getByRole("option", { name: /Contoso Newcomer/ })).toBeVisible();
  await expect(people(page).getByRole("option")).toHaveCount(1);
  await picker.press("Enter");
  await expect(picker).toHaveValue("Contoso Newcomer");
  await expect(page.getByRole("dialog")).toContainText("newcomer@contoso.example");
  await page.getByRole("dialog").getByRole("radio", { name: "Admin" }).check();
  await page.getByRole("dialog").getByRole("button", { name: "Invite", exact: true }).click();
  await expect(row(page, "Contoso Newcomer")).toContainText("Invited");

  const newcomer = await anotherPerson(context, "Contoso Newcomer", MEMBERS_PATH);
  await expect(row(newcomer, "Contoso Newcomer")).toContainText("Active");
  await expect(row(newcomer, "Contoso Newcomer")).toContainText("Admin");
});

test("a link works once, and only in its organisation", async ({ page, context, db }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await signIn(page, "Fabrikam Admin", MEMBERS_PATH);
  const link = await inviteByLink(page, "New Colleague", "newcomer@contoso.example");
  await page.getByRole("button", { name: "Copy" }).click();
  await expect(page.getByRole("button", { name: "Copied" })).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(link);
  await page.getByRole("button", { name: "Done" }).click();
  await expect(row(page, "New Colleague")).toContainText("Invited");
  await expect(row(page, "New Colleague")).toContainText("Link expires in 7 days");
  // Nowhere in the page afterwards.
  expect(await page.content()).not.toContain(link);

  // Opened by a mail program, and by a person of another organisation with the same e-mail address.
  await openLink(page, link);
  const stranger = await openLink(page, link);
  await expect(stranger.getByRole("heading", { name: "You’re invited to Fabrikam" })).toBeVisible();
  await acceptAs(stranger, "Contoso Newcomer");
  await expect(stranger.getByRole("main").getByRole("alert")).toContainText("Wrong organisation");
  await expect(stranger).toHaveURL(/\/invitation\//);
  expect((await stranger.context().cookies()).map(({ name }) => name)).not.toContain("next-auth.session-token");
  expect(await db.query("select 1 from members where name like '%Newcomer'")).toHaveLength(0);
  await page.goto("/roles-access/audit-log?action=session.refused");
  await expect(page.getByRole("row").filter({ hasText: "Contoso Newcomer" }).first()).toContainText("Sign-in refused");
  await page.goto(MEMBERS_PATH);

  const colleague = await openLink(page, link);
  await acceptAs(colleague, "Fabrikam Newcomer");
  await expect(colleague).toHaveURL(/\/agents$/);
  await colleague.goto(MEMBERS_PATH);
  await expect(colleague.getByRole("main")).toContainText("This page is for admins of Fabrikam.");
  await expect(colleague.getByRole("main")).toContainText(
    "Fabrikam Newcomer (newcomer@contoso.example) with the User role",
  );
  // The person no longer needs the link, and for anyone else it is used up.
  const again = await openLink(page, link);
  await expect(again.getByRole("heading", { name: "This invitation was already used" })).toBeVisible();
  await expect(again.getByRole("button", { name: "Sign in with Microsoft" })).toHaveCount(0);

  await page.reload();
  await expect(row(page, "Fabrikam Newcomer")).toContainText("Active");
  await expect(row(page, "New Colleague")).toHaveCount(0);
});

test("a link's token is only in its address, and in nothing sent or stored", async ({ page, db }) => {
  await signIn(page, "Fabrikam Admin", MEMBERS_PATH);
  const link = await inviteByLink(page, "New Colleague", "colleague@fabrikam.example");
  const token = link.split("/").at(-1) ?? "";
  await copyAndClose(page);
  for (const path of [MEMBERS_PATH, "/roles-access/audit-log"]) {
    await page.goto(path);
    expect(await page.content()).not.toContain(token);
  }
  expect(JSON.stringify(await page.context().storageState())).not.toContain(token);

  const guest = await openLink(page, "/sign-in");
  const sent: { url: string; referer: string; body: string }[] = [];
  guest.on("request", (request) => {
    const { referer = "" } = request.headers();
    sent.push({ url: request.url(), referer, body: request.postData() ?? "" });
  });
  await guest.goto(link);
  // First with another organisation's account, which leads back to the link, then with the right one.
  await acceptAs(guest, "Contoso Newcomer");
  await expect(guest.getByRole("main").getByRole("alert")).toContainText("Wrong organisation");
  await acceptAs(guest, "Fabrikam Newcomer");
  await expect(guest).toHaveURL(/\/agents$/);
  await guest.goto("/account/sessions");
  const cookies = await guest.context().cookies();
  expect(JSON.stringify(cookies)).not.toContain(token);
  expect(sent.filter(({ referer }) => referer.includes(token))).toEqual([]);
  const atPage = (url: string) => new URL(url).pathname === `/invitation/${token}`;
  expect(sent.filter(({ url, body }) => (url + body).includes(token) && !atPage(url))).toEqual([]);
  expect(sent.some(({ url }) => atPage(url))).toBe(true);

  await db.query("checkpoint");
  for (const folder of [setting("NEO_E2E_LOG_DIR"), setting("NEO_E2E_DATA_DIR")]) {
    const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    expect(files.length).toBeGreaterThan(0);
    const found = files.map((entry) => path.join(entry.parentPath, entry.name));
    expect(found.filter((file) => readFileSync(file).includes(token))).toEqual([]);
  }
});

test("a new link replaces the previous one, an expired link says so, and a removal withdraws it", async ({
  page,
  db,
}) => {
  await signIn(page, "Fabrikam Admin", MEMBERS_PATH);
  const first = await inviteByLink(page, "New Colleague", "colleague@fabrikam.example");
  await copyAndClose(page);
  await page.getByRole("button", { name: "New link for New Colleague" }).click();
  await page.getByRole("button", { name: "Create a new link" }).click();
  const second = await page.getByRole("textbox", { name: "Invitation link" }).inputValue();
  await copyAndClose(page);
  expect(second).not.toBe(first);
  const opened = await openLink(page, first);
  await expect(opened.getByRole("heading", { name: "This invitation doesn’t work" })).toBeVisible();

  // It expires while the page of the link is open.
  await opened.goto(second);
  await expect(opened.getByRole("heading", { name: "You’re invited to Fabrikam" })).toBeVisible();
  await opened.getByRole("button", { name: "Sign in with Microsoft" }).click();
  await opened.waitForURL(/authorize/);
  await db.query(
    "update invitations set created_at = created_at - interval '7 days', expires_at = expires_at - interval '7 days'",
  );
  await opened.getByRole("button", { name: /^Fabrikam Newcomer/ }).click();
  await expect(opened.getByRole("heading", { name: "This invitation has expired" })).toBeVisible();
  await page.reload();
  await expect(row(page, "New Colleague")).toContainText("The link has expired");

  await page.getByRole("button", { name: "Remove New Colleague" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
  await expect(row(page, "New Colleague")).toContainText("Removed");
  await opened.goto(second);
  await expect(opened.getByRole("button", { name: "Sign in with Microsoft" })).toHaveCount(0);
  await opened.goto("/invitation/nonsense");
  await expect(opened.getByRole("heading", { name: "This invitation doesn’t work" })).toBeVisible();
});

test("invalid input gets a message beside the field, and stays", async ({ page }) => {
  await signIn(page, "Contoso Admin", MEMBERS_PATH);
  await page.getByRole("button", { name: "Invite", exact: true }).click();
  await page.getByRole("button", { name: "Invite by e-mail instead" }).click();
  await page.getByRole("textbox", { name: "Name" }).fill("Ann");
  await page.getByRole("textbox", { name: "E-mail" }).fill("ann@");
  await page.getByRole("dialog").getByRole("button", { name: "Invite", exact: true }).click();
  await expect(page.getByRole("dialog").getByRole("alert")).toContainText("Enter one address");
  await page.getByRole("textbox", { name: "E-mail" }).fill("ann@contoso.example");
  await page.getByRole("dialog").getByRole("button", { name: "Invite", exact: true }).click();
  await expect(page.getByRole("textbox", { name: "Invitation link" })).toHaveValue(/\/invitation\/[\w-]{43}$/);
  await copyAndClose(page);
  await page.getByRole("button", { name: "Invite", exact: true }).click();
  await page.getByRole("button", { name: "Invite by e-mail instead" }).click();
  await page.getByRole("textbox", { name: "Name" }).fill("Ann again");
  await page.getByRole("textbox", { name: "E-mail" }).fill("ANN@contoso.example");
  await page.getByRole("dialog").getByRole("button", { name: "Invite", exact: true }).click();
  await expect(page.getByRole("dialog").getByRole("alert")).toContainText("Ann is already invited");
  await expect(page.getByRole("textbox", { name: "Name" })).toHaveValue("Ann again");
});

test("without e-mail set up, a person without a mailbox gets the link, and is not invited twice", async ({ page }) => {
  await signIn(page, "Contoso Admin", MEMBERS_PATH);
  const dialog = page.getByRole("dialog");
  const uma = people(page).getByRole("option", { name: /^Uma Unlicensed/ });
  const find = async () => {
    await page.getByRole("button", { name: "Invite", exact: true }).click();
    await page.getByRole("combobox", { name: "Person" }).fill("Uma Unlicensed");
  };
  await find();
  await uma.click();
  await expect(dialog).toContainText("You’ll get a link to send them");
  await dialog.getByRole("button", { name: "Invite", exact: true }).click();
  await expect(dialog).toContainText("Nothing was mailed: Uma Unlicensed has no mailbox");
  await expect(page.getByRole("textbox", { name: "Sign-in link" })).toHaveValue(setting("NEO_E2E_URL"));
  await copyAndClose(page);
  await find();
  await expect(uma).toContainText("Already invited");
  await expect(uma).toBeDisabled();
  await uma.click({ force: true });
  await dialog.getByRole("button", { name: "Invite", exact: true }).click();
  await expect(dialog.getByRole("alert")).toContainText("Choose a person");
});

test.describe("where mail is set up", () => {
  let mail: MailServer;
  let app: SecondApp;
  test.beforeAll(async () => {
    mail = await startMailServer();
    const settings = { SMTP_URL: mail.url, MAIL_FROM: "neo@contoso.example" };
    app = await startSecondApp({ signIn: true, settings });
  });
  test.afterAll(async () => {
    await app.stop();
    await mail.stop();
  });
  test.beforeEach(() => {
    mail.received.length = 0;
    mail.refusing = false;
  });

  /** Signs in at the instance that sends e-mail. */
  async function comeIn(page: Page, person: string): Promise<void> {
    await page.goto(app.url + MEMBERS_PATH);
    await page.getByRole("button", { name: "Sign in with Microsoft" }).click();
    await page.getByRole("button", { name: new RegExp(`^${person}`) }).click();
    await page.waitForURL(app.url + MEMBERS_PATH);
  }

  test("a link is e-mailed, and the page says whether that worked", async ({ page }) => {
    await comeIn(page, "Fabrikam Admin");
    const link = await inviteByLink(page, "Mailed Colleague", "mailed@fabrikam.example");
    const dialog = page.getByRole("dialog");
    await expect(dialog).toContainText("The link was mailed to mailed@fabrikam.example.");
    await expectAccessible(page, "a link that was mailed");
    expect(mail.received.map(({ from, to }) => [from, ...to])).toEqual([
      ["neo@contoso.example", "mailed@fabrikam.example"],
    ]);
    expect(link.startsWith(`${app.url}/invitation/`)).toBe(true);
    expect(mailPart(mail.received[0]?.body ?? "", "text/plain")).toContain(link);
    expect(mailPart(mail.received[0]?.body ?? "", "text/html")).toContain(`href="${link}"`);
    await copyAndClose(page);

    mail.refusing = true;
    await page.getByRole("button", { name: "New link for Mailed Colleague" }).click();
    await dialog.getByRole("button", { name: "Create a new link" }).click();
    await expect(dialog.getByRole("alert")).toContainText("The e-mail couldn’t be sent. Copy the link");
    await expect(dialog).not.toContainText("was mailed");
    await expectAccessible(page, "a link that could not be mailed");
    expect(await page.getByRole("textbox", { name: "Invitation link" }).inputValue()).not.toBe(link);
    await copyAndClose(page);
    await expect(row(page, "Mailed Colleague")).toContainText("Link expires in 7 days");
    expect(mail.received).toHaveLength(1);
  });

  test("a person chosen from the directory gets an e-mail, or the page says that it failed", async ({ page, db }) => {
    await comeIn(page, "Contoso Admin");
    const invite = async () => {
      await page.getByRole("button", { name: "Invite", exact: true }).click();
      await page.getByRole("combobox", { name: "Person" }).fill("newcomer");
      await people(page)
        .getByRole("option", { name: /Contoso Newcomer/ })
        .click();
      await page.getByRole("dialog").getByRole("button", { name: "Invite", exact: true }).click();
    };
    await invite();
    await expect(page.getByText("Invited Contoso Newcomer. They can sign in now; we e-mailed them.")).toBeVisible();
    expect(mail.received.map(({ to }) => to)).toEqual([["newcomer@contoso.example"]]);
    expect(mailPart(mail.received[0]?.body ?? "", "text/plain")).toContain(app.url);

    await db.resetMembers();
    await page.reload();
    mail.refusing = true;
    await invite();
    await expect(page.getByRole("dialog").getByRole("alert")).toContainText(
      "The e-mail couldn’t be sent. Copy the link",
    );
    await expect(page.getByRole("textbox", { name: "Sign-in link" })).toHaveValue(app.url);
    await page.getByRole("dialog").getByRole("button", { name: "Copy" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Done" }).click();
    await expect(row(page, "Contoso Newcomer")).toContainText("Invited");
  });

  for (const name of ["Gita Partner", "Uma Unlicensed"]) {
    test(`${name} has no mailbox: nothing is e-mailed to the sign-in name, and the page offers the link`, async ({
      page,
    }) => {
      await comeIn(page, "Contoso Admin");
      await page.getByRole("button", { name: "Invite", exact: true }).click();
      await page.getByRole("combobox", { name: "Person" }).fill(name);
      await people(page)
        .getByRole("option", { name: new RegExp(`^${name}`) })
        .click();
      const dialog = page.getByRole("dialog");
      await expect(dialog).toContainText("They have no mailbox in your directory");
      await dialog.getByRole("button", { name: "Invite", exact: true }).click();
      await expect(dialog).toContainText(`Nothing was mailed: ${name} has no mailbox`);
      await expect(page.getByRole("textbox", { name: "Sign-in link" })).toHaveValue(app.url);
      expect(mail.received).toEqual([]);
    });
  }
});
