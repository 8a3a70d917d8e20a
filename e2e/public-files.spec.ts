import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

import { expect, test } from "./fixtures";

const PUBLIC = path.join(import.meta.dirname, "..", "public");
const TYPES: Readonly<Record<string, string>> = {
  ".well-known/security.txt": "text/plain",
  "apple-touch-icon.png": "image/png",
  "favicon.ico": "image/x-icon",
  "manifest.webmanifest": "application/manifest+json",
  "robots.txt": "text/plain",
};

test("each file of public/ is served without sign-in, with its type and the policy of files", async ({
  playwright,
  baseURL,
}) => {
  const files = readdirSync(PUBLIC, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(PUBLIC, path.join(entry.parentPath, entry.name)));
  expect(files.sort()).toEqual(Object.keys(TYPES).sort());
  const visitor = await playwright.request.newContext({ ...(baseURL ? { baseURL } : {}) });
  for (const [file, type] of Object.entries(TYPES)) {
    const response = await visitor.get(`/${file}`, { maxRedirects: 0 });
    expect(response.status(), file).toBe(200);
    const headers = response.headers();
    expect(headers["content-type"]?.split(";")[0], file).toBe(type);
    expect(headers["content-security-policy"], file).toMatch(/^default-src 'none'; frame-ancestors 'none'/);
    expect(headers["x-content-type-options"], file).toBe("nosniff");
    expect(headers["set-cookie"], file).toBeUndefined();
    expect(await response.body(), file).toEqual(readFileSync(path.join(PUBLIC, file)));
  }
  await visitor.dispose();
});

test("pages link the icons and the manifest, and no robot may index anything", async ({ page }) => {
  await page.goto("/sign-in");
  const href = (rel: string) => page.locator(`link[rel="${rel}"]`).first().getAttribute("href");
  expect(await href("manifest")).toBe("/manifest.webmanifest");
  expect(await href("apple-touch-icon")).toBe("/apple-touch-icon.png");
  expect(
    await page.locator('link[rel="icon"]').evaluateAll((links) => links.map((link) => link.getAttribute("href"))),
  ).toEqual(["/favicon.ico", "/icon.svg"]);
  expect(readFileSync(path.join(PUBLIC, "robots.txt"), "utf8")).toBe("User-agent: *\nDisallow: /\n");
});
