// A rotation on the page of its keys: two callers, of which one keeps the old key.
import type { Page } from "playwright/test";

import { expectAccessible, expectAccessibleInForcedColours } from "./expect-accessible";
import {
  accessToken,
  callApi,
  copyAndClose,
  createAndClose,
  type Database,
  expect,
  KEYS_PATH,
  row,
  setting,
  signIn,
  test,
} from "./fixtures";
import { type AppOverWire, startAppOverWire } from "./second-app";

/** Behind a proxy that it trusts, so that callers have addresses of their own. */
let app: AppOverWire;

test.beforeAll(async () => {
  app = await startAppOverWire({ settings: { TRUSTED_PROXY_HOPS: "1" } });
});
test.afterAll(() => app.stop());

interface Caller {
  readonly address: string;
  readonly client: string;
}
const WORKER: Caller = { address: "203.0.113.9", client: "billing-worker" };
const REPORTS: Caller = { address: "198.51.100.4", client: "reports" };

/** Calls the API as a program behind the proxy. @returns the status */
async function callAs({ address, client }: Caller, key: string): Promise<number> {
  const headers = { "x-forwarded-for": address, "user-agent": `${client}/2.1` };
  return (await callApi(new URL("/public-api/me", app.url).href, key, { headers })).status;
}

/** Signs in, creates a key, which both callers use, and rotates it. @returns both keys, and the old one's id */
async function rotated(page: Page, db: Database, name: string, callers = [WORKER, REPORTS]) {
  await signIn(page, "Contoso Admin");
  const oldKey = await createAndClose(page, name);
  for (const caller of callers) expect(await callAs(caller, oldKey)).toBe(200);
  await page.getByRole("button", { name: `Rotate ${name}`, exact: true }).click();
  await page.getByRole("button", { name: "Rotate", exact: true }).click();
  const newKey = await page.getByRole("textbox", { name: "API key" }).inputValue();
  await copyAndClose(page);
  await expect(row(page, name)).toHaveCount(2);
  const [{ id: oldId } = { id: "" }, { id: newId } = { id: "" }] = await db.query<{ id: string }>(
    "select id from api_keys where name = $1 order by created_at",
    [name],
  );
  return { oldKey, newKey, oldId, newId, oldPage: `${KEYS_PATH}/${oldId}`, newPage: `${KEYS_PATH}/${newId}` };
}

const section = (page: Page) => page.getByRole("region", { name: "Rotation", exact: true });
const callers = (page: Page) => section(page).getByRole("table").getByRole("row");
const endButton = (page: Page) => section(page).getByRole("button", { name: "End overlap now" });
const fact = (page: Page, label: string, nth = 0) =>
  section(page).getByRole("term").filter({ hasText: label }).nth(nth).locator("xpath=following-sibling::dd");

/** Marks the page, so that a reload shows. */
const mark = (page: Page) => page.evaluate(() => Object.assign(window, { neverReloaded: true }));
const isMarked = (page: Page) => page.evaluate(() => "neverReloaded" in window);

/** Waits until every counted call is written. */
const written = (db: Database, keyId: string, calls: number) =>
  expect
    .poll(
      async () =>
        (
          await db.query<{ calls: number }>(
            "select coalesce(sum(served), 0)::int as calls from key_usage_days where key_id = $1::uuid",
            [keyId],
          )
        )[0]?.calls,
      { timeout: 20_000 },
    )
    .toBe(calls);

/** Moves all that is known of a key's calls into the past. */
async function ageUse(db: Database, keyId: string, interval: string): Promise<void> {
  await db.query("update key_usage_latest set at = at - $2::interval where key_id = $1::uuid", [keyId, interval]);
  await db.query("update key_usage_callers set last_seen = last_seen - $2::interval where key_id = $1::uuid", [
    keyId,
    interval,
  ]);
}

test("shows live who uses which key; ending the overlap warns, and refuses the old key's next call", async ({
  page,
  db,
}) => {
  const { oldKey, newKey, oldId, newPage } = await rotated(page, db, "Billing");
  await page.getByRole("rowheader").getByRole("link", { name: "Billing" }).first().click();
  await expect(page).toHaveURL(newPage);
  await mark(page);
  await expect(fact(page, "Last used")).toHaveText("Not used yet");
  await expect(section(page)).toContainText("None so far.");
  await expect(section(page).getByRole("timer")).toHaveText(/^2[34] h \d\d min \d\d s$/);

  // One caller switches to the new key, the other one doesn't.
  expect(await callAs(WORKER, newKey)).toBe(200);
  for (let n = 0; n < 3; n++) expect(await callAs(REPORTS, oldKey)).toBe(200);
  await expect(fact(page, "Last used")).toContainText("from 203.0.113.9 by billing-worker", { timeout: 20_000 });
  await expect(callers(page)).toHaveCount(2);
  await expect(callers(page).nth(1)).toHaveText(/^198\.51\.100\.4 · reports\s*3\s*just now$/);
  for (let n = 0; n < 2; n++) expect(await callAs(REPORTS, oldKey)).toBe(200);
  await expect(callers(page).nth(1)).toContainText("reports5", { timeout: 20_000 });
  await expect(section(page)).not.toContainText("203.0.113.9 · billing-worker");
  await expect(section(page).getByText("The old key is in use.").last()).toBeVisible();
  await written(db, oldId, 7);

  await endButton(page).click();
  const dialog = page.getByRole("dialog", { name: "End overlap now" });
  await expect(dialog).toContainText("The old key is in use. Whatever uses it will fail");
  await expect(dialog).toContainText(/Last call: \d+ Nov|Last call: \d+ \w+ \d{4}, \d\d:\d\d:\d\d/);
  await expect(dialog.getByRole("listitem")).toHaveText("198.51.100.4 · reports");
  await dialog.getByRole("button", { name: "Cancel" }).click();
  expect(await callAs(REPORTS, oldKey)).toBe(200);

  await endButton(page).click();
  await dialog.getByRole("button", { name: "End overlap now" }).click();
  await expect(page.getByText(/^Ended the overlap\. neo_sk_prod_….{4} no longer works\.$/)).toBeVisible();
  expect([await callAs(REPORTS, oldKey), await callAs(WORKER, newKey)]).toEqual([401, 200]);
  await expect(section(page)).toContainText(/The old key stopped working at .*: revoked by Contoso Admin/);
  await expect(section(page).getByRole("timer")).toHaveCount(0);
  await expect(endButton(page)).toHaveCount(0);
  expect(await isMarked(page)).toBe(true);
  const events = await db.query(
    "select details->>'cause' as cause, target_id = $1::uuid as of_old_key from audit_events where action = 'api_key.revoked' order by at desc limit 1",
    [oldId],
  );
  expect(events).toEqual([{ cause: "overlap_ended", of_old_key: true }]);
});

test("recommends ending the overlap after an hour of silence, once the new key is in use", async ({ page, db }) => {
  const { oldKey, newKey, oldId, oldPage } = await rotated(page, db, "Quiet", [REPORTS]);
  await written(db, oldId, 1);
  await ageUse(db, oldId, "59 minutes 30 seconds");
  await db.query("update api_keys set created_at = created_at - interval '2 hours', last_used_at = null");
  await page.goto(oldPage);
  await expect(section(page)).toContainText("Whatever uses it will fail");
  await ageUse(db, oldId, "12 minutes 30 seconds");
  await expect(section(page)).toContainText(
    "No calls with the old key for 1 hour 12 minutes. The new key hasn’t been used yet.",
  );
  expect(await callAs(WORKER, newKey)).toBe(200);
  await expect(section(page)).toContainText("we recommend ending the overlap, unless something that runs less often", {
    timeout: 20_000,
  });
  await endButton(page).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog).toContainText("No calls with the old key for 1 hour 12 minutes.");
  // A late caller changes the advice in the open dialog.
  expect(await callAs(REPORTS, oldKey)).toBe(200);
  await expect(dialog).toContainText("The old key is in use.", { timeout: 20_000 });
  await expect(dialog.getByRole("listitem")).toHaveText("198.51.100.4 · reports");
});

test("counts down by the server's clock, and shows the end without a reload", async ({ page, db }) => {
  // This computer's clock is wrong.
  await page.clock.install({ time: Date.now() - 7 * 3_600_000 });
  await page.clock.resume();
  const { oldKey, oldId, oldPage } = await rotated(page, db, "Ending", []);
  await page.goto(oldPage);
  const timer = section(page).getByRole("timer");
  await expect(timer).toBeVisible();
  await expect(section(page).getByText("Updates every few seconds.")).toBeVisible();
  const secondsLeft = async () => {
    const [h = 0, min = 0, s = 0] = ((await timer.textContent()) ?? "").match(/\d+/g)?.map(Number) ?? [];
    return h * 3_600 + min * 60 + s;
  };
  await expect
    .poll(async () => {
      const [row] = await db.query<{ left: number }>(
        "select extract(epoch from grace_ends_at - now())::float8 as left from api_keys where id = $1::uuid",
        [oldId],
      );
      return Math.abs((await secondsLeft()) - (row?.left ?? 0));
    })
    .toBeLessThan(2);

  await db.query("update api_keys set grace_ends_at = now() + interval '8 seconds' where id = $1::uuid", [oldId]);
  await mark(page);
  await expect(timer).toHaveText(/^0 h 00 min 0\d s$/);
  expect(await callAs(REPORTS, oldKey)).toBe(200);
  await expect(section(page)).toContainText(/The old key stopped working at \d/, { timeout: 15_000 });
  expect(await callAs(REPORTS, oldKey)).toBe(401);
  await expect(section(page).getByText("The old key stopped working.", { exact: true })).toHaveRole("status");
  expect(await isMarked(page)).toBe(true);
});

test("a key that was revoked meanwhile has nothing left to end", async ({ page, db }) => {
  const { oldId, oldPage, newId } = await rotated(page, db, "Raced", []);
  await page.goto(oldPage);
  await endButton(page).click();
  const dialog = page.getByRole("dialog");
  const token = await accessToken("Contoso Admin");
  expect((await callApi(`/public-api/api-keys/${newId}`, token, { method: "DELETE" })).status).toBe(200);
  await expect(dialog).toContainText("The new key no longer works. Once the old key stops, neither key", {
    timeout: 15_000,
  });
  // The figures are held back, so that the button is still there.
  await page.route("**/roles-access/api-keys/rotation?*", (route) => route.abort());
  expect((await callApi(`/public-api/api-keys/${oldId}`, token, { method: "DELETE" })).status).toBe(200);
  await dialog.getByRole("button", { name: "End overlap now" }).click();
  await expect(page.getByText(/neo_sk_prod_….{4} had already stopped working\./)).toBeVisible();
  await page.unroute("**/roles-access/api-keys/rotation?*");
  await expect(section(page)).toContainText(/stopped working at .*: revoked by Contoso Admin/);
  expect(
    await db.query("select 1 from audit_events where target_id = $1::uuid and action = 'api_key.revoked'", [oldId]),
  ).toHaveLength(1);
});

test("while the database is unavailable the page keeps the last figures and says how old they are, then catches up", async ({
  page,
  db,
}) => {
  const { oldKey, oldPage } = await rotated(page, db, "Outage");
  // Cookies do not know ports, and both instances share one secret: one sign-in serves both.
  await page.goto(app.url + oldPage);
  expect(await callAs(REPORTS, oldKey)).toBe(200);
  await expect(callers(page).nth(1)).toContainText("198.51.100.4 · reports1", { timeout: 20_000 });
  await app.wire.cut();
  await expect(section(page)).toContainText(/These figures haven’t updated since \d.*We’ll keep trying\./, {
    timeout: 30_000,
  });
  await expect(callers(page).nth(1)).toContainText("198.51.100.4 · reports1");
  await app.wire.mend();
  await expect(section(page)).toContainText("Updates every few seconds.", { timeout: 30_000 });
  expect(await callAs(REPORTS, oldKey)).toBe(200);
  await expect(callers(page).nth(1)).toContainText("198.51.100.4 · reports2", { timeout: 20_000 });
});

test("without scripts it shows when the old key stops, and the figures of the page", async ({ page, browser, db }) => {
  const { oldKey, oldId, oldPage } = await rotated(page, db, "Plain");
  expect(await callAs(REPORTS, oldKey)).toBe(200);
  await written(db, oldId, 3);
  const context = await browser.newContext({
    javaScriptEnabled: false,
    storageState: await page.context().storageState(),
  });
  const plain = await context.newPage();
  await plain.goto(setting("NEO_E2E_URL") + oldPage);
  await expect(fact(plain, "Works until")).toHaveText(/^\d+ \w+ \d{4}, \d\d:\d\d:\d\d UTC$/);
  await expect(callers(plain).nth(1)).toContainText("198.51.100.4 · reports1");
  await expect(section(plain)).toContainText("Reload the page to update.");
  await context.close();
});

test("a key that isn't rotating has no rotation section, and an open one doesn't keep the session alive", async ({
  page,
  db,
}) => {
  await signIn(page, "Contoso Admin");
  await createAndClose(page, "Alone");
  await page.getByRole("rowheader").getByRole("link", { name: "Alone" }).click();
  await expect(page.getByRole("heading", { name: "Alone" })).toBeVisible();
  await expect(section(page)).toHaveCount(0);
  await page.goto(KEYS_PATH);
  await page.getByRole("button", { name: "Rotate Alone", exact: true }).click();
  await page.getByRole("button", { name: "Rotate", exact: true }).click();
  await copyAndClose(page);
  await expect(row(page, "Alone")).toHaveCount(2);
  await page.getByRole("rowheader").getByRole("link", { name: "Alone" }).first().click();
  await expect(section(page)).toBeVisible();
  await page.waitForLoadState("networkidle");
  await db.query("update sessions set last_seen_at = now() - interval '7 hours' where ended_at is null");
  for (let n = 0; n < 2; n++) await page.waitForResponse((response) => response.url().includes("/api-keys/rotation?"));
  // It would be written after the response.
  await page.waitForTimeout(1_000);
  expect(
    await db.query("select 1 from sessions where last_seen_at > now() - interval '6 hours' and ended_at is null"),
  ).toEqual([]);
});

test("is accessible in both themes and forced colours, and nothing moves while the figures update", async ({
  page,
  db,
}) => {
  const { oldKey, newKey, oldPage } = await rotated(page, db, "Looks");
  await page.goto(oldPage);
  await expect(section(page).getByRole("timer")).toBeVisible();
  await expectAccessible(page, "a rotation without calls");
  for (const width of [360, 768, 1280]) {
    await page.setViewportSize({ width, height: 900 });
    await page.goto(oldPage);
    await expect(section(page).getByRole("timer")).toBeVisible();
    await page.evaluate(() => {
      const shifts = Object.assign(window, { shifts: [] as string[] }).shifts;
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries() as (PerformanceEntry & {
          value: number;
          sources: { node: Node | null }[];
        })[])
          shifts.push(`${String(entry.value)} ${entry.sources.map(({ node }) => node?.textContent).join(" | ")}`);
      }).observe({ type: "layout-shift" });
    });
    const [before = 0] = await callerCounts(page);
    const extra = { address: `192.0.2.${String(width % 250)}`, client: "late" };
    for (const caller of [REPORTS, extra]) expect(await callAs(caller, oldKey)).toBe(200);
    expect(await callAs(WORKER, newKey)).toBe(200);
    await expect.poll(() => callerCounts(page), { timeout: 20_000 }).not.toEqual([before]);
    await expect(section(page)).toContainText(extra.address);
    await expect(fact(page, "Last used")).toContainText("billing-worker");
    expect(await page.evaluate(() => (window as unknown as { shifts: string[] }).shifts)).toEqual([]);
  }
  await page.setViewportSize({ width: 1280, height: 900 });
  await expectAccessibleInForcedColours(page, "a rotation with calls");
  await endButton(page).click();
  await expect(page.getByRole("dialog")).toBeVisible();
  await expectAccessible(page, "the dialog that ends an overlap");
  await page.getByRole("dialog").getByRole("button", { name: "End overlap now" }).click();
  await expect(section(page)).toContainText("stopped working at");
  await expectAccessible(page, "an overlap that is over");
});

/** The numbers of calls that the table shows. */
async function callerCounts(page: Page): Promise<number[]> {
  return (await section(page).getByRole("cell").allTextContents()).filter((text) => /^\d+$/.test(text)).map(Number);
}
