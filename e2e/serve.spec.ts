// Instances that serve one of the two entrances (SERVE), on the database of an instance that serves both.
import { readFileSync } from "node:fs";
import path from "node:path";

import { ROOT } from "../dev/root";
import { DIST_DIR } from "../scripts/build";
import { accessTokenByDeviceCode } from "../tests/support/sign-in";

import { callApi, createKey, expect, KEYS_PATH, signIn, test } from "./fixtures";
import { filesLoadedBy } from "./loaded-files";
import { startSecondApp } from "./second-app";

const AGENT = JSON.stringify({ name: "Of one entrance", trigger_type: "NONE", autonomy_type: "AGENTIC" });

test("an instance with the API only serves it, and loads neither Next nor React", async ({ page }) => {
  await signIn(page, "Contoso Admin");
  const key = await createKey(page, "API only");
  const files = await filesLoadedBy(
    { signIn: true, settings: { SERVE: "api", METRICS_TOKEN: "m".repeat(32) } },
    async ({ url, standInUrl = "" }) => {
      const ask = (path: string, init: RequestInit = {}) => callApi(url + path, key, init);
      expect((await ask("/public-api/me")).status).toBe(200);
      const headers = { "Content-Type": "application/json" };
      expect((await ask("/public-api/agents", { method: "POST", body: AGENT, headers })).status).toBe(201);
      const admin = await accessTokenByDeviceCode(standInUrl, "Contoso Admin");
      expect((await callApi(`${url}/public-api/api-keys`, admin)).status).toBe(200);
      for (const path of ["/api/health", "/api/ready"]) {
        const answer = await fetch(url + path);
        expect([answer.status, ((await answer.json()) as { status: string }).status]).toEqual([200, "ok"]);
        expect(answer.headers.get("x-request-id")).toBeTruthy();
        expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
      }
      const metrics = await fetch(`${url}/api/metrics`, { headers: { Authorization: `Bearer ${"m".repeat(32)}` } });
      expect(await metrics.text()).toMatch(/^neo_verifications_total\{outcome="valid"\} [1-9]/m);
      for (const path of ["/", "/agents", "/sign-in", "/api/auth/session", "/_next/static/x.js"]) {
        const answer = await fetch(url + path);
        const { error } = (await answer.json()) as { error: { code: string; message: string; doc_url: string } };
        expect([answer.status, error.code], path).toEqual([404, "NOT_FOUND"]);
        expect(error.doc_url).toMatch(/^http.*\/api-reference#error-unknown_path$/);
        expect(error.message).toContain("SERVE=api");
      }
    },
  );
  expect(files.filter((file) => /node_modules\/(?:next|react|react-dom|next-auth)\//.test(file))).toEqual([]);
});

test("an instance with the dashboard only serves it, and its keys work on the others", async ({ browser }) => {
  const app = await startSecondApp({ signIn: true, settings: { SERVE: "dashboard" } });
  const context = await browser.newContext({ baseURL: app.url });
  try {
    const page = await context.newPage();
    await page.goto(KEYS_PATH);
    await page.getByRole("button", { name: "Sign in with Microsoft" }).click();
    await page.getByRole("button", { name: /^Contoso Admin/ }).click();
    await page.waitForURL(app.url + KEYS_PATH);
    const key = await createKey(page, "Made where no API is");
    expect((await callApi("/public-api/me", key)).status).toBe(200);
    const refused = await fetch(`${app.url}/public-api/me`, { headers: { Authorization: `Bearer ${key}` } });
    expect(refused.status).toBe(404);
    expect(await refused.text()).toContain("SERVE=dashboard");
    // Next knows the API's routes by an address of its own.
    const build = readFileSync(path.join(ROOT, DIST_DIR, "BUILD_ID"), "utf8");
    expect((await fetch(`${app.url}/_next/data/${build}/public-api/health.json`)).status).toBe(404);
    expect((await fetch(`${app.url}/api/ready`)).status).toBe(200);
  } finally {
    await context.close();
    await app.stop();
  }
});
