import { ConfidentialClientApplication } from "@azure/msal-node";
import type { Page } from "playwright/test";

import { CONTOSO, DEMO_CLIENT, LOG_READER, NIGHTLY_SYNC, type StandInApplication } from "../dev/microsoft/directory";
import { expectAccessible } from "./expect-accessible";
import { callApi, cell, expect, row, setting, signIn, test } from "./fixtures";

const APPLICATIONS_PATH = "/roles-access/applications";

test.beforeEach(({ db }) => forget(db));
test.afterEach(({ db }) => forget(db));

async function forget(db: { query: (sql: string) => Promise<unknown> }) {
  await db.query("delete from agents where created_by_application_id is not null");
  await db.query("delete from api_keys where created_by_application_id is not null");
  await db.query("delete from applications");
  await db.query("update tenants set key_managers_allowed = false");
}

/** A real token, by Microsoft's own library, of the organisation's tenant. */
async function tokenOf({ clientId, secret }: StandInApplication): Promise<string> {
  const standIn = setting("NEO_E2E_STAND_IN_URL");
  const reach = async (url: string, { method = "GET", headers, body }: Init = {}) => {
    const response = await fetch(url.replace("https://login.microsoftonline.com", standIn), {
      method,
      ...(headers && { headers }),
      ...(body && { body }),
    });
    return {
      headers: Object.fromEntries(response.headers),
      body: (await response.json()) as never,
      status: response.status,
    };
  };
  interface Init {
    method?: string;
    headers?: Record<string, string>;
    body?: string;
  }
  const application = new ConfidentialClientApplication({
    auth: { clientId, clientSecret: secret, authority: `https://login.microsoftonline.com/${CONTOSO.id}` },
    system: {
      networkClient: {
        sendGetRequestAsync: (url, options) => reach(url, options),
        sendPostRequestAsync: (url, options) => reach(url, { ...options, method: "POST" }),
      },
    },
  });
  const result = await application.acquireTokenByClientCredential({ scopes: [`api://${DEMO_CLIENT.id}/.default`] });
  return result?.accessToken ?? "";
}

const oidOf = ({ principals }: StandInApplication) => principals[CONTOSO.id] ?? "";
const field = (page: Page, name: string) => page.getByRole("textbox", { name });
const press = (page: Page, name: string) => page.getByRole("button", { name, exact: true }).click();

test("an application is refused by name, bound, calls with its own token, and is unbound", async ({ page, db }) => {
  const token = await tokenOf(NIGHTLY_SYNC);
  const refused = await callApi("/public-api/me", token);
  expect(refused.status).toBe(403);
  const { error } = (await refused.json()) as { error: { details: Record<string, string> } };
  const { client_id = "", object_id = "" } = error.details;
  expect([client_id, object_id]).toEqual([NIGHTLY_SYNC.clientId, oidOf(NIGHTLY_SYNC)]);

  await signIn(page, "Contoso Admin", APPLICATIONS_PATH);
  await expect(page.getByRole("heading", { name: "No applications yet" })).toBeVisible();
  await press(page, "Bind application");
  await field(page, "Name").fill("Nightly ticket sync");
  await field(page, "Application (client) ID").fill(client_id.toUpperCase());
  await field(page, "Object ID").fill(`  ${object_id} `);
  await expect(page.getByRole("radio", { name: "Integration" })).toBeChecked();
  await field(page, "Note").fill("Runs in our cluster.");
  await press(page, "Bind");
  await expect(page.getByText("Bound Nightly ticket sync.")).toBeVisible();
  const bound = row(page, "Nightly ticket sync");
  await expect(cell(bound, "Role")).toHaveText("Integration");
  await expect(cell(bound, "Last used")).toHaveText("Not yet");

  const me = (await (await callApi("/public-api/me", token)).json()) as { data: { credential: object } };
  expect(me.data.credential).toMatchObject({ kind: "application", name: "Nightly ticket sync", role: "Integration" });
  const agent = { name: "By an application", trigger_type: "NONE", actions: [] };
  const init = { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(agent) };
  expect((await callApi("/public-api/agents", token, init)).status).toBe(201);
  expect((await callApi("/public-api/api-keys", token, { ...init, body: '{"name":"A key"}' })).status).toBe(403);

  await page.goto(`/roles-access/audit-log?action=agent.created`);
  await expect(page.getByRole("row").filter({ hasText: "By an application" })).toContainText("Nightly ticket sync");
  const [made] = await db.query<{ id: string }>("select id from agents where name = 'By an application'");
  await page.goto(`/agents/${made?.id ?? ""}`);
  await expect(page.getByText("by the application")).toBeVisible();

  await page.goto(APPLICATIONS_PATH);
  await page.getByRole("link", { name: "Nightly ticket sync" }).click();
  await expect(page.getByRole("heading", { level: 2, name: "Nightly ticket sync" })).toBeVisible();
  await expect(async () => {
    await page.reload();
    await expect(page.getByRole("table", { name: "Addresses with the most calls" })).toBeVisible({ timeout: 1_000 });
  }).toPass();
  await expect(page.getByText("application_role")).toBeVisible();
  await expect(page.getByRole("rowheader", { name: "POST /public-api/agents" }).first()).toBeVisible();
  await expectAccessible(page, "the page of an application");
  const [file] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: "Export CSV" }).click(),
  ]);
  expect(file.suggestedFilename()).toMatch(/^application-usage-30d-.*\.csv$/);
  await press(page, "Unbind Nightly ticket sync");
  await expect(page.getByRole("dialog")).toContainText(NIGHTLY_SYNC.clientId);
  await press(page, "Unbind");
  await expect(page.getByText("Unbound Nightly ticket sync.")).toBeVisible();
  await expect(page.getByRole("button", { name: "Edit Nightly ticket sync" })).toHaveCount(0);
  expect((await callApi("/public-api/me", token)).status).toBe(403);
});

test("an auditor reads the log; role, networks and expiry are changed, from the next call on", async ({ page }) => {
  const token = await tokenOf(LOG_READER);
  const status = async (path: string) => (await callApi(`/public-api/${path}`, token)).status;
  await signIn(page, "Contoso Admin", `${APPLICATIONS_PATH}#bind`);
  await field(page, "Name").fill("SIEM");
  await field(page, "Application (client) ID").fill(LOG_READER.clientId);
  await field(page, "Object ID").fill(oidOf(LOG_READER));
  await page.getByRole("radio", { name: "Auditor" }).check();
  await press(page, "Bind");
  await expect(row(page, "SIEM")).toBeVisible();
  expect([await status("audit-events"), await status("agents")]).toEqual([200, 403]);

  await press(page, "Edit SIEM");
  await page.getByRole("radio", { name: "Integration" }).check();
  await press(page, "Save");
  await expect(cell(row(page, "SIEM"), "Role")).toHaveText("Integration");
  expect([await status("audit-events"), await status("agents")]).toEqual([403, 200]);

  await press(page, "Edit SIEM");
  await field(page, "Allowed networks").fill("203.0.113.0/24\n2001:db8::/32");
  await field(page, "Expires on").fill("31 Jan 2099, 18:00");
  await press(page, "Save");
  await expect(cell(row(page, "SIEM"), "Networks")).toHaveText("203.0.113.0/24and 1 more");
  await expect(cell(row(page, "SIEM"), "Expires")).toContainText("31 Jan 2099");
  expect(await status("agents")).toBe(403);

  await press(page, "Edit SIEM");
  await expect(field(page, "Expires on")).toHaveValue("31 Jan 2099, 18:00");
  await field(page, "Allowed networks").fill("");
  await press(page, "Save");
  await expect(cell(row(page, "SIEM"), "Networks")).toHaveText("Anywhere");
  expect(await status("agents")).toBe(200);
});

test("a key manager rotates keys once an admin allows it, and the pages say who did", async ({ page, db }) => {
  const token = await tokenOf(NIGHTLY_SYNC);
  const send = async (method: string, path: string, body?: object) => {
    const headers = { "content-type": "application/json" };
    const answer = await callApi(`/public-api/${path}`, token, {
      method,
      headers,
      ...(body && { body: JSON.stringify(body) }),
    });
    return {
      status: answer.status,
      ...((await answer.json()) as { data: { id: string }; error: { message: string } }),
    };
  };
  await signIn(page, "Contoso Admin", APPLICATIONS_PATH);
  await press(page, "Bind application");
  await expect(page.getByRole("radio", { name: "Auditor" })).toBeVisible();
  await expect(page.getByRole("radio", { name: "Key manager" })).toHaveCount(0);
  await page.keyboard.press("Escape");
  await press(page, "Allow key managers");
  await press(page, "Allow");
  await expect(page.getByText("Key managers are allowed.")).toBeVisible();
  await press(page, "Bind application");
  await field(page, "Name").fill("Nightly rotation");
  await field(page, "Application (client) ID").fill(NIGHTLY_SYNC.clientId);
  await field(page, "Object ID").fill(oidOf(NIGHTLY_SYNC));
  await page.getByRole("radio", { name: "Key manager" }).check();
  await press(page, "Bind");
  await expect(cell(row(page, "Nightly rotation"), "Role")).toHaveText("Key manager");
  await expectAccessible(page, "the list with a key manager");

  const made = await send("POST", "api-keys", { name: "Rotated nightly", owner: { email: "sync@contoso.example" } });
  expect([made.status, (await send("POST", `api-keys/${made.data.id}/rotate`)).status]).toEqual([201, 201]);
  await page.goto("/roles-access/api-keys?q=Rotated+nightly");
  await expect(cell(row(page, "Rotated nightly").first(), "Created")).toContainText(
    "by Nightly rotation (application)",
  );
  await page.goto(`/roles-access/api-keys/${made.data.id}`);
  await expect(page.getByText("Nightly rotation (application)").first()).toBeVisible();
  await expect(page.getByRole("button", { name: "End overlap now" })).toBeVisible();

  await page.goto(APPLICATIONS_PATH);
  await press(page, "Disallow key managers");
  await press(page, "Disallow");
  await expect(page.getByText("Key managers are no longer allowed.")).toBeVisible();
  const refused = await send("DELETE", `api-keys/${made.data.id}`);
  expect([refused.status, refused.error.message]).toEqual([
    403,
    expect.stringContaining("Roles & Access › Applications"),
  ]);
  await page.goto("/roles-access/audit-log");
  await expect(page.getByRole("row").filter({ hasText: "Key managers disallowed" }).first()).toContainText("Contoso");
  expect(await db.query("select 1 from tenants where key_managers_allowed")).toEqual([]);
});

test("mistakes get a message beside the field, and what was typed stays", async ({ page, db }) => {
  const [person] = await db.query<{ oid: string }>("select oid from members where name = 'Contoso Viewer'");
  await signIn(page, "Contoso Admin", APPLICATIONS_PATH);
  await press(page, "Bind application");
  for (const [name, typed, message] of [
    ["Name", "", "Give the application a name"],
    ["Application (client) ID", "nightly-sync", "Enter an ID such as"],
    ["Object ID", person?.oid ?? "", "the object ID of a person"],
    ["Allowed networks", "10.0.0.0/40", "isn’t a valid network"],
    ["Expires on", "2020-01-01 12:00", "future date and time"],
    ["Expires on", "soon", "Enter a date and time such as"],
  ] as const) {
    await field(page, "Name").fill("Nightly ticket sync");
    await field(page, "Application (client) ID").fill(NIGHTLY_SYNC.clientId);
    await field(page, "Object ID").fill(oidOf(NIGHTLY_SYNC));
    await field(page, "Allowed networks").fill("");
    await field(page, "Expires on").fill("");
    await field(page, name).fill(typed);
    await press(page, "Bind");
    await expect(field(page, name)).toHaveAccessibleDescription(new RegExp(message));
    await expect(field(page, name)).toHaveValue(typed);
  }
  expect(await db.query("select 1 from applications")).toEqual([]);
});

test("the page and its dialogs are accessible, and fit a phone", async ({ page, db }) => {
  await signIn(page, "Contoso Admin", APPLICATIONS_PATH);
  await expectAccessible(page, "no applications");
  await db.query(
    `insert into applications (id, tenant_id, oid, client_id, name, role, note, networks, expires_at, bound_at, bound_by_id)
     select gen_random_uuid(), m.tenant_id, gen_random_uuid(), gen_random_uuid(), 'Nightly ticket sync', 'Integration',
       'Runs in our cluster.', '{203.0.113.0/24,2001:db8::/32}', now() - interval '1 day', now(), m.id
     from members m where m.name = 'Contoso Admin'`,
  );
  await page.reload();
  await expectAccessible(page, "the list of applications");
  await press(page, "Edit Nightly ticket sync");
  await expect(page.getByRole("dialog")).toBeVisible();
  await expectAccessible(page, "the dialog that edits an application");
});
