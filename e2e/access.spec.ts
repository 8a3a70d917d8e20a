import { type Page } from "playwright/test";

import { RENDERED_FOR_FIELD, RENDERED_FOR_META } from "../lib/auth/rendered-for";

import {
  accessToken,
  anotherPerson,
  callApi,
  createAndClose,
  createKey,
  expect,
  KEYS_PATH,
  row,
  setting,
  signIn,
  test,
} from "./fixtures";

/** A recorded call of a server action, to be replayed as someone else. */
interface ActionCall {
  url: string;
  headers: Record<string, string>;
  body: string;
}

/** Records the next server-action request of a page. */
function nextAction(page: Page): Promise<ActionCall> {
  return page
    .waitForRequest((request) => request.method() === "POST" && "next-action" in request.headers())
    .then((request) => ({
      url: request.url(),
      headers: request.headers(),
      body: request.postData() ?? "",
    }));
}

/** For whom this person's page was rendered. */
async function renderedForOf(page: Page): Promise<string> {
  const content = await page.locator(`meta[name="${RENDERED_FOR_META}"]`).getAttribute("content");
  return (JSON.parse(content ?? "") as { id: string }).id;
}

/** Replays a recorded call as another person, or signed out. */
async function replay(
  call: ActionCall,
  page: Page | null,
  change: Record<string, string> = {},
): Promise<{ status: number; text: string }> {
  const cookies = page ? await page.context().cookies() : [];
  const headers: Record<string, string> = {
    "next-action": call.headers["next-action"] ?? "",
    "content-type": call.headers["content-type"] ?? "",
    accept: call.headers.accept ?? "",
    origin: setting("NEO_E2E_URL"),
    ...(page && { [RENDERED_FOR_FIELD]: await renderedForOf(page) }),
    cookie: cookies.map((cookie) => `${cookie.name}=${cookie.value}`).join("; "),
    ...change,
  };
  if (!headers.origin) delete headers.origin;
  const response = await fetch(call.url, { method: "POST", headers, body: call.body, redirect: "manual" });
  return { status: response.status, text: await response.text() };
}

for (const person of ["Contoso User", "Contoso Viewer"] as const) {
  test(`${person} sees a page that explains why and lists the admins, and no link`, async ({ page }) => {
    await signIn(page, person, "/agents");
    await expect(page.getByRole("heading", { name: "Agents" })).toBeVisible();
    await expect(page.getByRole("link", { name: "Roles & Access" })).toHaveCount(0);
    await page.goto(KEYS_PATH);
    await expect(page).toHaveURL(/access-denied/);
    await expect(page.getByRole("main")).toContainText(person);
    await expect(page.getByRole("main")).toContainText("Contoso Admin");
    await expect(page.getByRole("link", { name: "admin@contoso.example" })).toHaveAttribute("href", /^mailto:/);
    await expect(page.getByRole("button", { name: "Create API key" })).toHaveCount(0);
  });
}

test("an admin who opens the access-denied page is redirected", async ({ page }) => {
  await signIn(page, "Contoso Admin", `/access-denied?from=${encodeURIComponent(KEYS_PATH)}`);
  await expect(page).toHaveURL(KEYS_PATH);
});

test("every action refuses non-admins, signed-out callers and other organisations, and changes nothing", async ({
  page,
  context,
  db,
}) => {
  await signIn(page, "Contoso Admin");
  const user = await anotherPerson(context, "Contoso User", "/agents");
  const viewer = await anotherPerson(context, "Contoso Viewer", "/agents");
  const stranger = await anotherPerson(context, "Fabrikam Admin");

  const creating = nextAction(page);
  const key = await createAndClose(page, "Guarded");
  const create = await creating;

  await page.getByRole("button", { name: "Rotate Guarded" }).click();
  // The calls are held back in this browser: only the replays reach the server.
  await page.route("**/*", (route) => (route.request().headers()["next-action"] ? route.abort() : route.continue()));
  const rotating = nextAction(page);
  await page.getByRole("button", { name: "Rotate", exact: true }).click();
  const rotate = await rotating;
  await expect(page.getByRole("alert")).toContainText("No response");
  await page.getByRole("button", { name: "Cancel" }).click();

  await page.getByRole("button", { name: "Revoke Guarded" }).click();
  await page.getByRole("textbox", { name: /^To confirm, type/ }).fill("Guarded");
  const revoking = nextAction(page);
  await page.getByRole("button", { name: "Revoke", exact: true }).click();
  const revoke = await revoking;

  const state = () => db.query("select id, rotated_at, revoked_at from api_keys order by id");
  const before = await state();
  expect(before).toHaveLength(1);
  for (const call of [create, rotate, revoke]) {
    expect((await replay(call, user)).text).toContain('"code":"FORBIDDEN"');
    expect((await replay(call, viewer)).text).toContain('"code":"FORBIDDEN"');
    expect((await replay(call, null)).text).toContain('"code":"UNAUTHORIZED"');
  }
  for (const call of [rotate, revoke]) expect((await replay(call, stranger)).text).toContain('"code":"NOT_FOUND"');
  for (const origin of ["https://evil.example", "null"]) {
    expect((await replay(revoke, page, { origin })).status).toBeGreaterThanOrEqual(400);
    const spoofed = await replay(revoke, page, { origin: "https://evil.example", "x-forwarded-host": "evil.example" });
    expect(spoofed.text).not.toContain('"revoked":true');
  }
  // Also without an Origin.
  expect((await replay(revoke, page, { origin: "" })).text).not.toContain('"revoked":true');
  // The dashboard refuses bearer tokens, both keys and an admin's access token.
  for (const bearer of [key, await accessToken("Contoso Admin")]) {
    const headers = { authorization: `Bearer ${bearer}` };
    for (const call of [create, rotate, revoke])
      expect((await replay(call, null, headers)).text).toContain('"code":"UNAUTHORIZED"');
    expect((await replay(revoke, user, headers)).text).toContain('"code":"FORBIDDEN"');
  }
  expect(await state()).toEqual(before);
  expect((await callApi("/public-api/me", key)).status).toBe(200);

  // The same call works for its own admin, so the refusals above were not due to its form.
  expect((await replay(revoke, page)).text).toContain('"revoked":true');
  expect((await callApi("/public-api/me", key)).status).toBe(401);
});

test("no other site can frame a page", async ({ page }) => {
  await signIn(page, "Contoso Admin");
  for (const path of ["/sign-in", KEYS_PATH]) {
    const headers = (await page.request.get(path, { maxRedirects: 0 })).headers();
    expect(headers["content-security-policy"], path).toContain("frame-ancestors 'none'");
    expect(headers["x-frame-options"], path).toBe("DENY");
    expect(headers["x-content-type-options"], path).toBe("nosniff");
    expect(headers["referrer-policy"], path).toBe("same-origin");
  }
});

test("one organisation's keys are invisible to the other, in the page and in its data", async ({ page, context }) => {
  await signIn(page, "Contoso Admin");
  await createAndClose(page, "Contoso secret project");
  const stranger = await anotherPerson(context, "Fabrikam Admin");
  await expect(stranger.getByRole("heading", { name: "No API keys yet" })).toBeVisible();
  const response = await stranger.request.get(`${KEYS_PATH}?q=secret&status=active`, { headers: { rsc: "1" } });
  expect(await response.text()).not.toContain("Contoso secret project");
});

test("a key opens its own organisation's agents and no other's", async ({ page, context }) => {
  await signIn(page, "Contoso Admin");
  const ours = await createKey(page, "ours");
  const stranger = await anotherPerson(context, "Fabrikam Admin");
  const theirs = await createKey(stranger, "theirs");
  const list = (await (await callApi("/public-api/agents?page_size=200", theirs)).json()) as { data: { id: string }[] };
  const foreign = list.data[0]?.id ?? "";
  expect((await callApi(`/public-api/agents/${foreign}`, theirs)).status).toBe(200);

  const answers = await Promise.all(
    [foreign, "00000000-0000-7000-8000-000000000000", "not-an-id"].map(async (id) => {
      const response = await callApi(`/public-api/agents/${id}`, ours);
      return { status: response.status, body: (await response.text()).replace(/"request_id":"[^"]+"/, "") };
    }),
  );
  expect(answers[0]?.status).toBe(404);
  expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);

  const own = (await (await callApi("/public-api/agents?page_size=200", ours)).json()) as { data: { id: string }[] };
  const ids = new Set(list.data.map((agent) => agent.id));
  expect(own.data.some((agent) => ids.has(agent.id))).toBe(false);
});

test("a demoted admin loses the page and its actions with the next request", async ({ page, db }) => {
  await signIn(page, "Fabrikam Admin");
  await page.getByRole("button", { name: "Create API key" }).click();
  await page.getByRole("textbox", { name: "Name" }).fill("Too late");
  await db.query("update members set role = 'User' where name = 'Fabrikam Admin'");
  try {
    await page.getByRole("button", { name: "Create", exact: true }).click();
    await expect(page.getByRole("alert")).toContainText("Admin role");
    await expect(page.getByRole("textbox", { name: "Name" })).toHaveValue("Too late");
    expect(await db.query("select 1 from api_keys")).toHaveLength(0);
    await page.reload();
    await expect(page).toHaveURL(/access-denied/);
  } finally {
    await db.query("update members set role = 'Admin' where name = 'Fabrikam Admin'");
  }
  await page.getByRole("link", { name: "Try again" }).click();
  await expect(page.getByRole("link", { name: "API Keys" })).toBeVisible();
  await expect(row(page, "Too late")).toHaveCount(0);
});
