import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";

import { type Page } from "playwright/test";

import { LANGUAGE_LABELS, LANGUAGES, type Language } from "../lib/docs/languages";
import { type SnippetName } from "../lib/docs/snippets";
import { STATUS } from "../lib/errors/codes";
import { REASONS } from "../lib/errors/reasons";
import { ROOT } from "../dev/root";
import { expectAccessible } from "./expect-accessible";
import {
  callApi,
  createAndClose,
  createKey,
  type Database,
  expect,
  KEYS_PATH,
  setting,
  signIn,
  TENANTS,
  test,
} from "./fixtures";

const UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}";

/** How each language's programs are run here. */
const RUNNERS: Readonly<Record<Language, { needs: string[]; file: string; command: string[] }>> = {
  curl: { needs: ["bash", "curl", "jq", "openssl"], file: "neo.sh", command: ["bash"] },
  powershell: { needs: ["pwsh"], file: "neo.ps1", command: ["pwsh", "-NoProfile", "-File"] },
  python: { needs: ["python3"], file: "neo.py", command: ["python3"] },
  typescript: {
    needs: [],
    file: "neo.mts",
    command: [process.execPath, path.join(ROOT, "node_modules", "tsx", "dist", "cli.mjs")],
  },
};

const has = (program: string) => spawnSync(program, ["--version"]).error === undefined;

/** What the tab of a section shows: exactly what a reader would copy. */
async function shown(page: Page, section: string, language: Language): Promise<string> {
  const region = page.getByRole("region", { name: section });
  await region.getByRole("tab", { name: LANGUAGE_LABELS[language] }).click();
  return (await region.getByRole("tabpanel").locator("pre").textContent()) ?? "";
}

const SECTIONS: Readonly<Record<SnippetName, string>> = {
  "first-request": "Make the first request",
  paging: "Pagination",
  "rate-limit": "Rate limits",
  idempotency: "Retry a POST safely",
};

function run(program: string, language: Language, key: string): { stdout: string; seconds: number } {
  const { file, command } = RUNNERS[language];
  const folder = mkdtempSync(path.join(os.tmpdir(), "neo-snippet-"));
  try {
    writeFileSync(path.join(folder, file), program);
    const [first = "", ...rest] = command;
    const started = Date.now();
    const { status, stdout, stderr } = spawnSync(first, [...rest, path.join(folder, file)], {
      encoding: "utf8",
      timeout: 60_000,
      env: { ...process.env, NEO_API_KEY: key },
    });
    expect(status, `${language}: ${stderr}${stdout}`).toBe(0);
    return { stdout, seconds: (Date.now() - started) / 1000 };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const AGENTS = 130;

/** More agents than a page of the programs holds, in an organisation whose list no other spec counts. */
async function addAgents(db: Database): Promise<void> {
  await db.query(
    `insert into agents (id, tenant_id, name, autonomy_type, trigger_type, enabled, created_at, updated_at)
     select gen_random_uuid(), t.id, 'Snippet agent ' || n, 'AGENTIC', 'NONE', true, now() - n * interval '1 second', now()
     from tenants t cross join generate_series(1, $2::int) n where t.entra_tenant_id = $1::uuid`,
    [TENANTS.fabrikam, AGENTS],
  );
}

const removeAgents = (db: Database) =>
  db.query("delete from agents where name like 'Snippet agent %' or name = 'My first agent'");

/** Uses up the organisation's limit, as of now or, with `seconds`, so that it is whole again that much later. */
async function useUp(db: Database, seconds: number): Promise<void> {
  await db.query(
    `update rate_limits set ring = '{}', used = 1000000,
       head = floor((extract(epoch from clock_timestamp()) - 60 + $2) * 4),
       oldest = floor((extract(epoch from clock_timestamp()) - 60 + $2) * 4)
     where tenant_id = (select id from tenants where entra_tenant_id = $1::uuid)`,
    [TENANTS.fabrikam, seconds],
  );
}

for (const language of LANGUAGES) {
  test(`every program of the Quickstart runs: ${LANGUAGE_LABELS[language]}`, async ({ page, db }) => {
    const missing = RUNNERS[language].needs.filter((program) => !has(program));
    if (missing.length > 0) console.log(`${LANGUAGE_LABELS[language]} is skipped: no ${missing.join(", ")} here`);
    test.skip(missing.length > 0, `no ${missing.join(", ")} on this machine`);

    await signIn(page, "Fabrikam Admin");
    const key = await createKey(page, `Snippets ${language}`);
    await removeAgents(db);
    await addAgents(db);
    try {
      const { data: all } = (await (await callApi("/public-api/agents?page_size=200", key)).json()) as {
        data: { id: string; name: string }[];
      };
      expect(all.length).toBeGreaterThan(100);
      await page.goto("/quickstart");

      const first = run(await shown(page, SECTIONS["first-request"], language), language, key).stdout;
      for (const agent of all.slice(0, 5)) {
        expect(first).toContain(agent.id);
        expect(first).toContain(agent.name);
      }
      expect(first).not.toContain(all[5]?.id);
      expect(first).toMatch(new RegExp(`request(_id":"|[ ])${UUID}`));

      const paged = run(await shown(page, SECTIONS.paging, language), language, key).stdout;
      expect(paged.trim().split(/\r?\n/)).toEqual(all.map(({ id, name }) => `${id} ${name}`));

      await useUp(db, 3);
      const limited = await callApi("/public-api/me", key);
      expect(limited.status).toBe(429);
      const wait = Number(limited.headers.get("retry-after"));
      expect(wait).toBeGreaterThanOrEqual(1);
      expect(wait).toBeLessThanOrEqual(4);
      const waited = run(await shown(page, SECTIONS["rate-limit"], language), language, key);
      expect(waited.stdout).toContain(`Snippets ${language}`);
      expect(waited.seconds).toBeGreaterThanOrEqual(wait - 2);

      const ids = run(await shown(page, SECTIONS.idempotency, language), language, key)
        .stdout.trim()
        .split(/\r?\n/);
      expect(ids).toHaveLength(2);
      expect(ids[0]).toMatch(new RegExp(`^${UUID}$`));
      expect(ids[1]).toBe(ids[0]);
      expect(await db.query("select id from agents where name = 'My first agent'")).toEqual([{ id: ids[0] }]);
    } finally {
      await removeAgents(db);
    }
  });
}

test("the envelope of the Quickstart is the one that the server sends", async ({ page }) => {
  await signIn(page, "Contoso Admin");
  const key = await createKey(page, "Envelope");
  await page.goto("/quickstart");
  const samples = await page.getByRole("region", { name: "Read the envelope" }).locator("pre").allTextContents();
  const [success, failure] = samples.map(
    (sample) => JSON.parse(sample.replace(", …", "")) as Record<string, Record<string, unknown>>,
  );
  const sent = async (name: string | undefined) =>
    (await (await callApi("/public-api/agents?page_size=1", name)).json()) as typeof success;
  const keysOf = (value: Record<string, unknown> | undefined) => Object.keys(value ?? {}).sort();
  const [good, bad] = [await sent(key), await sent(`${key.slice(0, -24)}${"A".repeat(24)}`)];
  expect(keysOf(success)).toEqual(keysOf(good));
  expect(keysOf(success?.meta)).toEqual(keysOf(good?.meta));
  expect(keysOf(success?.meta?.pagination as Record<string, unknown>)).toEqual(["has_more", "next_cursor"]);
  expect(keysOf(failure)).toEqual(keysOf(bad));
  expect(keysOf(bad?.error)).toEqual(expect.arrayContaining(keysOf(failure?.error)));
});

test("the language is in the URL, is everywhere the same, and is remembered", async ({ page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await signIn(page, "Contoso Viewer", "/agents");
  await page.getByRole("link", { name: "Quickstart" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Quickstart" })).toBeVisible();
  await expect(page.getByText("Ask an admin of your organisation")).toBeVisible();
  await page.getByRole("region", { name: "Pagination" }).getByRole("tab", { name: "Python" }).click();
  await expect(page).toHaveURL(/[?&]lang=python/);
  await expect(page.getByRole("tab", { name: "Python", selected: true })).toHaveCount(4);
  await page.reload();
  await expect(page.getByRole("tab", { name: "Python", selected: true })).toHaveCount(4);
  await page.getByRole("tab", { name: "Python" }).first().focus();
  await page.keyboard.press("ArrowRight");
  await expect(page).toHaveURL(/[?&]lang=typescript/);

  const copy = page.getByRole("button", { name: "Copy first request in TypeScript" });
  await copy.click();
  await expect(page.getByRole("button", { name: "Copied first request in TypeScript" })).toBeVisible();
  const code = await page.getByRole("region", { name: "Make the first request" }).locator("pre").textContent();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(code);
  expect(code).toContain(new URL(setting("NEO_E2E_URL")).origin);

  await page.getByRole("link", { name: "API reference", exact: true }).click();
  const deletion = page.getByRole("article", { name: "Delete an agent" });
  await expect(deletion.getByRole("tabpanel")).toContainText('method: "DELETE"');
  await deletion.getByRole("tab", { name: "PowerShell" }).click();
  await page.goBack();
  await expect(page.getByRole("tab", { name: "PowerShell", selected: true })).toHaveCount(4);
  await page.goto("/api-reference");
  await expect(deletion.getByRole("tabpanel")).toContainText('Method = "DELETE"');
});

test("the API reference has every operation of the OpenAPI document, and works without JavaScript", async ({
  page,
  context,
}) => {
  const document = (await (await callApi("/public-api/openapi.json")).json()) as {
    paths: Record<string, Record<string, { summary: string }>>;
  };
  const operations = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item)
      .filter(([method]) => ["get", "post", "put", "patch", "delete"].includes(method))
      .map(([method, { summary }]) => ({ path, method: method.toUpperCase(), summary })),
  );
  expect(operations.length).toBeGreaterThanOrEqual(14);

  await signIn(page, "Contoso Viewer", "/agents");
  const plain = await context.browser()?.newContext({
    baseURL: setting("NEO_E2E_URL"),
    javaScriptEnabled: false,
    storageState: await context.storageState(),
  });
  if (!plain) throw new Error("this context has no browser");
  const reader = await plain.newPage();
  await reader.goto("/api-reference");
  await expect(reader.getByRole("article")).toHaveCount(operations.length);
  for (const { path, method, summary } of operations) {
    const article = reader.getByRole("article", { name: summary, exact: true });
    await expect(article).toContainText(path);
    await expect(article).toContainText(method);
    await expect(article).toContainText(/Who may call: .+/);
  }
  const make = reader.getByRole("article", { name: "Create an agent" });
  await expect(make).toContainText("CONVERSATIONAL");
  await expect(make).toContainText(/Who may call: .*User/);
  await expect(reader.getByRole("row", { name: /^429/ })).toContainText("RATE_LIMITED");

  // Every error has its row, and every link within the page leads somewhere.
  for (const name of [...Object.keys(STATUS), ...Object.keys(REASONS)])
    await expect(reader.locator(`#error-${name}`), name).toContainText(name);
  const broken = await reader
    .locator('a[href^="#"]')
    .evaluateAll((links) =>
      links
        .map((link) => (link as HTMLAnchorElement).hash.slice(1))
        .filter((id) => window.document.getElementById(id) === null),
    );
  expect(broken).toEqual([]);
  await reader.getByRole("link", { name: "Python", exact: true }).click();
  await expect(make.getByRole("tabpanel")).toContainText("urllib.request");
  await reader.getByRole("link", { name: "/public-api/postman.json" }).click();
  await expect(reader).toHaveURL(/postman\.json$/);
  await reader.goBack();
  await reader.getByRole("link", { name: "/public-api/openapi.json" }).click();
  await expect(reader).toHaveURL(/openapi\.json$/);
  await plain.close();
});

test("the API reference explains an error, finds an endpoint, and sends a request with a key that it keeps nowhere", async ({
  page,
}) => {
  // Signed out, somebody follows an error's link.
  const { error } = (await (await callApi("/public-api/me")).json()) as { error: { doc_url: string } };
  await signIn(page, "Contoso Admin", error.doc_url);
  await expect(page).toHaveURL(error.doc_url);
  await expect(page.getByRole("row", { name: /^missing/ })).toBeInViewport();
  const nav = page.getByRole("navigation", { name: "On this page" });
  await expect(nav.getByRole("link", { name: "Errors", exact: true })).toHaveAttribute("aria-current", "location");

  await page.goto(KEYS_PATH);
  const key = await createAndClose(page, "Tried in the reference");
  await page.getByRole("link", { name: "API reference", exact: true }).click();
  await nav.getByRole("searchbox", { name: "Search this page" }).fill("get /public-api/agents list");
  await expect(nav.getByRole("link")).toHaveText(["Agents", "List agents"]);
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/#listagents$/);
  await expect(nav.getByRole("link", { name: "List agents" })).toHaveAttribute("aria-current", "location");

  const withKey: { url: string; method: string; cookie: string | undefined }[] = [];
  page.on("request", (request) => {
    void request.allHeaders().then((headers) => {
      if (!JSON.stringify([request.url(), request.postData(), headers]).includes(key)) return;
      withKey.push({ url: request.url(), method: request.method(), cookie: headers.cookie });
    });
  });
  const list = page.getByRole("article", { name: "List agents" });
  await list.getByRole("button", { name: "Try it" }).click();
  await list.getByRole("textbox", { name: "API key" }).fill(key);
  await list.getByRole("button", { name: "Send request" }).click();
  await expect(list.getByText(/^200 OK in \d+ ms$/)).toBeVisible();
  await expect(list.getByRole("definition").first()).toHaveText(new RegExp(`^${UUID}$`));
  await expect(list.getByRole("button", { name: "Copy Response to List agents" })).toBeVisible();
  const url = new URL("/public-api/agents", setting("NEO_E2E_URL")).href;
  await expect.poll(() => withKey).toEqual([{ url, method: "GET", cookie: undefined }]);

  // The key is there for the next operation. One that changes something asks first.
  const remove = page.getByRole("article", { name: "Delete an agent" });
  await remove.getByRole("button", { name: "Try it" }).click();
  await remove.getByRole("textbox", { name: "agent_id" }).fill("00000000-0000-4000-8000-000000000000");
  await remove.getByRole("button", { name: "Send request" }).click();
  await expect(remove.getByRole("group", { name: "Confirm" })).toBeFocused();
  await remove.getByRole("button", { name: "Cancel" }).click();
  await expect(remove.getByRole("button", { name: "Send request" })).toBeFocused();
  expect(withKey).toHaveLength(1);
  await page.keyboard.press("Enter");
  await remove.getByRole("button", { name: "Send DELETE request" }).click();
  await expect(remove.getByText(/^404 Not Found in/)).toBeVisible();
  await remove.getByRole("link", { name: "What this error means" }).click();
  await expect(page).toHaveURL(/#error-not_found$/);

  const kept = await page.evaluate(() =>
    JSON.stringify([localStorage, sessionStorage, document.cookie, location.href, history.state]),
  );
  expect(kept).not.toContain(key);
  expect(await page.context().storageState().then(JSON.stringify)).not.toContain(key);
  await page.getByRole("link", { name: "Quickstart", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Quickstart" })).toBeVisible();
  await page.goBack();
  await list.getByRole("button", { name: "Try it" }).click();
  await expect(list.getByRole("textbox", { name: "API key" })).toHaveValue("");
  await list.getByRole("button", { name: "Send request" }).click();
  await expect(list.getByRole("alert")).toHaveText("Paste it without spaces.");
});

test("the Quickstart is accessible in both themes and at every width", async ({ page }) => {
  await signIn(page, "Contoso Admin", "/quickstart?lang=typescript");
  await expectAccessible(page, "quickstart");
});

test("the API reference is accessible in both themes and at every width, tried and unfolded", async ({ page }) => {
  // It is long: axe-core reads all of it, twice.
  test.setTimeout(360_000);
  await signIn(page, "Contoso Admin", "/api-reference");
  const update = page.getByRole("article", { name: "Update an agent" });
  await update.getByRole("button", { name: "Try it" }).click();
  await update.getByRole("button", { name: "Send request" }).click();
  await expect(update.getByRole("alert")).toHaveCount(2);
  await page.locator("details").evaluateAll((all) => all.forEach((one) => one.setAttribute("open", "")));
  await expectAccessible(page, "reference, trying and unfolded");
});

test("the page that takes a device's code is accessible in both themes and at every width", async ({ page }) => {
  await page.goto(`${setting("NEO_E2E_STAND_IN_URL")}/devicelogin`);
  await expectAccessible(page, "device code");
  await page.getByRole("textbox", { name: "Code" }).fill("WRONGCODE");
  await page.getByRole("button", { name: "Next" }).click();
  await expect(page.getByRole("alert")).toBeVisible();
  await expectAccessible(page, "device code, refused");
});
