// The page of one key.
import { readFileSync } from "node:fs";

import type { Page } from "playwright/test";

import { expectAccessible, expectAccessibleInForcedColours } from "./expect-accessible";
import {
  anotherPerson,
  callApi,
  copyAndClose,
  createAndClose,
  type Database,
  expect,
  filterBy,
  filterChip,
  KEYS_PATH,
  openWithoutScripts,
  row,
  signIn,
  test,
} from "./fixtures";
import { startAppOverWire, startSecondApp } from "./second-app";

/** Opens the page of a key from the list. */
async function openKey(page: Page, name: string): Promise<void> {
  await row(page, name).first().getByRole("link", { name, exact: true }).click();
  await expect(page.getByRole("heading", { name, level: 2 })).toBeVisible();
}

test("the name in the list leads to the key's page, which leads back to the list as it was", async ({ page }) => {
  await signIn(page, "Contoso Admin");
  const key = await createAndClose(page, "Billing export", "30 days");
  await page.goto(`${KEYS_PATH}?q=bill&status=active&sort=name`);
  await openKey(page, "Billing export");
  await expect(page).toHaveTitle(/^Billing export · /);
  await expect(page.getByRole("main")).toContainText(`…${key.slice(-4)}`);
  await expect(page.getByText("Active", { exact: true })).toBeVisible();
  await expect(page.getByRole("definition").filter({ hasText: "by Contoso Admin" })).toBeVisible();
  await expect(
    page.getByRole("navigation", { name: "Roles & Access" }).getByRole("link", { name: "API Keys" }),
  ).toHaveAttribute("aria-current", "page");
  await page.getByRole("link", { name: "All API keys" }).click();
  await page.waitForURL(`**${KEYS_PATH}?q=bill&status=active&sort=name`);
});

test("a malformed id, a missing key and another organisation's key are 404", async ({ page }) => {
  await signIn(page, "Contoso Admin");
  await createAndClose(page, "Ours");
  await openKey(page, "Ours");
  const ours = page.url();
  const stranger = await anotherPerson(page.context(), "Fabrikam Admin");
  for (const address of [ours, `${KEYS_PATH}/0190a1b2-0000-7000-8000-00000000000c`, `${KEYS_PATH}/nonsense`]) {
    expect((await stranger.goto(address))?.status()).toBe(404);
    await expect(stranger.getByRole("heading", { name: "Key not found" })).toBeVisible();
    await expect(stranger.getByText("Ours")).toHaveCount(0);
  }
  await stranger.getByRole("link", { name: "Go to API keys" }).click();
  await stranger.waitForURL(`**${KEYS_PATH}`);
});

test("a key is edited, rotated and revoked from its page", async ({ page }) => {
  await signIn(page, "Contoso Admin");
  await createAndClose(page, "Nightly");
  await openKey(page, "Nightly");
  await page.getByRole("button", { name: "Edit Nightly" }).click();
  await page.getByRole("textbox", { name: /^Owner/ }).fill("ops@example.com");
  await page.getByRole("textbox", { name: /^Note/ }).fill("Runs at night.");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page.getByRole("definition").filter({ hasText: "ops@example.com" })).toBeVisible();
  await expect(page.getByRole("definition").filter({ hasText: "Runs at night." })).toBeVisible();

  await page.getByRole("button", { name: "Rotate Nightly" }).click();
  await page.getByRole("button", { name: "Rotate", exact: true }).click();
  await expect(page.getByRole("textbox", { name: "API key" })).toHaveValue(/^neo_sk_/);
  // The new key is not lost by accident.
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toContainText("You haven’t copied this key.");
  await page.getByRole("button", { name: "Keep it open" }).click();
  await copyAndClose(page);
  await expect(page.getByText("Retiring", { exact: true }).first()).toBeVisible();
  await expect(page.getByRole("button", { name: "Rotate Nightly" })).toHaveCount(0);

  await page.getByRole("button", { name: /^Revoke old key .* of Nightly$/ }).click();
  await page.getByRole("textbox", { name: /^To confirm, type/ }).fill("Nightly");
  await page.getByRole("button", { name: "Revoke", exact: true }).click();
  await expect(page.getByText("Revoked", { exact: true }).first()).toBeVisible();
  await expect(page.getByRole("button", { name: /Nightly/ })).toHaveCount(0);
});

const requests = (page: Page) => page.getByRole("region", { name: "Requests", exact: true });
const figure = (page: Page, outcome: string) =>
  requests(page).getByRole("term").filter({ hasText: outcome }).locator("xpath=following-sibling::dd");

/** Reloads until calls that were just made are counted, which takes up to five seconds. */
async function expectCounted(page: Page, calls: Readonly<Record<string, string>>): Promise<void> {
  await expect(async () => {
    await page.reload();
    for (const [outcome, count] of Object.entries(calls)) await expect(figure(page, outcome)).toHaveText(count);
  }).toPass({ timeout: 30_000 });
}

/** Calls as two programs do: three served, one client error, one that keys aren’t allowed to make. */
async function call(key: string): Promise<void> {
  for (let n = 0; n < 3; n++) await callApi("/public-api/me", key, { headers: { "user-agent": "nightly-export/1.4" } });
  await callApi("/public-api/agents?nonsense=1", key, { headers: { "user-agent": "curl/8.5.0" } });
  await callApi("/public-api/api-keys", key, { headers: { "user-agent": "curl/8.5.0" } });
}

/** Adds calls to every hour and day of the keys of this name. */
async function addPast(db: Database, name: string): Promise<void> {
  await db.query(
    `insert into key_usage_hours (tenant_id, key_id, hour, served, client_errors, rate_limited, refused, failed)
     select tenant_id, id, floor(extract(epoch from now()) / 3600)::int - n, 100 + n, 10, 5, 3, 1
     from api_keys, generate_series(1, 700) n where name = $1`,
    [name],
  );
  await db.query(
    `insert into key_usage_days (tenant_id, key_id, day, served, client_errors, rate_limited, refused, failed)
     select tenant_id, id, floor(extract(epoch from now()) / 86400)::int - n, 1000 + n, 100, 50, 30, 10
     from api_keys, generate_series(1, 395) n where name = $1`,
    [name],
  );
}

test("calls are counted by outcome, by who made them and what for; refusals say why", async ({ page }) => {
  await signIn(page, "Contoso Admin");
  const key = await createAndClose(page, "Counted");
  await openKey(page, "Counted");
  await expect(requests(page)).toContainText(/^Requests.*No calls yet\.Send the key with every request:curl http/);
  await expect(page.getByText("No calls were refused in the last 30 days.")).toBeVisible();
  await expect(page.getByRole("definition").filter({ hasText: /^(No expiry|Not used yet)$/ })).toHaveCount(2);

  await call(key);
  await expectCounted(page, { Served: "3", "Client errors": "1", "Rate-limited": "0", Refused: "1", Failed: "0" });
  await expect(page.locator("svg.recharts-surface").first()).toBeVisible();
  await requests(page).getByText("Show as table").click();
  await expect(requests(page).getByRole("table").getByRole("row").nth(1)).toHaveText(/\d{4}31010$/);

  const callers = page.getByRole("region", { name: "Top callers of the last 30 days" });
  const most = (title: string) => callers.getByRole("table", { name: `${title} with the most calls` }).getByRole("row");
  await expect(most("Addresses").nth(1)).toContainText(/^(::1|127\.0\.0\.1)5/);
  await expect(most("Clients").nth(1)).toContainText(/^nightly-export3/);
  await expect(most("Clients").nth(2)).toContainText(/^curl2/);
  await expect(most("Endpoints").nth(1)).toContainText(/^GET \/public-api\/me3/);

  const refusals = page.getByRole("table", { name: "The latest calls answered with 4xx" }).getByRole("row");
  await expect(refusals).toHaveCount(3);
  const refused = refusals.filter({ hasText: "key_not_allowed" });
  await expect(refused).toContainText("An API key can't do this; it requires a person's access token.");
  await expect(refused).toContainText("403");
  await expect(refused).toContainText("GET /public-api/api-keys");
  await expect(refused).toContainText(/[0-9a-f]{8}-[0-9a-f]{4}-/);
  const used = page.getByRole("definition").filter({ hasText: "just now" }).last();
  await expect(used).toContainText(/from (::1|127\.0\.0\.1)/);
  await expect(used).toContainText("curl");
});

test("the ranges are links, and the file has the numbers of the one that is shown", async ({ page, db }) => {
  await signIn(page, "Contoso Admin");
  await createAndClose(page, "Ranged");
  await addPast(db, "Ranged");
  await openKey(page, "Ranged");
  for (const [label, range, served, lines] of [
    ["24 hours", "24h", "2,576", 24],
    ["7 days", "7d", "30,728", 168],
    ["13 months", "13mo", "473,210", 396],
    ["30 days", "30d", "29,435", 30],
  ] as const) {
    await page.getByRole("navigation", { name: "Range" }).getByRole("link", { name: label }).click();
    await expect(page.getByRole("link", { name: label })).toHaveAttribute("aria-current", "true");
    await expect(figure(page, "Served")).toHaveText(served);
    await expect(page.locator("svg.recharts-surface").first()).toBeVisible();
    const downloading = page.waitForEvent("download");
    await page.getByRole("link", { name: "Export CSV" }).click();
    const download = await downloading;
    expect(download.suggestedFilename()).toMatch(new RegExp(`^key-usage-${range}-\\d{4}-\\d{2}-\\d{2}\\.csv$`));
    const [head, ...rows] = readFileSync(await download.path(), "utf8")
      .trimEnd()
      .split("\r\n");
    expect(head).toBe("\ufeffstart,interval,served,client_errors,rate_limited,refused,failed");
    expect(rows).toHaveLength(lines);
    const sum = rows.reduce((total, line) => total + Number(line.split(",")[2]), 0);
    expect(sum.toLocaleString("en")).toBe(served);
  }
  // Away from the chart, whose tooltip would follow it.
  await page.mouse.move(0, 0);
  await requests(page)
    .getByRole("application", { name: /^Requests over time/ })
    .focus();
  await expect(requests(page).getByRole("status")).toContainText("1,029");
  await page.keyboard.press("ArrowRight");
  await expect(requests(page).getByRole("status")).toContainText("1,028");
  await page.goto(`${page.url().split("?")[0] ?? ""}?range=century`);
  await expect(page.getByRole("link", { name: "30 days" })).toHaveAttribute("aria-current", "true");
});

test("only an admin of the organisation can export, and only from the page", async ({ page }) => {
  await signIn(page, "Contoso Admin");
  await callApi("/public-api/me", await createAndClose(page, "Exported"));
  await openKey(page, "Exported");
  const link = page.getByRole("link", { name: "Export CSV" });
  // Usage is written every five seconds.
  await expect(async () => {
    await page.reload();
    await expect(link).toBeVisible({ timeout: 1_000 });
  }).toPass();
  const href = (await link.getAttribute("href")) ?? "";
  const status = async (who: Page, address: string, headers: Record<string, string> = {}) =>
    (await who.request.get(address, { headers, maxRedirects: 0 })).status();
  expect(await status(page, href)).toBe(200);
  expect(await status(page, href.replace(/range=[^&]*/, "range=all"))).toBe(400);
  expect(await status(page, href.replace(/key=[^&]*/, "key=nonsense"))).toBe(404);
  expect(await status(page, href.replace(/for=[^&]*&/, ""))).toBe(409);
  expect(await status(page, href, { "sec-fetch-site": "cross-site" })).toBe(403);
  for (const [person, home, expected] of [
    ["Fabrikam Admin", KEYS_PATH, 404],
    ["Contoso User", "/agents", 403],
  ] as const) {
    const other = await anotherPerson(page.context(), person, home);
    const meta = await other.locator("meta[name=neo-rendered-for]").getAttribute("content");
    const own = (JSON.parse(meta ?? "{}") as { id: string }).id;
    expect(await status(other, href), person).toBe(409);
    expect(await status(other, href.replace(/for=[^&]*/, `for=${own}`)), person).toBe(expected);
  }
  await page.context().clearCookies();
  expect(await status(page, href)).toBe(401);
});

test("the rotations of a key are listed oldest first, each with its page and its events", async ({ page }) => {
  await signIn(page, "Contoso Admin");
  const first = await createAndClose(page, "Chained");
  await openKey(page, "Chained");
  await expect(page.getByText("This key hasn’t been rotated, and doesn’t replace another key.")).toBeVisible();
  await page.getByRole("button", { name: "Rotate Chained" }).click();
  await page.getByRole("button", { name: "Rotate", exact: true }).click();
  const second = await page.getByRole("textbox", { name: "API key" }).inputValue();
  await copyAndClose(page);
  const chain = page.getByRole("table", { name: "The rotations of this key, oldest first" }).getByRole("row");
  await expect(chain).toHaveCount(3);
  await expect(chain.nth(1)).toContainText(`…${first.slice(-4)}`);
  await expect(chain.nth(1)).toContainText(/this key.*Retiring.*by Contoso Admin.*by Contoso Admin/);
  await expect(chain.nth(2)).toContainText(/Active.*Not yet/);
  const events = page.getByRole("table", { name: "The newest events of this key" }).getByRole("row");
  await expect(events).toHaveText([/When/, /Key rotated.*Contoso Admin/, /Key created.*Contoso Admin/]);

  await chain.nth(2).getByRole("link").click();
  await expect(page.getByRole("main")).toContainText(new RegExp(`…${second.slice(-4)}.*this key`));
  await expect(
    page.getByText("The rotation that issued this key is recorded as an event of the key it replaced."),
  ).toBeVisible();
  await chain.nth(1).getByRole("link").click();
  await expect(events).toHaveCount(3);

  await page.getByRole("link", { name: "All events of this key" }).click();
  await expect(filterChip(page, "Target")).toHaveText("Target: Chained");
  const log = page.getByRole("table", { name: "Audit log of your organisation" }).getByRole("rowheader");
  await expect(log).toHaveText(["Key rotated", "Key created"]);
  await filterBy(page, "Target", null);
  await expect(log.filter({ hasText: "Signed in" }).first()).toBeVisible();
});

test("the page is accessible in both themes, in forced colours and at every width, and nothing in it moves", async ({
  page,
  db,
}) => {
  await signIn(page, "Contoso Admin");
  const name = "billing_export_script_production_eu_west_1_nightly_".repeat(3);
  const key = await createAndClose(page, name);
  await call(key);
  await addPast(db, name);
  await openKey(page, name);
  await expectCounted(page, { Refused: "871" });
  await expect(page.locator("svg.recharts-surface").first()).toBeVisible();
  await requests(page).getByText("Show as table").click();
  await expectAccessible(page, "a key's page");
  await expectAccessibleInForcedColours(page, "a key's page");

  for (const width of [360, 768, 1280]) {
    await page.setViewportSize({ width, height: 800 });
    const release = await openWithoutScripts(page, page.url());
    await expect(page.getByRole("heading", { name: "Requests" })).toBeVisible();
    release();
    await expect(page.locator("svg.recharts-surface").first()).toBeVisible();
    const { shift, paint } = await page.evaluate(
      () =>
        new Promise<{ shift: number; paint: number }>((resolve) => {
          let shift = 0;
          new PerformanceObserver((list) => {
            for (const entry of list.getEntries()) shift += (entry as PerformanceEntry & { value: number }).value;
          }).observe({ type: "layout-shift", buffered: true });
          new PerformanceObserver((list) => {
            const paint = list.getEntries().at(-1)?.startTime ?? NaN;
            requestAnimationFrame(() => requestAnimationFrame(() => resolve({ shift, paint })));
          }).observe({ type: "largest-contentful-paint", buffered: true });
        }),
    );
    expect(shift, `layout shift at ${String(width)} px`).toBe(0);
    console.log(`the key's page at ${String(width)} px: largest contentful paint after ${paint.toFixed(0)} ms`);
    await page.unroute("**/_next/static/**/*.js*");
  }
});

test("the chart library is loaded on the key's page only; without it, the table is there", async ({ page }) => {
  await signIn(page, "Contoso Admin");
  const key = await createAndClose(page, "Chartless");
  await call(key);
  let refused = 0;
  await page.route("**/_next/static/**/*.js*", async (route) => {
    const response = await route.fetch();
    if (!(await response.text()).includes("recharts-surface")) return route.fulfill({ response });
    refused++;
    return route.abort();
  });
  await page.reload();
  await row(page, "Chartless").getByRole("button", { name: "Rotate Chartless" }).hover();
  await row(page, "Chartless").getByRole("link").hover();
  await page.waitForLoadState("networkidle");
  expect(refused).toBe(0);
  await openKey(page, "Chartless");
  await expectCounted(page, { Served: "3" });
  await expect(requests(page)).toContainText("The chart couldn’t be loaded. The table below has the same numbers.");
  expect(refused).toBeGreaterThan(0);
  await requests(page).getByText("Show as table").click();
  await expect(requests(page).getByRole("table").getByRole("row")).toHaveCount(2);
});

test("where addresses aren't recorded, the page says so and has no column for them, and the list shows none", async ({
  page,
}) => {
  const app = await startSecondApp({ settings: { USAGE_ADDRESSES: "off" } });
  try {
    await signIn(page, "Contoso Admin");
    await page.goto(app.url + KEYS_PATH);
    const key = await createAndClose(page, "Nowhere");
    for (const path of ["/public-api/me", "/public-api/api-keys"]) await callApi(new URL(path, app.url).href, key);
    await openKey(page, "Nowhere");
    await expectCounted(page, { Served: "1", Refused: "1" });
    const callers = page.getByRole("region", { name: "Top callers of the last 30 days" });
    await expect(callers).toContainText("Addresses aren’t recorded.");
    await expect(callers.getByRole("table")).toHaveCount(2);
    const refusals = page.getByRole("region", { name: "Recent refusals" });
    await expect(refusals.getByRole("columnheader")).toHaveText(["When", "Reason", "Status", "Endpoint", "Request ID"]);
    await expect(refusals).toContainText("Addresses aren’t recorded.");
    await page.goto(app.url + KEYS_PATH);
    await expect(row(page, "Nowhere")).toContainText("by node");
    await expect(row(page, "Nowhere")).not.toContainText("from");
  } finally {
    await app.stop();
  }
});

test("the page says that addresses are shortened; with the database down, the page and the export say so and recover", async ({
  page,
}) => {
  const app = await startAppOverWire({ settings: { USAGE_ADDRESSES: "truncated" } });
  try {
    await signIn(page, "Contoso Admin");
    const key = await createAndClose(page, "Waiting");
    await callApi(new URL("/public-api/me", app.url).href, key);
    await openKey(page, "Waiting");
    const address = new URL(page.url()).pathname;
    const href = (await page.getByRole("link", { name: "Export CSV" }).getAttribute("href")) ?? "";
    await page.goto(app.url + address);
    await expectCounted(page, { Served: "1" });
    const callers = page.getByRole("region", { name: "Top callers of the last 30 days" });
    await expect(callers).toContainText("127.0.0.0/24");
    await expect(callers).toContainText("Only the network part of each address is recorded.");
    await app.wire.cut();
    expect((await page.goto(app.url + address))?.status()).toBe(503);
    await expect(page.getByRole("button", { name: "Try again" })).toBeVisible();
    expect((await page.request.get(app.url + href)).status()).toBe(503);
    await app.wire.mend();
    await expect(async () => {
      await page.getByRole("button", { name: "Try again" }).click();
      await expect(page.getByRole("heading", { name: "Waiting" })).toBeVisible({ timeout: 3_000 });
    }).toPass({ timeout: 30_000 });
  } finally {
    await app.stop();
  }
});
