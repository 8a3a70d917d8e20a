import { gzipSync } from "node:zlib";

import { createAndClose, expect, KEYS_PATH, signIn, TENANTS, test } from "./fixtures";

/** The bar of the keys page: kilobytes (of 1000) of compressed JavaScript. */
const BAR_KB = 165;

interface Script {
  readonly name: string;
  readonly raw: number;
  readonly gzip: number;
  /** The document itself asks for it; the rest was fetched ahead for pages that it links to. */
  readonly own: boolean;
}

const kb = (bytes: number) => (bytes / 1000).toFixed(1).padStart(6);

test(`the keys page sends no more than ${String(BAR_KB)} kB of compressed JavaScript, what it fetches ahead included`, async ({
  page,
  browser,
}) => {
  await signIn(page, "Contoso Admin");
  await createAndClose(page, "Listed");
  // A browser that has never been here, with the same session.
  const fresh = await browser.newContext({ storageState: await page.context().storageState() });
  const visit = await fresh.newPage();
  const pending: Promise<{ url: string; body: Buffer }>[] = [];
  visit.on("response", (response) => {
    if (response.request().resourceType() === "script" || /\.js(\?|$)/.test(response.url()))
      pending.push(response.body().then((body) => ({ url: response.url(), body })));
  });
  const html = (await (await visit.goto(new URL(KEYS_PATH, page.url()).href))?.text()) ?? "";
  await expect(visit.getByRole("button", { name: "Rotate Listed" })).toBeVisible();
  await visit.waitForLoadState("networkidle");

  const scripts: Script[] = (await Promise.all(pending)).map(({ url, body }) => {
    const name = new URL(url).pathname.split("/").at(-1) ?? "";
    return { name, raw: body.length, gzip: gzipSync(body).length, own: html.includes(name) };
  });
  expect(scripts.length).toBeGreaterThan(3);
  const inline = gzipSync((html.match(/<script\b[^>]*>[^<]*<\/script>/g) ?? []).join("\n")).length;
  const sum = (list: readonly Script[]) => list.reduce((total, { gzip }) => total + gzip, 0);
  const own = scripts.filter((script) => script.own);
  console.log(
    [
      "",
      "   raw   gzip  (kB)",
      ...scripts
        .toSorted((a, b) => b.gzip - a.gzip)
        .map(({ name, raw, gzip, own: isOwn }) => `${kb(raw)} ${kb(gzip)}  ${name}${isOwn ? "" : "  (fetched ahead)"}`),
      `${kb(sum(own))} kB the page itself, ${kb(sum(scripts) - sum(own))} kB fetched ahead, ${kb(sum(scripts))} kB together`,
      `${kb(inline)} kB more are the page's data, in the HTML`,
    ].join("\n"),
  );
  expect(sum(scripts)).toBeLessThanOrEqual(BAR_KB * 1000);

  // What was left out comes when it is needed.
  await visit.getByRole("button", { name: "Rotate Listed" }).click();
  await expect(visit.getByRole("dialog", { name: "Rotate API key" })).toBeVisible();
  await fresh.close();
});

test("what cannot be fetched when it is needed says so, and the next try works", async ({ page, db }) => {
  await db.addKeys(TENANTS.contoso, 1);
  await signIn(page, "Contoso Admin");
  await expect(page.getByRole("button", { name: "Create API key" })).toBeVisible();
  await page.waitForLoadState("networkidle");
  await page.route("**/_next/static/**", (route) => route.abort());
  await page.getByRole("button", { name: "Create API key" }).click();
  await expect(page.getByRole("status").filter({ hasText: "couldn’t be loaded" })).toBeVisible();
  const selection = page.getByRole("group", { name: "Selection" });
  await page.getByRole("checkbox", { name: "Select all keys on this page" }).check();
  await expect(selection.getByRole("alert")).toContainText("couldn’t be loaded");
  await page.unroute("**/_next/static/**");
  await page.reload();
  await page.getByRole("checkbox", { name: "Select all keys on this page" }).check();
  await expect(selection.getByRole("status")).toHaveText("1 selected");
  await page.getByRole("button", { name: "Create API key" }).click();
  await expect(page.getByRole("dialog", { name: "Create API key" })).toBeVisible();
});
