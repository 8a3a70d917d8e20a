import { sessionOf } from "./access-calls";
import {
  anotherPerson,
  expect,
  KEYS_PATH,
  MEMBERS_PATH,
  setting,
  signIn,
  TENANTS,
  test,
  type Database,
} from "./fixtures";

const AUDIT_PATH = "/roles-access/audit-log";
const FOR_ADMINS = [KEYS_PATH, MEMBERS_PATH, AUDIT_PATH, "/roles-access"];
const FOR_MEMBERS = ["/agents", "/agents/nonsense", "/account/sessions", "/quickstart", "/api-reference"];

/** One request, as from a client without scripts. */
async function ask(db: Database, path: string, person: string | null) {
  const headers = person ? { cookie: (await sessionOf(db, person)).cookie } : undefined;
  const response = await fetch(new URL(path, setting("NEO_E2E_URL")), {
    redirect: "manual",
    ...(headers && { headers }),
  });
  const location = response.headers.get("location");
  return {
    status: response.status,
    to: location ? new URL(location, response.url) : null,
    text: await response.text(),
  };
}

for (const path of [...FOR_ADMINS, ...FOR_MEMBERS]) {
  test(`${path} redirects a signed-out visitor to the sign-in`, async ({ db }) => {
    const { status, to, text } = await ask(db, path, null);
    expect([status, to?.pathname]).toEqual([307, "/sign-in"]);
    expect(text).not.toContain("<table");
  });
}

for (const path of FOR_ADMINS) {
  test(`${path} redirects a Viewer to a 403 page that explains why without scripts`, async ({ db }) => {
    const { status, to, text } = await ask(db, `${path}?q=x`, "Contoso Viewer");
    expect([status, to?.pathname]).toEqual([307, "/access-denied"]);
    expect(text).not.toContain("<table");
    const refusal = await ask(db, `${to?.pathname ?? ""}${to?.search ?? ""}`, "Contoso Viewer");
    expect(refusal.status).toBe(403);
    const body = refusal.text.replace(/<script\b.*?<\/script>/gs, "");
    expect(body).toContain("You don’t have access to this page");
    expect(body).toContain("admin@contoso.example");
  });
}

test("an unknown address responds with 404, inside the shell, without scripts", async ({ db }) => {
  const [foreign] = await db.query<{ id: string }>(
    "select a.id from agents a join tenants t on t.id = a.tenant_id where t.entra_tenant_id = $1 limit 1",
    [TENANTS.fabrikam],
  );
  for (const [path, heading] of [
    ["/agents/nonsense", "Agent not found"],
    [`/agents/${foreign?.id ?? ""}`, "Agent not found"],
    ["/no-such-page", "Page not found"],
    ["/roles-access/nothing/here", "Page not found"],
    // Percent-encoding that is not valid UTF-8.
    ["/%zz", "Page not found"],
    ["/agents/%E0%A4%A", "Agent not found"],
  ] as const) {
    const { status, text } = await ask(db, path, "Contoso Viewer");
    const body = text.replace(/<script\b.*?<\/script>/gs, "");
    expect(status, path).toBe(404);
    expect(body, path).toContain(heading);
    expect(body, path).toContain('aria-label="Main"');
  }
  const outside = await ask(db, "/no-such-page", null);
  expect(outside.status).toBe(404);
  expect(outside.text).toContain("Page not found");
  expect(outside.text).toContain('href="/sign-in"');
  expect(outside.text).not.toContain('aria-label="Main"');
  expect((await ask(db, "/invitation/nonsense", null)).status).toBe(404);
});

test("a page that fails says so without scripts", async ({ db }) => {
  const link = `/invitation/${"A".repeat(43)}`;
  await db.query("alter table invitations rename to invitations_away");
  try {
    for (const encoding of ["identity", "gzip"]) {
      const headers = { "accept-encoding": encoding };
      const response = await fetch(setting("NEO_E2E_URL") + link, { headers });
      expect(response.status).toBe(500);
      const text = await response.text();
      expect(text).toMatch(/<noscript>.*We can’t load this page right now.*<\/noscript>/);
      expect(text.match(/<body>/g)).toHaveLength(1);
    }
  } finally {
    await db.query("alter table invitations_away rename to invitations");
  }
  expect((await ask(db, link, null)).text.match(/<noscript>/g)).toHaveLength(1);
});

test("lists can be read without scripts, and a note says what else needs them", async ({ browser, db }) => {
  await db.addKeys(TENANTS.contoso, 60);
  const { cookie } = await sessionOf(db, "Contoso Admin");
  const [name = "", value = ""] = cookie.split(/=(.*)/s);
  const context = await browser.newContext({ javaScriptEnabled: false, baseURL: setting("NEO_E2E_URL") });
  await context.addCookies([{ name, value, url: setting("NEO_E2E_URL") }]);
  const page = await context.newPage();
  await page.goto(KEYS_PATH);
  await expect(page.getByRole("rowheader")).toHaveCount(50);
  // Nothing is hidden that only scripts would reveal.
  await expect(page.locator("table")).toHaveCount(1);
  await page.getByRole("link", { name: "Next" }).click();
  await expect(page.getByRole("rowheader")).toHaveCount(10);
  for (const path of [
    KEYS_PATH,
    MEMBERS_PATH,
    AUDIT_PATH,
    ...FOR_MEMBERS,
    "/sign-in",
    "/not-in-organisation",
    "/nothing",
  ]) {
    await page.goto(path);
    await expect(page.locator("noscript p").first(), path).toContainText("JavaScript is off.");
  }
  await context.close();
});

for (const [path, given, corrected] of [
  [KEYS_PATH, "?page=99999&status=active", "?status=active"],
  [KEYS_PATH, "?page=-7", ""],
  [KEYS_PATH, "?page=abc&q=Bulk", "?q=Bulk"],
  [KEYS_PATH, "?page=2&page=3&sort=name", "?sort=name"],
  [KEYS_PATH, "?status=nope&dir=sideways", ""],
  [MEMBERS_PATH, "?page=99999&role=Admin", "?role=Admin"],
  [MEMBERS_PATH, "?page=NaN", ""],
  ["/agents", "?page=99999&state=on", "?state=on"],
  ["/agents", "?page=0", ""],
  [AUDIT_PATH, "?after=nonsense&target=member", "?target=member"],
  [AUDIT_PATH, "?from=yesterday", ""],
] as const) {
  test(`${path}${given} redirects to the address of what is shown`, async ({ db }) => {
    await db.addKeys(TENANTS.contoso, 3);
    const { status, to } = await ask(db, path + given, "Contoso Admin");
    expect([status, to && to.pathname + to.search]).toEqual([307, path + corrected]);
    expect((await ask(db, path + corrected, "Contoso Admin")).status).toBe(200);
  });
}

test("a page beyond the last redirects to the last, and Back skips it", async ({ page, db }) => {
  await db.addKeys(TENANTS.contoso, 60);
  await signIn(page, "Contoso Admin", "/agents");
  await page.goto(`${KEYS_PATH}?page=99999&sort=name&dir=asc`);
  await expect(page).toHaveURL(/page=2/);
  await expect(page).toHaveURL(/sort=name/);
  await expect(page.getByText("51–60 of 60 keys")).toBeVisible();
  await page.goBack();
  await expect(page).toHaveURL("/agents");
});

test("a page's title names the page and the organisation", async ({ page, context, db }) => {
  await signIn(page, "Contoso Admin");
  const [agent] = await db.query<{ id: string; name: string }>(
    "select a.id, a.name from agents a join tenants t on t.id = a.tenant_id where t.entra_tenant_id = $1 limit 1",
    [TENANTS.contoso],
  );
  for (const [path, title] of [
    [KEYS_PATH, "API Keys · Contoso"],
    [MEMBERS_PATH, "Members · Contoso"],
    [AUDIT_PATH, "Audit log · Contoso"],
    ["/agents", "Agents · Contoso"],
    [`/agents/${agent?.id ?? ""}`, `${agent?.name ?? ""} · Contoso`],
    ["/agents/nonsense", "Agent not found · Contoso"],
    ["/account/sessions", "Your sessions · Contoso"],
    ["/quickstart", "Quickstart · Contoso"],
    ["/api-reference", "API reference · Contoso"],
    ["/nothing", "Page not found · Contoso"],
  ] as const) {
    const response = await page.goto(path);
    // In the head as sent, not added by a script.
    expect(/<title>(.*?)<\/title>/.exec((await response?.text()) ?? "")?.[1], path).toBe(title);
    await expect(page).toHaveTitle(title);
  }
  const viewer = await anotherPerson(context, "Contoso Viewer", "/agents");
  await viewer.goto(KEYS_PATH);
  await expect(viewer).toHaveTitle("Access denied · Contoso");
  await viewer.close();
});

test("access denied shows the number of admins, and the most recently active ones", async ({ page, db }) => {
  const only = await ask(db, "/access-denied", "Contoso Viewer");
  expect(only.text).toContain("The only admin");
  await db.query(
    `insert into members (id, tenant_id, oid, name, email, role, joined_at, last_active_at)
     select gen_random_uuid(), t.id, gen_random_uuid(), 'Many admin ' || n, 'many' || n || '@contoso.example', 'Admin', now(),
       now() - n * interval '1 day' from tenants t, generate_series(1, 8) n where t.entra_tenant_id = $1`,
    [TENANTS.contoso],
  );
  try {
    await signIn(page, "Contoso Viewer", "/agents");
    await page.goto(KEYS_PATH);
    const list = page.getByRole("region", { name: /admin/ });
    await expect(list).toContainText("5 most recently active of 9 admins");
    await expect(list.getByRole("listitem")).toHaveCount(5);
    await expect(list).toContainText("Many admin 1");
    await expect(list).not.toContainText("Many admin 8");
  } finally {
    await db.query("delete from members where name like 'Many admin %'");
  }
});
