import { execFile } from "node:child_process";
import { promisify } from "node:util";

import type { Page } from "playwright/test";

import { RENDERED_FOR_FIELD, RENDERED_FOR_META, type RenderedFor } from "../lib/auth/rendered-for";

import { expectAccessible } from "./expect-accessible";
import {
  anotherPerson,
  callApi,
  createAndClose,
  createKey,
  expect,
  filterBy,
  filterChip,
  setting,
  signIn,
  test,
} from "./fixtures";

const AUDIT_PATH = "/roles-access/audit-log";

/** The rows of action `what` that contain all texts of `also`. */
function events(page: Page, what: string, ...also: string[]) {
  let rows = page.getByRole("row").filter({ has: page.getByRole("rowheader", { name: what, exact: true }) });
  for (const text of also) rows = rows.filter({ hasText: text });
  return rows;
}

/** Downloads an export in this person's browser. */
async function exported(page: Page, query: string) {
  const own = await page
    .locator(`meta[name="${RENDERED_FOR_META}"]`)
    .evaluateAll((all) => all[0]?.getAttribute("content"));
  const headers: Record<string, string> = own ? { [RENDERED_FOR_FIELD]: (JSON.parse(own) as RenderedFor).id } : {};
  const response = await page.request.get(`${AUDIT_PATH}/export?${query}`, { headers, maxRedirects: 0 });
  return { status: response.status(), headers: response.headers(), text: await response.text() };
}

test("the log shows who did what from which address, on the page and through the API, with links", async ({
  page,
  db,
}) => {
  await signIn(page, "Contoso Admin");
  const name = `Audited ${String(Date.now())}`;
  const key = await createAndClose(page, name);
  const body = { name: `Agent of ${name}`, trigger_type: "NONE", autonomy_type: "AGENTIC" };
  const made = await callApi("/public-api/agents", key, {
    method: "POST",
    headers: { "content-type": "application/json", "user-agent": "audit-test/1.0" },
    body: JSON.stringify(body),
  });
  expect(made.status).toBe(201);
  expect((await callApi("/public-api/api-keys", key)).status).toBe(403);

  await page.getByRole("link", { name: "Audit log" }).click();
  await expect(page.getByRole("link", { name: "Audit log" })).toHaveAttribute("aria-current", "page");
  await expect(page).toHaveTitle(/Audit log/);
  const created = events(page, "Key created", name);
  await expect(created).toContainText("Member Contoso Admin");
  await expect(created).toContainText(/127\.0\.0\.1|::1/);
  await expect(created.getByText(/\d\d:\d\d:\d\d /)).toBeVisible();
  await expect(events(page, "Signed in", "Contoso Admin").first()).toBeVisible();
  await expect(events(page, "Agent created", `API key ${name}`)).toContainText(body.name);
  await expect(events(page, "Access refused", `API key ${name}`)).toContainText("GET /public-api/api-keys");

  // The rest is in the details, once they are opened.
  const requestId = made.headers.get("x-request-id") ?? "";
  await expect(page.getByText(requestId)).toHaveCount(0);
  await page.getByRole("button", { name: `Details of Agent created, ${body.name}` }).click();
  await expect(page.getByText(requestId)).toBeVisible();
  await expect(page.getByText("audit-test/1.0")).toBeVisible();
  await page.getByRole("button", { name: `Details of Key created, ${name}` }).click();
  await expect(page.getByText(/Mozilla\/5\.0/).first()).toBeVisible();
  const [row] = await db.query<{ request_id: string; client_address: string | null }>(
    "select request_id, client_address from audit_events where target_name = $1",
    [name],
  );
  expect(row?.client_address).toMatch(/^(127\.0\.0\.1|::1)$/);
  await expect(page.getByText(row?.request_id ?? "")).toBeVisible();

  const { data } = (await made.json()) as { data: { id: string } };
  await expect(events(page, "Agent created", name).getByRole("link")).toHaveAttribute("href", `/agents/${data.id}`);
  await created.getByRole("link", { name }).click();
  await expect(page.getByRole("heading", { name })).toBeVisible();
});

test("sign-outs, refused sign-ins and refused access are logged", async ({ page, context }) => {
  for (const person of ["Contoso User", "Contoso Viewer"] as const) {
    const other = await anotherPerson(context, person, "/agents");
    await expect(other.getByRole("link", { name: "Roles & Access" })).toHaveCount(0);
    await other.goto(`${AUDIT_PATH}?q=secret`);
    await expect(other).toHaveURL(/access-denied/);
    await expect(other.getByRole("main")).toContainText("Contoso Admin");
    expect(await exported(other, "format=csv")).toMatchObject({
      status: 403,
      text: expect.stringContaining("Admin role"),
    });
    await other.getByRole("button", { name: "Sign out" }).click();
    await expect(other).toHaveURL(/sign-in/);
    expect((await exported(other, "format=csv")).status).toBe(401);
    await other.goto(AUDIT_PATH);
    await expect(other).toHaveURL(/sign-in/);
  }
  const stranger = await (await context.browser()!.newContext({ baseURL: setting("NEO_E2E_URL") })).newPage();
  await stranger.goto(AUDIT_PATH);
  await stranger.getByRole("button", { name: "Sign in with Microsoft" }).click();
  await stranger.getByRole("button", { name: /^Contoso Newcomer/ }).click();
  await expect(stranger.getByRole("main")).toContainText("You’re not in this organisation yet");

  await signIn(page, "Contoso Admin", AUDIT_PATH);
  await expect(events(page, "Sign-in refused", "Not a member Contoso Newcomer").first()).toBeVisible();
  for (const person of ["Contoso User", "Contoso Viewer"]) {
    await expect(events(page, "Session ended", `Member ${person}`).first()).toBeVisible();
    await expect(events(page, "Access refused", `Member ${person}`, `${AUDIT_PATH}/export`).first()).toBeVisible();
    // Without the searched text.
    await expect(events(page, "Access refused", `Member ${person}`).filter({ hasText: "secret" })).toHaveCount(0);
  }
});

test("filters and search are in the URL, survive a reload and Back, and apply to the export", async ({ page }) => {
  await signIn(page, "Contoso Admin");
  const name = `Filtered ${String(Date.now())}`;
  await createAndClose(page, name);
  await page.goto(AUDIT_PATH);
  await page.getByRole("searchbox").fill(name.toUpperCase());
  await expect(page.getByRole("rowheader")).toHaveCount(1);
  await filterBy(page, "What", "Key created");
  await expect(page).toHaveURL(/action=api_key\.created/);
  await filterBy(page, "Who", "Contoso Admin");
  await expect(page).toHaveURL(/actor=/);
  await filterBy(page, "Kind of target", "API key");
  await expect(page).toHaveURL(/target=api_key/);
  await expect(events(page, "Key created", name)).toHaveCount(1);
  await page.reload();
  await expect(page.getByRole("searchbox")).toHaveValue(name.toUpperCase());
  await expect(filterChip(page, "What")).toHaveText("What: Key created");
  await expect(page.getByRole("rowheader")).toHaveCount(1);

  const download = page.waitForEvent("download");
  await page.getByRole("link", { name: "Export as CSV" }).click();
  const file = await download;
  expect(file.suggestedFilename()).toMatch(/^audit-log-\d{4}-\d\d-\d\d\.csv$/);
  const href = (await page.getByRole("link", { name: "Export as NDJSON" }).getAttribute("href")) ?? "";
  const lines = (await (await page.request.get(href)).text()).trim().split("\n");
  expect(lines).toHaveLength(2);
  expect(JSON.parse(lines[1] ?? "")).toMatchObject({ action: "export.completed", details: { rows: 1 } });
  expect(JSON.parse(lines[0] ?? "")).toMatchObject({ action: "api_key.created", target_name: name });

  await filterBy(page, "What", "Key revoked");
  await expect(page.getByRole("heading", { name: "Nothing matches" })).toBeVisible();
  await page.goBack();
  await expect(events(page, "Key created", name)).toHaveCount(1);
  await filterBy(page, "What", "Key revoked");
  await page.getByRole("link", { name: "Clear search and filters" }).click();
  await expect(page.getByRole("searchbox")).toHaveValue("");
  await expect(events(page, "Key created", name)).toHaveCount(1);
  await page.goto(`${AUDIT_PATH}?action=nope&actor=me&target=x&from=then&to=%00&after=1_x&before=2`);
  await expect(events(page, "Key created", name)).toHaveCount(1);
});

test.describe("in another time zone", () => {
  test.use({ timezoneId: "Asia/Tokyo" });

  test("days are in the person's time zone, and exact times can be shown", async ({ page }) => {
    await signIn(page, "Contoso Admin");
    await createKey(page, "Dated");
    const local = new Intl.DateTimeFormat("en-CA", { timeZone: "Asia/Tokyo" });
    const today = local.format(new Date());
    const yesterday = local.format(new Date(Date.now() - 86_400_000));
    const midnight = new Date(`${today}T00:00:00+09:00`);
    const since = new RegExp(`from=${midnight.toISOString().replaceAll(":", "(:|%3A)")}`);
    await page.goto(AUDIT_PATH);
    const show = async (from: string, to: string) => {
      await filterChip(page, "Date").click();
      await page.getByLabel("From", { exact: true }).fill(from);
      await page.getByLabel("To", { exact: true }).fill(to);
      await page.getByRole("button", { name: "Show", exact: true }).click();
    };
    await show(today, today);
    await expect(page).toHaveURL(since);
    await expect(page).toHaveURL(/to=/);
    await expect(events(page, "Key created", "Dated").first()).toBeVisible();
    await page.reload();
    const words = new Intl.DateTimeFormat("en-GB", {
      day: "numeric",
      month: "short",
      year: "numeric",
      timeZone: "UTC",
    });
    await expect(filterChip(page, "Date")).toHaveText(`Date: ${words.format(new Date(today))}`);
    const when = events(page, "Key created", "Dated").first().locator("time");
    await expect(when).toHaveAttribute("title", /GMT\+9\n.*UTC$/);
    await show("", yesterday);
    await expect(events(page, "Key created", "Dated")).toHaveCount(0);
    await filterChip(page, "Date").click();
    await page.getByRole("button", { name: "Last 7 days" }).click();
    await expect(events(page, "Key created", "Dated").first()).toBeVisible();
  });
});

test("paging to older and newer events is stable while events are added", async ({ page }) => {
  await signIn(page, "Contoso Admin");
  const name = `Paged ${String(Date.now())}`;
  const key = await createAndClose(page, name);
  const headers = { "content-type": "application/json" };
  const create = () =>
    callApi("/public-api/agents", key, {
      method: "POST",
      headers,
      body: JSON.stringify({ name: "Paged", trigger_type: "NONE", actions: [] }),
    });
  for (let n = 0; n < 120; n++) expect((await create()).status).toBe(201);
  await page.goto(`${AUDIT_PATH}?q=${encodeURIComponent(name)}&action=agent.created`);
  const ids = () =>
    page
      .getByRole("button", { name: /^Details of/ })
      .evaluateAll((all) => all.map((one) => one.getAttribute("aria-controls")));
  await expect.poll(async () => (await ids()).length).toBe(50);
  const bar = page.getByRole("navigation", { name: "Pages" });
  await expect(bar).toContainText("120 events");
  const pages = [await ids()];
  await create();
  await page.getByRole("link", { name: "Older" }).click();
  await expect(page).toHaveURL(/after=/);
  // The address changes before the list does.
  await expect.poll(async () => (await ids())[0]).not.toBe(pages[0]?.[0]);
  await expect.poll(async () => (await ids()).length).toBe(50);
  pages.push(await ids());
  await page.getByRole("link", { name: "Older" }).click();
  await expect(page.getByRole("rowheader")).toHaveCount(20);
  pages.push(await ids());
  await expect(page.getByRole("link", { name: "Older" })).toHaveAttribute("aria-disabled", "true");
  expect(pages.map((one) => one.length)).toEqual([50, 50, 20]);
  expect(new Set(pages.flat()).size).toBe(120);
  await page.getByRole("link", { name: "Newer" }).click();
  await expect(page).toHaveURL(/before=/);
  await expect(page.getByRole("rowheader")).toHaveCount(50);
  expect(await ids()).toEqual(pages[1]);
  await page.getByRole("link", { name: "Newest" }).click();
  await expect(page).not.toHaveURL(/before=|after=/);

  // The size stays while the pages change, and the place while the size does.
  await bar.getByRole("link", { name: "25 rows per page" }).click();
  await expect(page.getByRole("rowheader")).toHaveCount(25);
  await expect(bar).toContainText("121 events");
  await page.getByRole("link", { name: "Older" }).click();
  await expect(page).toHaveURL(/after=/);
  await expect.poll(ids).toEqual(pages[0]?.slice(24, 49));
  await bar.getByRole("link", { name: "100 rows per page" }).click();
  await expect.poll(ids).toEqual(pages.flat().slice(24));
});

test("an export contains only the own organisation, is safe in a spreadsheet, and is not cached", async ({
  page,
  context,
}) => {
  await signIn(page, "Contoso Admin");
  const name = `=HYPERLINK("https://evil.example","${String(Date.now())}")`;
  await createAndClose(page, name);
  const csv = await exported(page, "format=csv");
  expect(csv.status).toBe(200);
  expect(csv.headers).toMatchObject({
    "content-type": "text/csv; charset=utf-8; header=present",
    "content-disposition": expect.stringMatching(/^attachment; filename="audit-log-.+\.csv"$/),
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
  });
  expect(csv.text).toContain(`,"'${name.replaceAll('"', '""')}",`);
  expect(csv.text.split("\r\n")[0]).toMatch(/^\ufeff?place,time,action,/);

  const ndjson = await exported(page, "format=ndjson");
  expect(ndjson.headers["content-type"]).toBe("application/x-ndjson; charset=utf-8");
  const rows = ndjson.text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { place: number; target_name: string });
  const end = rows.pop();
  expect(end).toMatchObject({ action: "export.completed", details: { rows: rows.length } });
  expect(csv.text.trimEnd().split("\r\n").at(-1)).toMatch(/^,,export\.completed,.*,[0-9a-f]{64},[0-9a-f]{64}$/);
  expect(rows.some((one) => one.target_name === name)).toBe(true);
  // Every row from the first on; newest first by the clock, which can differ from the order of insertion.
  expect(rows.map((one) => one.place).sort((a, b) => a - b)).toEqual(rows.map((_, n) => n + 1));

  const stranger = await anotherPerson(context, "Fabrikam Admin", AUDIT_PATH);
  await expect(events(stranger, "Signed in", "Fabrikam Admin").first()).toBeVisible();
  await stranger.goto(`${AUDIT_PATH}?q=evil.example`);
  await expect(stranger.getByRole("heading", { name: "Nothing matches" })).toBeVisible();
  const theirs = await exported(stranger, "format=ndjson&q=evil.example");
  expect(theirs.status).toBe(200);
  expect(JSON.parse(theirs.text)).toMatchObject({ action: "export.completed", details: { rows: 0 } });
  expect((await exported(stranger, "format=csv")).text).not.toContain("Contoso");

  expect((await exported(page, "format=xlsx")).status).toBe(400);
  expect((await exported(page, "")).status).toBe(400);
  const fromElsewhere = await page.request.get(`${AUDIT_PATH}/export?format=csv`, {
    headers: { "sec-fetch-site": "cross-site" },
  });
  expect(fromElsewhere.status()).toBe(403);
  const post = await page.request.post(`${AUDIT_PATH}/export?format=csv`);
  expect(post.status()).toBe(405);
  // Bearer tokens are refused here.
  const bearer = await fetch(`${setting("NEO_E2E_URL")}${AUDIT_PATH}/export?format=csv`, {
    headers: { authorization: "Bearer neo_sk_prod_aaaaaaaaaaaaaaaaaaaaaaaa" },
  });
  expect(bearer.status).toBe(401);
});

test("the log passes axe and fits, in light and dark, with its details open and empty", async ({ page }) => {
  await signIn(page, "Contoso Admin");
  await createAndClose(page, "audit_log_row_with_a_name_that_has_no_place_to_break_a_line_".repeat(3));
  await page.goto(AUDIT_PATH);
  await page
    .getByRole("button", { name: /^Details of Key created/ })
    .first()
    .click();
  await expect(page.getByText("User agent").first()).toBeVisible();
  await expectAccessible(page, "audit log");
  await page.goto(`${AUDIT_PATH}?q=nothing-has-this-name`);
  await expect(page.getByRole("heading", { name: "Nothing matches" })).toBeVisible();
  await expectAccessible(page, "audit log without a match");
});

test("npm run audit:verify confirms the log, and reports tampering", async ({ page, db }) => {
  await signIn(page, "Fabrikam Admin");
  const verify = async () => {
    const env = { ...process.env, DATABASE_URL: setting("NEO_E2E_DATABASE_URL") };
    const run = promisify(execFile)("npm", ["run", "-s", "audit:verify"], { env });
    return run.then(
      ({ stdout }) => ({ code: 0, stdout }),
      (error: unknown) => error as { code: number; stdout: string },
    );
  };
  const sound = await verify();
  expect(sound.stdout).toMatch(/^ok {7}Contoso \(.+\): \d+ rows/m);
  expect(sound.stdout).toMatch(/^ok {7}Fabrikam/m);
  expect(sound.code).toBe(0);

  const [victim] = await db.query<{ id: string; seq: string; actor_name: string }>(
    "select e.id, e.seq, e.actor_name from audit_events e join tenants t on t.id = e.tenant_id where t.name = 'Fabrikam' order by seq limit 1",
  );
  await expect(db.query("update audit_events set actor_name = 'Nobody'")).rejects.toThrow(/append-only/);
  const alter = async (name: string) => {
    await db.query("alter table audit_events disable trigger audit_events_append_only");
    await db.query("update audit_events set actor_name = $1 where id = $2", [name, victim?.id]);
    await db.query("alter table audit_events enable always trigger audit_events_append_only");
  };
  await alter("Nobody");
  try {
    const found = await verify();
    expect(found.code).toBe(1);
    expect(found.stdout).toContain(`row ${victim?.seq ?? ""}, id ${victim?.id ?? ""}, is not as it was written`);
    expect(found.stdout).toMatch(/^ALTERED {2}Fabrikam/m);
    expect(found.stdout).toMatch(/^ok {7}Contoso/m);
  } finally {
    await alter(victim?.actor_name ?? "");
  }
  expect((await verify()).code).toBe(0);
});
