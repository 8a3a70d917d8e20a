import { type Browser, type BrowserContext, type Page } from "playwright/test";

import {
  anotherPerson,
  createAndClose,
  type Database,
  expect,
  KEYS_PATH,
  dropNextResponse,
  MEMBERS_PATH,
  row,
  setting,
  signIn,
  test,
} from "./fixtures";
import { startSecondApp } from "./second-app";

const SESSIONS = "/account/sessions";
const SAFARI =
  "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Safari/605.1.15";

const sessions = (page: Page) => page.getByRole("list", { name: "Sessions" }).getByRole("listitem");

/** A browser with the same cookies, as a thief would have. */
async function withCookiesOf(browser: Browser, context: BrowserContext): Promise<Page> {
  const copy = await browser.newContext({ baseURL: setting("NEO_E2E_URL") });
  await copy.addCookies(await context.cookies());
  return copy.newPage();
}

/** The same person in another browser. */
async function elsewhere(browser: Browser, person: "Contoso User" | "Contoso Viewer", userAgent = SAFARI) {
  const page = await (await browser.newContext({ baseURL: setting("NEO_E2E_URL"), userAgent })).newPage();
  await signIn(page, person, "/agents");
  return page;
}

async function refused(page: Page): Promise<void> {
  await page.goto("/agents");
  await expect(page).toHaveURL(/\/sign-in/);
}

const ids = async (db: Database, person: string) =>
  (
    await db.query<{ id: string }>(
      "select s.id from sessions s join members m on m.id = s.member_id where m.name = $1 and s.ended_at is null",
      [person],
    )
  ).map(({ id }) => id);

test.beforeEach(({ db }) => db.query("update sessions set ended_at = now() where ended_at is null"));

test("own sessions are listed with device, activity and address, and can be ended from another", async ({
  page,
  browser,
  db,
}) => {
  const other = await elsewhere(browser, "Contoso User");
  const copy = await withCookiesOf(browser, other.context());
  await signIn(page, "Contoso User", "/agents");
  await anotherPerson(page.context(), "Contoso Viewer", "/agents");

  await page.getByRole("button", { name: "Account of Contoso User" }).click();
  await page.getByRole("link", { name: "Your sessions" }).click();
  await expect(page.getByRole("heading", { name: "Your sessions" })).toBeVisible();
  await expect(sessions(page)).toHaveCount(2);
  await expect(sessions(page).first()).toContainText(/Chrome on \w+\s*This browser/);
  await expect(sessions(page).nth(1)).toContainText("Safari on macOS");
  await expect(sessions(page).nth(1)).toContainText(
    /Last activity just now · signed in just now from (127\.0\.0\.1|::1)/,
  );
  await expect(page.getByText("8 hours without activity, and 7 days after the sign-in")).toBeVisible();

  await page.getByRole("button", { name: "Sign out of Safari on macOS" }).click();
  await expect(page.getByText("Signed out of Safari on macOS.")).toBeVisible();
  await expect(sessions(page)).toHaveCount(1);
  await refused(other);
  await refused(copy);
  await page.reload();
  await expect(sessions(page)).toHaveCount(1);

  const rows = await db.query(
    "select actor_name, target_name, details->>'reason' as reason from audit_events where action = 'session.ended' order by at desc limit 1",
  );
  expect(rows).toEqual([
    { actor_name: "Contoso User", target_name: "Contoso User, Safari on macOS", reason: "signed_out" },
  ]);
});

test("signing out everywhere ends all own sessions and copied cookies with the next request, and no one else's", async ({
  page,
  browser,
  db,
}) => {
  const other = await elsewhere(browser, "Contoso Viewer");
  await signIn(page, "Contoso Viewer", SESSIONS);
  const copies = [await withCookiesOf(browser, page.context()), await withCookiesOf(browser, other.context())];
  const colleague = await elsewhere(browser, "Contoso User");
  await expect(sessions(page)).toHaveCount(2);

  await page.getByRole("button", { name: "Sign out everywhere" }).click();
  const dialog = page.getByRole("dialog", { name: "Sign out everywhere?" });
  await dialog.getByRole("button", { name: "Cancel" }).click();
  expect(await ids(db, "Contoso Viewer")).toHaveLength(2);
  await page.getByRole("button", { name: "Sign out everywhere" }).click();
  await dialog.getByRole("button", { name: "Sign out everywhere" }).click();
  await expect(page).toHaveURL(/\/sign-in/);
  expect(await ids(db, "Contoso Viewer")).toEqual([]);
  for (const signedOut of [page, other, ...copies]) await refused(signedOut);
  await colleague.goto(SESSIONS);
  await expect(sessions(colleague)).toHaveCount(1);
});

test("lost response to signing out everywhere: the next try leads to the sign-in", async ({ page }) => {
  await signIn(page, "Contoso User", SESSIONS);
  await page.getByRole("button", { name: "Sign out everywhere" }).click();
  const confirm = page.getByRole("dialog").getByRole("button", { name: "Sign out everywhere" });
  await confirm.click({ trial: true });
  await dropNextResponse(page);
  await confirm.click();
  await expect(page.getByRole("dialog").getByRole("alert")).toContainText("No response");
  await confirm.click();
  await expect(page).toHaveURL(/\/sign-in/);
});

test("an admin ends a member's sessions from the Members tab, including open pages and copied cookies, and no one else's", async ({
  page,
  browser,
  db,
}) => {
  const member = await elsewhere(browser, "Contoso User");
  const copy = await withCookiesOf(browser, member.context());
  const colleague = await elsewhere(browser, "Contoso Viewer");
  const stranger = await anotherPerson(page.context(), "Fabrikam Admin", "/agents");
  const agent = member.getByRole("switch").first();
  const before = await agent.getAttribute("aria-checked");

  await signIn(page, "Contoso Admin", MEMBERS_PATH);
  await page.getByRole("button", { name: "End sessions of Contoso User" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "End sessions" }).click();
  await expect.poll(() => ids(db, "Contoso User")).toEqual([]);

  await agent.click();
  await expect(member.getByRole("alert").filter({ hasText: "signed out" })).toBeVisible();
  await expect(agent).toHaveAttribute("aria-checked", before ?? "");
  for (const signedOut of [member, copy]) await refused(signedOut);
  for (const [other, person] of [
    [page, "Contoso Admin"],
    [colleague, "Contoso Viewer"],
    [stranger, "Fabrikam Admin"],
  ] as const) {
    await other.goto("/agents");
    await expect(other).toHaveURL(/\/agents$/);
    expect(await ids(db, person)).toHaveLength(1);
  }
  const [row] = await db.query(
    "select actor_name, details->>'reason' as reason from audit_events where action = 'session.ended' order by at desc limit 1",
  );
  expect(row).toEqual({ actor_name: "Contoso Admin", reason: "ended_by_admin" });
  // The account is still a member's.
  await signIn(member, "Contoso User", "/agents");
});

test("an open page whose session was ended elsewhere says so when it acts", async ({ page, browser }) => {
  const other = await elsewhere(browser, "Contoso User");
  await other.goto("/agents");
  const agent = other.getByRole("switch").first();
  const before = await agent.getAttribute("aria-checked");
  await signIn(page, "Contoso User", SESSIONS);
  await page.getByRole("button", { name: "Sign out of Safari on macOS" }).click();
  await expect(sessions(page)).toHaveCount(1);
  await agent.click();
  await expect(other.getByRole("alert").filter({ hasText: "signed out" })).toBeVisible();
  await expect(agent).toHaveAttribute("aria-checked", before ?? "");
});

test("background refreshes don't extend the session; a person's actions do", async ({ page, db }) => {
  await signIn(page, "Contoso Admin");
  await createAndClose(page, "Left open");
  await page.waitForLoadState("networkidle");
  const [id = ""] = await ids(db, "Contoso Admin");
  const lastSeen = async () =>
    (await db.query<{ at: string }>("select last_seen_at::text as at from sessions where id = $1::uuid", [id]))[0]?.at;
  await db.query("update sessions set last_seen_at = now() - interval '7 hours' where id = $1::uuid", [id]);
  const before = await lastSeen();

  for (const minutes of [5, 7]) {
    await db.query(`update api_keys set last_used_at = now() - interval '${String(minutes)} minutes'`);
    await page.evaluate(() => {
      document.dispatchEvent(new Event("visibilitychange"));
    });
    await expect(row(page, "Left open")).toContainText(`${String(minutes)} minutes ago`);
  }
  // It is written after the response, and links are prefetched again after a refresh.
  await page.waitForLoadState("networkidle");
  await page.waitForTimeout(1_000);
  expect(await lastSeen()).toBe(before);
  expect((await page.context().cookies()).map((cookie) => cookie.name)).not.toContain("neo-background");

  await page.getByRole("link", { name: "Name" }).click();
  await expect.poll(lastSeen).not.toBe(before);
});

test("the idle limit ends a session even with pages open", async ({ page, db }) => {
  await signIn(page, "Contoso Admin");
  await db.query("update sessions set last_seen_at = now() - interval '8 hours' where ended_at is null");
  await page.reload();
  await expect(page).toHaveURL(/\/sign-in\?callbackUrl=/);
  await signIn(page, "Contoso Admin");
  await expect(page).toHaveURL(KEYS_PATH);
  await db.query("update sessions set created_at = created_at - interval '7 days' where ended_at is null");
  await page.reload();
  await expect(page).toHaveURL(/\/sign-in/);
});

test("the session limits are configurable", async ({ page, db }) => {
  const strict = await startSecondApp({ settings: { SESSION_IDLE_HOURS: "1", SESSION_MAX_DAYS: "2" } });
  try {
    // Cookies ignore ports, and both instances share one secret: one sign-in serves both.
    await signIn(page, "Contoso Viewer", "/agents");
    await page.goto(`${strict.url}${SESSIONS}`);
    await expect(page.getByText("1 hour without activity, and 2 days after the sign-in")).toBeVisible();
    for (const age of ["last_seen_at = now() - interval '61 minutes'", "created_at = now() - interval '49 hours'"]) {
      await db.query(`update sessions set last_seen_at = now(), created_at = now() where ended_at is null`);
      await db.query(`update sessions set ${age} where ended_at is null`);
      await page.goto(`${strict.url}/agents`);
      await expect(page).toHaveURL(/\/sign-in/);
      await page.goto(`${setting("NEO_E2E_URL")}/agents`);
      await expect(page.getByRole("heading", { name: "Agents", exact: true })).toBeVisible();
    }
  } finally {
    await strict.stop();
  }
});
