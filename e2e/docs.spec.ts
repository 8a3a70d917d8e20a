import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";

import AxeBuilder from "@axe-core/playwright";
import { type Page } from "playwright/test";

import { LANGUAGE_LABELS, LANGUAGES, type Language } from "../lib/docs/languages";
import { type SnippetName } from "../lib/docs/snippets";
import { ROOT } from "../dev/root";
import { callApi, createKey, type Database, expect, setting, signIn, TENANTS, test } from "./fixtures";

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

test("the language is in the URL, is everywhere the same, and a reload keeps it", async ({ page, context }) => {
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

  // Every link within the page leads somewhere.
  const broken = await reader
    .locator('a[href^="#"]')
    .evaluateAll((links) =>
      links
        .map((link) => (link as HTMLAnchorElement).hash.slice(1))
        .filter((id) => window.document.getElementById(id) === null),
    );
  expect(broken).toEqual([]);
  await reader.getByRole("link", { name: "/public-api/openapi.json" }).click();
  await expect(reader).toHaveURL(/openapi\.json$/);
  await plain.close();
});

test("both pages are for members only", async ({ page }) => {
  for (const path of ["/quickstart", "/api-reference"]) {
    await page.goto(path);
    await expect(page).toHaveURL(new RegExp(`/sign-in\\?callbackUrl=${encodeURIComponent(path)}`));
  }
});

test("both pages, and the page that takes a device's code, are accessible in both themes and at 360 px", async ({
  page,
}) => {
  // The unfolded reference is long: axe-core reads all of it, twice.
  test.setTimeout(240_000);
  await signIn(page, "Contoso Admin", "/agents");
  const pages: [string, () => Promise<unknown>][] = [
    ["quickstart", () => page.goto("/quickstart?lang=typescript")],
    ["reference", () => page.goto("/api-reference")],
    [
      "reference, unfolded",
      () => page.locator("details").evaluateAll((all) => all.forEach((one) => one.setAttribute("open", ""))),
    ],
    ["device code", () => page.goto(`${setting("NEO_E2E_STAND_IN_URL")}/devicelogin`)],
    [
      "device code, refused",
      async () => {
        await page.getByRole("textbox", { name: "Code" }).fill("WRONGCODE");
        await page.getByRole("button", { name: "Next" }).click();
        await expect(page.getByRole("alert")).toBeVisible();
      },
    ],
  ];
  for (const [what, open] of pages) {
    await open();
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
      const { violations } = await new AxeBuilder({ page })
        .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"])
        .analyze();
      const found = violations.map((one) => [one.id, one.nodes.map((node) => node.html.slice(0, 200))]);
      expect(found, `${what}, ${colorScheme}`).toEqual([]);
    }
    for (const width of [360, 768, 1024]) {
      await page.setViewportSize({ width, height: 740 });
      const needed = await page.evaluate(() => document.documentElement.scrollWidth);
      expect(needed, `${what} at ${String(width)} px`).toBeLessThanOrEqual(width);
    }
    await page.setViewportSize({ width: 1280, height: 720 });
  }
});
