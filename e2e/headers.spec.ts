import { type Page, type Response } from "playwright/test";

import { PAGES, type PageRow, type Role, type Targets } from "./access-table";
import {
  anotherPerson,
  createAndClose,
  type Database,
  expect,
  KEYS_PATH,
  setting,
  signIn,
  TENANTS,
  test,
} from "./fixtures";
import { startSecondApp } from "./second-app";

/** The headers of every page. */
const FIXED: Readonly<Record<string, string>> = {
  "x-frame-options": "DENY",
  "x-content-type-options": "nosniff",
  "referrer-policy": "same-origin",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
};

/** The nonce of a policy that allows neither inline scripts nor eval. */
function nonceOf(policy: string | undefined, what: string): string {
  expect(policy, what).toMatch(/script-src 'self' 'nonce-[A-Za-z0-9+/]{22}==' 'strict-dynamic';/);
  expect(policy, what).not.toContain("unsafe");
  for (const directive of ["default-src 'none'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"])
    expect(policy, what).toContain(directive);
  expect(policy, what).toContain("form-action 'self';");
  return /'nonce-([^']+)'/.exec(policy ?? "")?.[1] ?? "";
}

function expectHeaders(headers: Record<string, string>, what: string): string {
  // The address of an invitation is a secret: requests for static files must not send it either.
  const fixed = what.includes("/invitation/") ? { ...FIXED, "referrer-policy": "no-referrer" } : FIXED;
  for (const [name, value] of Object.entries(fixed)) expect(headers[name], `${name} of ${what}`).toBe(value);
  // Next words it differently where there is no page.
  expect(headers["cache-control"], what).toMatch(/\bno-store\b/);
  expect(headers["permissions-policy"], what).toContain("camera=()");
  // Over plain HTTP, as here, it would have no effect.
  expect(headers["strict-transport-security"], what).toBeUndefined();
  expect(headers["x-powered-by"], what).toBeUndefined();
  return nonceOf(headers["content-security-policy"], what);
}

/** Collects the page's policy violations and script errors. */
async function watchRefusals(page: Page): Promise<string[]> {
  const refused: string[] = [];
  await page.exposeFunction("neoRefused", (what: string) => refused.push(what));
  await page.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) => {
      const { neoRefused } = window as unknown as { neoRefused: (what: string) => void };
      neoRefused(`${event.effectiveDirective} ${event.blockedURI} ${event.sourceFile} ${event.sample}`);
    });
  });
  page.on("console", (message) => {
    if (/Content Security Policy|violates|refused to/i.test(message.text())) refused.push(message.text());
  });
  page.on("pageerror", (error) => refused.push(String(error)));
  return refused;
}

/** Waits until every script of the page has run. */
async function settle(page: Page): Promise<void> {
  await page.waitForLoadState("networkidle");
}

/** Whether React has hydrated the page. */
async function runs(page: Page): Promise<boolean> {
  return page.evaluate(() => Object.keys(document.body).some((key) => key.startsWith("__react")) || "next" in window);
}

/** The pages that a role may open, with their addresses, including those that redirect. */
function pagesOf(who: Role | null, targets: Targets): [string, string][] {
  const reach: readonly (Role | "anyone")[] =
    who === "Admin" ? ["anyone", "Viewer", "User", "Admin"] : who === null ? ["anyone"] : ["anyone", "Viewer"];
  return Object.entries(PAGES)
    .filter(([, row]: [string, PageRow]) => reach.includes(row.least))
    .map(([name, row]) => [name, row.path?.(targets) ?? name]);
}

/** The id of one of Contoso's rows. */
async function oneOf(table: "agents" | "api_keys" | "applications", db: Database): Promise<string> {
  const [one] = await db.query<{ id: string }>(
    `select a.id from ${table} a join tenants t on t.id = a.tenant_id where t.name = 'Contoso' limit 1`,
  );
  return one?.id ?? "";
}

const NOBODY: Targets = {
  keyId: "",
  keyName: "",
  oldKeyId: "",
  agentId: "",
  agentName: "",
  memberId: "",
  invitedId: "",
  removedId: "",
  sessionId: "",
  applicationId: "",
  applicationName: "",
};

for (const who of ["Admin", "Viewer", null] as const) {
  test(`every page that ${who ?? "nobody signed in"} opens has all headers and its own nonce, and violates no policy`, async ({
    page,
    db,
  }) => {
    const refused = await watchRefusals(page);
    if (who) await signIn(page, `Contoso ${who}`, "/agents");
    const nonces = new Set<string>();
    let documents = 0;
    const check = (response: Response) => {
      if (response.request().resourceType() !== "document" || !response.url().startsWith(setting("NEO_E2E_URL")))
        return;
      documents += 1;
      nonces.add(expectHeaders(response.headers(), response.url()));
    };
    page.on("response", check);
    await db.addKeys(TENANTS.contoso, 1);
    await db.query(
      `insert into applications (id, tenant_id, oid, client_id, name, role, bound_at, bound_by_id)
       select gen_random_uuid(), m.tenant_id, gen_random_uuid(), gen_random_uuid(), 'Of a page', 'Auditor', now(), m.id
       from members m where m.name = 'Contoso Admin'`,
    );
    const targets = {
      ...NOBODY,
      agentId: await oneOf("agents", db),
      keyId: await oneOf("api_keys", db),
      applicationId: await oneOf("applications", db),
    };
    for (const [name, path] of [...pagesOf(who, targets), ["no page", "/there-is-none"] as const]) {
      await page.goto(path);
      await settle(page);
      expect(await runs(page), `${name} runs its scripts`).toBe(true);
      // Browsers hide nonces from scripts, so the HTML is fetched again.
      const again = await page.request.get(page.url());
      const own = nonceOf(again.headers()["content-security-policy"], name);
      const html = await again.text();
      const scripts = html.match(/<script\b[^>]*>/g) ?? [];
      expect(scripts.length, name).toBeGreaterThan(0);
      for (const script of scripts) expect(script, name).toContain(`nonce="${own}"`);
      expect(html, `${name} has no inline style`).not.toMatch(/<[a-z][^>]* style="/);
      expect(html, `${name} has no inline handler`).not.toMatch(/<[a-z][^>]* on[a-z]+="/);
    }
    page.off("response", check);
    expect(refused).toEqual([]);
    expect(nonces.size, "each answer's nonce is its own").toBe(documents);
    await db.query("delete from applications where name = 'Of a page'");
  });
}

test("dialogs, the account panel and the command palette work under the policy", async ({ page }) => {
  const refused = await watchRefusals(page);
  await signIn(page, "Contoso Admin");
  await createAndClose(page, "Under the policy");
  await page.getByRole("button", { name: "Show exact times" }).click();
  await page.getByRole("button", { name: "Rotate Under the policy" }).click();
  await expect(page.getByRole("dialog")).toBeVisible();
  // The style that stops the page from scrolling behind a dialog is added by a script; it has the nonce.
  expect(await page.evaluate(() => getComputedStyle(document.body).overflowY)).toBe("hidden");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Account of Contoso Admin" }).click();
  await expect(page.getByRole("dialog", { name: "Account" })).toBeVisible();
  await page.keyboard.press("Escape");
  await page.keyboard.press("Control+k");
  await page.keyboard.type("policy");
  await expect(page.getByRole("option", { name: /^Under the policy/ })).toBeVisible();
  await page.keyboard.press("Escape");
  for (const path of ["/agents", "/quickstart", "/roles-access/members", "/roles-access/audit-log"]) {
    await page.goto(path);
    await settle(page);
    for (const button of await page.getByRole("main").getByRole("tab").all()) await button.click();
  }
  expect(refused).toEqual([]);
});

test("an injected script does not run", async ({ page }) => {
  const refused = await watchRefusals(page);
  await signIn(page, "Contoso Admin");
  expect(refused).toEqual([]);
  const source = "window.neoOwned = true";
  // In the HTML from the server, as the parser would find it.
  await page.route("**/quickstart", async (route) => {
    const response = await route.fetch();
    const html = (await response.text()).replace(
      "</body>",
      `<script>${source}</script><script nonce="AAAAAAAAAAAAAAAAAAAAAA==">${source}</script><img src="/none" onerror="${source}">` +
        `<script src="data:text/javascript,${encodeURIComponent(source)}"></script></body>`,
    );
    await route.fulfill({ response, body: html });
  });
  await page.goto("/quickstart");
  await settle(page);
  expect(await page.evaluate(() => "neoOwned" in window)).toBe(false);

  // Added by a script of the page that was tricked.
  await page.evaluate((code) => {
    const put = document.createElement("div");
    put.innerHTML = `<img src="/none" onerror="${code}"><a id="neo-link" href="javascript:${code}">x</a>`;
    document.body.append(put);
    document.getElementById("neo-link")?.click();
    const form = document.createElement("form");
    form.action = "https://evil.example/";
    document.body.append(form);
    form.submit();
  }, source);
  for (const directive of ["script-src-elem", "script-src-attr", "form-action"])
    await expect.poll(() => refused.some((one) => one.startsWith(`${directive} `)), directive).toBe(true);
  expect(await page.evaluate(() => "neoOwned" in window)).toBe(false);
  expect(page.url()).toContain("/quickstart");
});

test("responses with personal data or secrets are not cached", async ({ page }) => {
  await signIn(page, "Contoso Admin");
  const rsc = { rsc: "1", "next-url": KEYS_PATH };
  for (const [path, headers] of [
    [KEYS_PATH, {}],
    [`${KEYS_PATH}?_rsc=1`, rsc],
    [`${KEYS_PATH}?_rsc=1`, { ...rsc, "next-router-prefetch": "1" }],
    ["/api/auth/session", {}],
    ["/api/auth/csrf", {}],
    ["/roles-access/audit-log/export?format=json", {}],
    ["/roles-access/members/people?q=con", {}],
  ] as const) {
    const response = await page.request.get(path, { headers, maxRedirects: 0 });
    expect(response.headers()["cache-control"], path).toContain("no-store");
    expect(response.headers()["x-content-type-options"], path).toBe("nosniff");
    nonceOf(response.headers()["content-security-policy"], path);
  }
  for (const path of ["/public-api/me", "/public-api/health", "/public-api/none"]) {
    const { headers } = await fetch(new URL(path, setting("NEO_E2E_URL")));
    expect(headers.get("cache-control"), path).toContain("no-store");
    // These don't pass through proxy.ts.
    expect(headers.get("content-security-policy") ?? "", path).not.toContain("nonce");
  }
});

test("static files have a policy under which nothing runs", async ({ page }) => {
  const scripts: string[] = [];
  page.on("response", (response) => {
    if (response.request().resourceType() === "script") scripts.push(response.url());
  });
  await page.goto("/sign-in");
  await settle(page);
  for (const path of ["/icon.svg", ...scripts.slice(0, 1)]) {
    const { headers, status } = await page.request
      .get(path)
      .then((one) => ({ headers: one.headers(), status: one.status() }));
    expect(status, path).toBe(200);
    expect(headers["content-security-policy"], path).toContain("default-src 'none'");
    expect(headers["x-content-type-options"], path).toBe("nosniff");
  }
});

test("x-middleware-subrequest and a client's own policy have no effect", async ({ context, page, browser }) => {
  await signIn(page, "Contoso Admin");
  await createAndClose(page, "Guarded by the page");
  const nobody = await browser.newContext({ baseURL: setting("NEO_E2E_URL") });
  const viewer = await anotherPerson(context, "Contoso Viewer", "/agents");
  const names = ["proxy", "src/proxy", "middleware", "pages/_middleware"];
  for (const name of names) {
    const subrequest = Array(6).fill(name).join(":");
    for (const [who, path, leads] of [
      [nobody, KEYS_PATH, "/sign-in"],
      [viewer, KEYS_PATH, "/access-denied"],
    ] as const) {
      const response = await who.request.get(path, {
        headers: { "x-middleware-subrequest": subrequest, "x-middleware-next": "1" },
        maxRedirects: 0,
      });
      const text = await response.text();
      expect([response.status(), response.headers().location], name).toEqual([
        307,
        expect.stringMatching(new RegExp(`${leads}\\?`)),
      ]);
      expect(text, name).not.toContain("Guarded by the page");
      nonceOf(response.headers()["content-security-policy"], name);
    }
  }
  const response = await nobody.request.get("/sign-in", {
    headers: { "content-security-policy": "script-src 'nonce-ZXZpbGV2aWxldmlsZXZpbA=='", "x-nonce": "evil" },
  });
  expect(await response.text()).not.toContain("ZXZpbGV2aWxldmlsZXZpbA");
  nonceOf(response.headers()["content-security-policy"], "the answer to a client with a policy");
  await nobody.close();
});

test("HSTS is sent where the public address is https", async () => {
  const app = await startSecondApp({ settings: { NEXTAUTH_URL: "https://neo.example" } });
  try {
    for (const path of ["/sign-in", "/api/auth/csrf", KEYS_PATH]) {
      const { headers } = await fetch(new URL(path, app.url), { redirect: "manual" });
      expect(headers.get("strict-transport-security"), path).toBe("max-age=63072000");
      expect(headers.get("content-security-policy"), path).toContain("upgrade-insecure-requests");
    }
    expect((await fetch(new URL("/icon.svg", app.url))).headers.get("x-content-type-options")).toBe("nosniff");
  } finally {
    await app.stop();
  }
});

test("the development server works under its policy, which allows eval but nothing inline", async ({ browser }) => {
  test.setTimeout(180_000);
  const app = await startSecondApp({ dev: true, signIn: true });
  const context = await browser.newContext({ baseURL: app.url });
  try {
    const page = await context.newPage();
    const refused = await watchRefusals(page);
    await page.goto(KEYS_PATH);
    await page.getByRole("button", { name: "Sign in with Microsoft" }).click({ timeout: 60_000 });
    await page.getByRole("button", { name: /^Contoso Admin/ }).click({ timeout: 60_000 });
    const create = page.getByRole("button", { name: "Create API key" });
    // The scripts are compiled first; a click before they start does nothing.
    await expect(async () => {
      await create.click();
      await expect(page.getByRole("dialog", { name: "Create API key" })).toBeVisible();
    }).toPass({ timeout: 90_000 });
    const policy = (await page.request.get("/sign-in")).headers()["content-security-policy"];
    expect(policy).toMatch(/script-src 'self' 'nonce-[^']+' 'strict-dynamic' 'unsafe-eval';/);
    expect(refused).toEqual([]);
  } finally {
    await context.close();
    await app.stop();
  }
});
