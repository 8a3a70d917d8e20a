import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

import { callApi, copyAndClose, createAndClose, createKey, expect, KEYS_PATH, setting, signIn, test } from "./fixtures";

/** The files below a folder that contain a text, and how many were read. */
function filesWith(folder: string, text: string): { found: string[]; read: number } {
  const found: string[] = [];
  let read = 0;
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = path.join(entry.parentPath, entry.name);
    read++;
    if (readFileSync(file).includes(text)) found.push(file);
  }
  return { found, read };
}

test("the plaintext of a key is in one response and nowhere else", async ({ page, context, db }) => {
  const responses: { url: string; kind: string; body: string }[] = [];
  // Every response passes through here, headers and body.
  await context.route("**/*", async (route) => {
    const response = await route.fetch({ maxRedirects: 0 });
    const kind = route.request().headers()["next-action"] ? "action" : "page";
    responses.push({ url: response.url(), kind, body: JSON.stringify(response.headers()) + (await response.text()) });
    await route.fulfill({ response });
  });

  await signIn(page, "Contoso Admin");
  const created = await createKey(page, "Canary");
  await copyAndClose(page);
  await createAndClose(page, "Beside it");
  await page.getByRole("button", { name: "Rotate Canary" }).click();
  await page.getByRole("button", { name: "Rotate", exact: true }).click();
  const rotated = await page.getByRole("textbox", { name: "API key" }).inputValue();
  await copyAndClose(page);

  // Use them validly and invalidly, so that every path that could log one has run.
  for (const key of [created, rotated]) {
    expect((await callApi("/public-api/me", key)).status).toBe(200);
    await callApi("/public-api/agents?page_size=nope", key);
    await callApi(`/public-api/agents/${key}`, key);
    await callApi(`/public-api/nope`, key, { method: "POST", body: key });
    await callApi("/public-api/me", `${key}x`);
    await callApi("/public-api/me", key.replace("prod", "other"));
  }
  await page.goto(KEYS_PATH);
  await page.goto(`${KEYS_PATH}?sort=name`);
  await page.request.get(KEYS_PATH, { headers: { rsc: "1" } });
  await page.goto("/agents");
  // Cookies, localStorage, IndexedDB and session storage.
  const kept =
    JSON.stringify(await context.storageState({ indexedDB: true })) +
    (await page.evaluate(() => JSON.stringify(Object.entries(sessionStorage)) + JSON.stringify(history.state)));
  await db.query("checkpoint");
  await context.unrouteAll({ behavior: "wait" });

  for (const key of [created, rotated]) {
    const secret = key.slice(-24);
    const carriers = responses.filter((response) => response.body.includes(secret));
    expect(carriers.map((carrier) => carrier.kind)).toEqual(["action"]);
    expect(kept).not.toContain(secret);

    const data = filesWith(setting("NEO_E2E_DATABASE_DIR"), secret);
    expect(data.read).toBeGreaterThan(100);
    expect(data.found).toEqual([]);
    const logs = filesWith(setting("NEO_E2E_LOG_DIR"), secret);
    expect(logs.read).toBeGreaterThan(0);
    expect(logs.found).toEqual([]);
  }
  // The search works: text stored in the clear is found in the same files.
  expect(filesWith(setting("NEO_E2E_DATABASE_DIR"), "Canary").found.length).toBeGreaterThan(0);
  expect(kept).toContain("next-auth.session-token");
  expect(responses.some((response) => response.body.includes("Canary"))).toBe(true);
});
