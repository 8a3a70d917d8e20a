// Keys that need attention: the strip above the list, its filters, and dismissing; and the filter by creator.
import type { Page } from "playwright/test";

import { expectAccessible, expectAccessibleInForcedColours } from "./expect-accessible";
import {
  anotherPerson,
  copyAndClose,
  createAndClose,
  type Database,
  expect,
  filterBy,
  filterChip,
  KEYS_PATH,
  onNextAction,
  row,
  signIn,
  TENANTS,
  test,
} from "./fixtures";

const strip = (page: Page) => page.getByRole("navigation", { name: "Needs attention" });
const reason = (page: Page, name: string | RegExp) => strip(page).getByRole("link", { name });
const dismiss = (page: Page, name: string) =>
  page.getByRole("button", { name: `Dismiss for 30 days: ${name}`, exact: true });

/** Adds a key to Contoso that needs no attention, but for what `columns` says. */
async function addKey(db: Database, name: string, columns = "") {
  await db.addKeys(TENANTS.contoso, 1);
  await db.query(
    `update api_keys set name = $1::text, hash = sha256(convert_to($1::text, 'UTF8')), last_used_at = now(), expires_at = now() + interval '1 year'
     where name = 'Bulk key 000001'`,
    [name],
  );
  if (columns) await db.query(`update api_keys set ${columns} where name = $1`, [name]);
}

/** A key for each reason, and one without any. */
async function addKeysOfEveryKind(db: Database) {
  await addKey(db, "Fine");
  await addKey(db, "Ending", "expires_at = now() + interval '13 days'");
  await addKey(db, "Ending later", "expires_at = now() + interval '15 days'");
  await addKey(db, "Silent", "last_used_at = now() - interval '91 days'");
  await addKey(db, "Forgotten", "last_used_at = null, created_at = now() - interval '8 days'");
  await addKey(db, "Being installed", "last_used_at = null, created_at = now() - interval '6 days'");
  await addKey(db, "Endless", "expires_at = null");
}

test("a strip counts the keys that need attention, and each reason leads to its keys", async ({ page, db }) => {
  await addKeysOfEveryKind(db);
  await addKey(db, "Endless, revoked", "expires_at = null, revoked_at = now(), revoked_by_id = created_by_id");
  // Another organisation's keys are not counted.
  await db.addKeys(TENANTS.fabrikam, 3);
  await signIn(page, "Contoso Admin");
  await expect(strip(page).getByRole("link")).toHaveText([
    "Expiring within 14 days(1)",
    "Not used for 90 days(1)",
    "Never used(1)",
    "No expiry(1)",
  ]);
  for (const [name, key] of [
    ["Expiring within 14 days", "Ending"],
    ["Not used for 90 days", "Silent"],
    ["Never used", "Forgotten"],
    ["No expiry", "Endless"],
  ] as const) {
    await reason(page, name).click();
    await expect(reason(page, name)).toHaveAttribute("aria-current", "true");
    await expect(page.getByRole("rowheader")).toHaveText([key], { useInnerText: true });
  }
  await expect(page).toHaveURL(/\?attention=no_expiry$/);
  await page.reload();
  await expect(page.getByRole("rowheader")).toHaveText(["Endless"], { useInnerText: true });
  await page.goBack();
  await expect(page.getByRole("rowheader")).toHaveText(["Forgotten"], { useInnerText: true });
  await strip(page).getByRole("link", { name: "Show all keys" }).click();
  await expect(page.getByRole("rowheader")).toHaveCount(8);
  await expect(page.getByRole("searchbox")).toBeFocused();
});

test("no strip is shown while no key needs attention, and an unknown reason in the URL is ignored", async ({
  page,
  db,
}) => {
  await addKey(db, "Fine");
  await signIn(page, "Contoso Admin");
  await expect(row(page, "Fine")).toBeVisible();
  await expect(page.getByText("Needs attention")).toHaveCount(0);
  await page.goto(`${KEYS_PATH}?attention=nonsense`);
  await expect(row(page, "Fine")).toBeVisible();
  await expect(page).toHaveURL(new RegExp(`${KEYS_PATH}$`));
});

test.afterEach(async ({ db }) => {
  await db.query("update members set role = 'User' where name = 'Contoso User'");
});

test("a dismissed key leaves the filter and its count for 30 days, for every admin, and the audit log says so", async ({
  page,
  context,
  db,
}) => {
  await db.query("update members set role = 'Admin' where name = 'Contoso User'");
  await addKey(db, "Endless one", "expires_at = null, last_used_at = now() - interval '91 days'");
  await addKey(db, "Endless two", "expires_at = null");
  await signIn(page, "Contoso Admin");
  await reason(page, "No expiry (2)").click();
  await dismiss(page, "Endless one").focus();
  await page.keyboard.press("Enter");
  await expect(page.getByText("Dismissed Endless one for 30 days.")).toBeVisible();
  await expect(row(page, "Endless one")).toHaveCount(0);
  await expect(row(page, "Endless two")).toBeVisible();
  await expect(reason(page, "No expiry (1)")).toBeVisible();
  await expect(page.getByRole("group", { name: "API keys" })).toBeFocused();
  await page.getByRole("button", { name: "Undo" }).press("Enter");
  await expect(page.getByText("Endless one needs attention again.")).toBeVisible();
  await expect(reason(page, "No expiry (2)")).toBeVisible();
  await expect(page.getByRole("group", { name: "API keys" })).toBeFocused();
  await dismiss(page, "Endless one").click();
  await expect(reason(page, "No expiry (1)")).toBeVisible();
  // The other reason stays, and so does the key.
  await expect(reason(page, "Not used for 90 days (1)")).toBeVisible();

  const colleague = await anotherPerson(context, "Contoso User");
  await expect(reason(colleague, "No expiry (1)")).toBeVisible();
  await reason(colleague, "No expiry (1)").click();
  await dismiss(colleague, "Endless two").click();
  await expect(colleague.getByRole("heading", { name: "No key matches" })).toBeVisible();
  await expect(reason(colleague, "No expiry (0)")).toBeVisible();
  await colleague.getByRole("link", { name: "Show all keys" }).click();
  await expect(row(colleague, "Endless two")).toBeVisible();
  await expect(reason(colleague, /No expiry/)).toHaveCount(0);

  await db.query("update key_warning_dismissals set dismissed_at = dismissed_at - interval '30 days'");
  await colleague.reload();
  await expect(reason(colleague, "No expiry (2)")).toBeVisible();
  await page.goto("/roles-access/audit-log");
  const events = page.getByRole("row").filter({ hasText: /Key warning .*Endless (one|two)/ });
  await expect(events).toHaveText([/dismissed.*two/, /dismissed.*one/, /restored.*one/, /dismissed.*one/]);
});

test("a dismissal that fails says so beside the button, and works again", async ({ page, context, db }) => {
  await addKey(db, "Endless", "expires_at = null");
  await signIn(page, "Contoso Admin", `${KEYS_PATH}?attention=no_expiry`);
  await expect(dismiss(page, "Endless")).toBeVisible();
  await page.waitForLoadState("networkidle");
  await context.setOffline(true);
  await dismiss(page, "Endless").click();
  await expect(row(page, "Endless").getByRole("alert")).toContainText("Check your connection");
  await context.setOffline(false);
  // Its response is lost: the list shows what happened.
  await onNextAction(page, async (route) => {
    await route.fetch();
    await route.abort("connectionreset");
  });
  await dismiss(page, "Endless").click();
  await expect(page.getByRole("heading", { name: "No key matches" })).toBeVisible();
});

test("keys are filtered by the people who created them, those who are no longer members too", async ({ page, db }) => {
  await signIn(page, "Contoso Admin");
  await createAndClose(page, "Mine");
  await db.query(
    `insert into members (id, tenant_id, oid, name, email, role, removed_at)
     select gen_random_uuid(), tenant_id, gen_random_uuid(), 'Lea Leaver', 'lea@example.com', 'Admin', now() from api_keys`,
  );
  await addKey(db, "Of Lea", "created_by_id = (select id from members where name = 'Lea Leaver')");
  await page.reload();
  const creator = filterChip(page, "Creator");
  await creator.click();
  await expect(page.getByRole("option")).toHaveText([
    "Anyone",
    "No longer a member",
    "Contoso Admin",
    "Lea Leaver (not a member)",
  ]);
  await page.keyboard.press("Escape");
  await expect(creator).toBeFocused();
  for (const [choice, key] of [
    ["Contoso Admin", "Mine"],
    ["Lea Leaver (not a member)", "Of Lea"],
    ["No longer a member", "Of Lea"],
  ] as const) {
    const before = page.url();
    await filterBy(page, "Creator", choice);
    // The chip changes immediately, the address with the list.
    await expect(page).not.toHaveURL(before);
    await expect(creator).toHaveText(`Creator: ${choice}`);
    await expect(page.getByRole("rowheader")).toHaveText([new RegExp(`^${key}`)]);
    await page.reload();
    await expect(creator).toHaveText(`Creator: ${choice}`);
    await expect(page.getByRole("rowheader")).toHaveText([new RegExp(`^${key}`)]);
  }
  await expect(page).toHaveURL(/creator=removed$/);
  await expect(reason(page, "Creator gone (1)")).toBeVisible();
  // Somebody who created no key here.
  const [stranger] = await db.query<{ id: string }>("select id from members where name = 'Fabrikam Admin'");
  await page.goto(`${KEYS_PATH}?creator=${stranger!.id}`);
  await expect(page).toHaveURL(new RegExp(`${KEYS_PATH}$`));
  await expect(page.getByRole("rowheader")).toHaveCount(2);
});

/** Every kind of row, a rotation among them, with owners, callers and calls. */
async function openFullList(page: Page, db: Database) {
  await signIn(page, "Contoso Admin");
  await addKeysOfEveryKind(db);
  await createAndClose(page, "Rotating");
  await page.getByRole("button", { name: "Rotate Rotating" }).click();
  await page.getByRole("button", { name: "Rotate", exact: true }).click();
  await copyAndClose(page);
  await db.query(
    `insert into key_usage_latest select tenant_id, id, now(), '2001:db8:85a3:8d3:1319:8a2e:370:7348', 'python-requests', 'GET /public-api/me'
     from api_keys where name <> 'Forgotten'`,
  );
  await db.query(
    `insert into key_usage_days select tenant_id, id, (extract(epoch from now()) / 86400)::int - n, 150 + n * n, 3, 0, 0, 0
     from api_keys, generate_series(0, 5) n where name <> 'Forgotten'`,
  );
  await db.query("update api_keys set owner_email = 'billing-team-of-finance@contoso.example' where name = 'Endless'");
}

const FILTERED = `${KEYS_PATH}?attention=no_expiry`;

test("the strip and the filtered list are accessible", async ({ page, db }) => {
  await openFullList(page, db);
  await page.reload();
  await expectAccessible(page, "strip");
  await page.goto(FILTERED);
  await expectAccessible(page, "filtered list");
});

test("the filtered list is accessible in forced colours", async ({ page, db }) => {
  await openFullList(page, db);
  await page.goto(FILTERED);
  await expectAccessibleInForcedColours(page, "filtered list");
  await page.emulateMedia({ forcedColors: "active" });
  await expect(reason(page, "No expiry (2)")).toHaveCSS("border-top-width", "2px");
  await expect(reason(page, "Never used (1)")).toHaveCSS("border-top-width", "1px");
});

test("nothing of the list moves while the page loads, and nothing is wider than the window", async ({ page, db }) => {
  await openFullList(page, db);
  for (const width of [360, 768, 1280]) {
    await page.setViewportSize({ width, height: 900 });
    for (const path of [KEYS_PATH, FILTERED]) {
      await page.goto(path);
      await page.waitForLoadState("networkidle");
      const { shift, wide } = await page.evaluate(
        () =>
          new Promise<{ shift: number; wide: number }>((resolve) => {
            let sum = 0;
            new PerformanceObserver((list) => {
              for (const entry of list.getEntries()) sum += (entry as PerformanceEntry & { value: number }).value;
            }).observe({ type: "layout-shift", buffered: true });
            // Buffered entries arrive in a task of their own.
            setTimeout(() => resolve({ shift: sum, wide: document.documentElement.scrollWidth }), 100);
          }),
      );
      expect(shift, `layout shift of ${path} at ${String(width)} px`).toBe(0);
      expect(wide).toBeLessThanOrEqual(width);
    }
  }
});
