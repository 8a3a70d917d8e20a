import { test as base, expect, type BrowserContext, type Locator, type Page, type Route } from "playwright/test";
import { Client } from "pg";

import { CONTOSO, FABRIKAM } from "../dev/microsoft/directory";
import { signInByClicking } from "../tests/support/click-sign-in";
import { type Contract, fetchChecked, servedContract } from "../tests/support/contract";
import { accessTokenByDeviceCode, CookieJar, signInByForms } from "../tests/support/sign-in";

export { expect };

/** A setting from the runner. @throws Error without it */
export function setting(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is missing: run these specs with npm run test:e2e`);
  return value;
}

export const KEYS_PATH = "/roles-access/api-keys";
export const MEMBERS_PATH = "/roles-access/members";

/** The demo's people. */
export type Person =
  | "Contoso Admin"
  | "Contoso User"
  | "Contoso Viewer"
  | "Fabrikam Admin"
  | "Fabrikam User"
  | "Fabrikam Viewer"
  | "Contoso Newcomer"
  | "Fabrikam Newcomer";

/**
 * Signs in and opens a page. The forms are posted without a browser, which saves three pages a test: sign-in.spec.ts clicks.
 * @throws Error when the person gets no session
 */
export async function signIn(page: Page, person: Person, path = KEYS_PATH): Promise<void> {
  const url = setting("NEO_E2E_URL");
  const browser = new CookieJar(await page.evaluate(() => navigator.userAgent));
  const jar = await signInByForms(url, setting("NEO_E2E_STAND_IN_URL"), person, browser);
  if (!jar.signedIn) throw new Error(`${person} got no session`);
  await page.context().addCookies(jar.cookies.map((cookie) => ({ ...cookie, url, httpOnly: true, sameSite: "Lax" })));
  await page.goto(path);
}

/** Signs in through the sign-in page and the account picker, and ends at `path` or where a person without a session is sent. */
export const signInInBrowser = (page: Page, person: Person, path = KEYS_PATH) =>
  signInByClicking(page, setting("NEO_E2E_URL"), person, path);

/**
 * Opens a page whose scripts don't load until they are released, as on a slow connection.
 * @returns releases them
 */
export async function openWithoutScripts(page: Page, path: string): Promise<() => void> {
  let release: () => void = () => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route("**/_next/static/**/*.js*", async (route) => {
    await held;
    await route.continue();
  });
  await page.goto(path, { waitUntil: "commit" });
  return release;
}

/** Injects faults into the Microsoft stand-in, or removes them. */
export async function setStandInFaults(faults: Record<string, boolean | number | readonly string[]>): Promise<void> {
  const response = await fetch(`${setting("NEO_E2E_STAND_IN_URL")}/stand-in/faults`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(faults),
  });
  if (!response.ok) throw new Error(`the stand-in answered ${String(response.status)}`);
}

/** Handles the next call of a server action, and no other request: pages also read in the background. */
export async function onNextAction(page: Page, handle: (route: Route) => Promise<void>): Promise<void> {
  let handled = false;
  const handler = async (route: Route) => {
    if (handled || !route.request().headers()["next-action"]) return route.fallback();
    handled = true;
    await handle(route);
    await page.unroute("**/*", handler);
  };
  await page.route("**/*", handler);
}

/** Lets the next action call reach the server, and drops the response. */
export const dropNextResponse = (page: Page) =>
  onNextAction(page, async (route) => {
    await route.fetch();
    await route.abort("connectionreset");
  });

/** Chooses from a list that isn't the browser's own. */
export async function choose(page: Page, field: string, option: string): Promise<void> {
  await page.getByRole("combobox", { name: field }).click();
  await page.getByRole("option", { name: option, exact: true }).click();
}

/** Creates a key and leaves it shown. @param expiry as the list names it @returns the key */
export async function createKey(page: Page, name: string, expiry?: string): Promise<string> {
  await page.getByRole("button", { name: "Create API key" }).click();
  await page.getByRole("textbox", { name: "Name" }).fill(name);
  if (expiry) await choose(page, "Expiry", expiry);
  await page.getByRole("button", { name: "Create", exact: true }).click();
  return page.getByRole("textbox", { name: "API key" }).inputValue();
}

/** Copies what the dialog shows only once and closes it. */
export async function copyAndClose(page: Page): Promise<void> {
  await page.getByRole("dialog").getByRole("button", { name: "Copy" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Done" }).click();
}

/** Creates a key, copies it and closes the dialog. */
export async function createAndClose(page: Page, name: string, expiry?: string): Promise<string> {
  const key = await createKey(page, name, expiry);
  await copyAndClose(page);
  await expect(row(page, name).first()).toBeVisible();
  return key;
}

/** The chip of a filter in the bar above a list. */
export const filterChip = (page: Page, label: string) =>
  page.getByRole("button", { name: new RegExp(`^${label}(:|$)`) });

/** Sets a filter of a list. @param choice in words; null clears the filter */
export async function filterBy(page: Page, label: string, choice: string | null): Promise<void> {
  if (choice === null) return page.getByRole("button", { name: `Clear ${label}`, exact: true }).click();
  await filterChip(page, label).click();
  await page.getByRole("option", { name: choice, exact: true }).click();
}

/** The rows of the table with exactly this name. */
export function row(page: Page, name: string) {
  return page.getByRole("row").filter({ has: page.getByRole("rowheader").getByText(name, { exact: true }) });
}

/** A row's cell in this column. */
export const cell = (of: Locator, column: string) => of.locator(`td[data-label="${column}"]`);

let contract: Promise<Contract> | undefined;

/**
 * Calls the public API as a program does: no browser, no cookie. Checks the response against the served OpenAPI document.
 */
export async function callApi(path: string, key?: string, init: RequestInit = {}): Promise<Response> {
  const headers = new Headers(init.headers);
  if (key) headers.set("authorization", `Bearer ${key}`);
  contract ??= servedContract(setting("NEO_E2E_URL"));
  return fetchChecked(await contract, new URL(path, setting("NEO_E2E_URL")), { ...init, headers });
}

/** An access token for the API, from the device flow that `npm run token` uses. */
export const accessToken = (person: Person) => accessTokenByDeviceCode(setting("NEO_E2E_STAND_IN_URL"), person);

/** The Entra tenants of the demo. */
export const TENANTS = { contoso: CONTOSO.id, fabrikam: FABRIKAM.id } as const;

/** The application's database, for what a person can't do: move a key's times, read every stored byte. */
export class Database {
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  async query<Row>(sql: string, values: readonly unknown[] = []): Promise<Row[]> {
    const result = await this.#client.query(sql, [...values]);
    return result.rows as Row[];
  }

  /** Removes all keys and the agents they created, so that a spec starts with an empty list. */
  async forgetKeys(): Promise<void> {
    await this.query("delete from agents where created_by_key_id is not null");
    await this.query("delete from api_keys");
  }

  /** Restores the demo's members. */
  async resetMembers(): Promise<void> {
    await this.forgetKeys();
    await this.query(
      "update members set removed_at = null, removed_by_id = null, account_gone_at = null, tokens_valid_from = null",
    );
    await this.query("delete from members where name not similar to '(Contoso|Fabrikam) (Admin|User|Viewer)'");
    await this.query("update members set joined_at = created_at, role = split_part(name, ' ', 2)::role");
  }

  /** Ages keys of this name: moves all their times into the past. */
  async age(name: string, interval: string): Promise<void> {
    await this.query(
      `update api_keys set created_at = created_at - $2::interval, expires_at = expires_at - $2::interval,
         rotated_at = rotated_at - $2::interval, grace_ends_at = grace_ends_at - $2::interval,
         revoked_at = revoked_at - $2::interval, last_used_at = last_used_at - $2::interval where name = $1`,
      [name, interval],
    );
  }

  /** Adds many keys to an organisation. */
  async addKeys(entraTenantId: string, count: number): Promise<void> {
    await this.query(
      `insert into api_keys (id, tenant_id, name, environment, last4, hash, created_at, created_by_id, lineage_id)
       select key_id, m.tenant_id, 'Bulk key ' || lpad(n::text, 6, '0'), 'prod', lpad((n % 10000)::text, 4, '0'),
         sha256(('bulk' || m.tenant_id || n)::bytea), now() - n * interval '1 minute', m.id, key_id
       from (select n, gen_random_uuid() as key_id from generate_series(1, $2::int) n) rows
       cross join (select m.id, m.tenant_id from members m join tenants t on t.id = m.tenant_id
                   where t.entra_tenant_id = $1::uuid and m.role = 'Admin' limit 1) m`,
      [entraTenantId, count],
    );
  }
}

/** `db`: the database, without keys at the start of the test. */
export const test = base.extend<{ db: Database }>({
  db: [
    async ({}, use) => {
      const client = new Client({ connectionString: setting("NEO_E2E_DATABASE_URL") });
      await client.connect();
      const db = new Database(client);
      await db.forgetKeys();
      await use(db);
      await client.end();
    },
    { auto: true },
  ],
});

/** A second person in their own browser. */
export async function anotherPerson(context: BrowserContext, person: Person, path?: string): Promise<Page> {
  const browser = context.browser();
  if (!browser) throw new Error("this context has no browser");
  const page = await (await browser.newContext({ baseURL: setting("NEO_E2E_URL") })).newPage();
  await signIn(page, person, path);
  return page;
}
