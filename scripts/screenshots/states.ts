// Every page and state that is pictured. To add one, add a line.
import type { Page } from "playwright";

import type { DatabaseWire } from "../../tests/support/database-wire";
import { disableOwner } from "./demo-data";
import type { Sql } from "./sql";

/** What a state can use. */
export interface World {
  readonly sql: Sql;
  readonly wire: DatabaseWire;
  /** Ids of keys by their names. */
  readonly keys: ReadonlyMap<string, string>;
  /** An invitation's link. */
  readonly invitation: string;
}

/** A page in one state. */
export interface State {
  readonly group: string;
  readonly name: string;
  /** Who is signed in; nobody by default. */
  readonly as?: Person;
  readonly path: string | ((world: World) => string | Promise<string>);
  /** Brings the loaded page into its state. */
  readonly then?: (page: Page, world: World) => Promise<unknown>;
  /** Breaks something before the page loads. @returns mends it */
  readonly broken?: (world: World, page: Page) => Promise<() => Promise<unknown>>;
  readonly javaScript?: boolean;
  /** The picture in docs/images that it updates. */
  readonly readme?: string;
}

export type Person = "Contoso Admin" | "Contoso User" | "Contoso Viewer" | "Fabrikam Admin";

const ADMIN = "Contoso Admin";
const EMPTY = "Fabrikam Admin";
const VIEWER = "Contoso Viewer";
const KEYS = "/roles-access/api-keys";
const MEMBERS = "/roles-access/members";
const APPLICATIONS = "/roles-access/applications";
const AUDIT = "/roles-access/audit-log";

type Step = (page: Page) => Promise<unknown>;
const all =
  (...steps: Step[]): Step =>
  async (page) => {
    for (const step of steps) await step(page);
  };
const press =
  (name: string | RegExp): Step =>
  (page) =>
    page.getByRole("button", { name, exact: true }).first().click();
const opens = (name: string | RegExp): Step => all(press(name), (page) => page.getByRole("dialog").waitFor());
const fill =
  (label: string | RegExp, text: string): Step =>
  (page) =>
    page.getByRole("textbox", { name: label }).fill(text);
const choose =
  (label: string, option: string): Step =>
  async (page) => {
    await page.getByRole("combobox", { name: label }).click();
    await page.getByRole("option", { name: option, exact: true }).click();
  };
const key =
  (text: string): Step =>
  (page) =>
    page.keyboard.press(text);
const tick =
  (name: string | RegExp): Step =>
  (page) =>
    page.getByRole("checkbox", { name }).first().check();
const unfold =
  (text: string): Step =>
  (page) =>
    page.getByText(text, { exact: true }).first().click();
const seen =
  (text: string | RegExp): Step =>
  (page) =>
    page.getByText(text).first().waitFor();

const keyPage = (name: string) => (world: World) => `${KEYS}/${world.keys.get(name) ?? "missing"}`;
const agentPage =
  (type: string) =>
  async ({ sql }: World) =>
    `/agents/${(await sql<{ id: string }>("select id from agents where autonomy_type::text = $1 order by created_at desc limit 1", [type]))[0]?.id ?? ""}`;

const applicationPage = async ({ sql }: World) =>
  `${APPLICATIONS}/${(await sql<{ id: string }>("select id from applications where name = 'Nightly ticket sync'", []))[0]?.id ?? ""}`;

/** A table is away: a fault that no retry mends. */
const without =
  (table: string) =>
  async ({ sql }: World) => {
    await sql(`alter table ${table} rename to ${table}_away`);
    return () => sql(`alter table ${table}_away rename to ${table}`);
  };
const outage = async ({ wire }: World) => {
  await wire.cut();
  return () => wire.mend();
};
const brokenBrowser = async (_: World, page: Page) => {
  await page.addInitScript(() => {
    Reflect.set(Intl.RelativeTimeFormat.prototype as object, "format", () => {
      throw new TypeError("blocked");
    });
  });
  return () => Promise.resolve();
};
const goOffline = (page: Page) => page.context().setOffline(true);

/** One line for each. */
// prettier-ignore
export const STATES: readonly State[] = [
  { group: "Sign-in", name: "sign-in", path: "/sign-in" },
  { group: "Sign-in", name: "signed out", path: "/sign-in?error=signed-out" },
  { group: "Sign-in", name: "refused", path: "/sign-in?error=approval-needed" },
  { group: "Sign-in", name: "without JavaScript", path: "/sign-in", javaScript: false },
  { group: "Sign-in", name: "not in this organisation", path: "/not-in-organisation?reason=not-a-member" },
  { group: "Sign-in", name: "organisation not allowed", path: "/not-in-organisation?reason=tenant-not-allowed" },
  { group: "Sign-in", name: "invitation", path: (world) => world.invitation },
  { group: "Sign-in", name: "invitation that doesn’t work", path: `/invitation/${"A".repeat(43)}` },

  { group: "Agents", name: "list", as: ADMIN, path: "/agents" },
  { group: "Agents", name: "list, for a viewer", as: VIEWER, path: "/agents" },
  { group: "Agents", name: "switched off", as: ADMIN, path: "/agents?sort=name&dir=asc", then: all((page) => page.getByRole("switch", { checked: true }).first().click(), seen(/ is off\.$/), (page) => page.getByRole("button", { name: "Undo" }).focus()) },
  { group: "Agents", name: "nothing found", as: ADMIN, path: "/agents?q=nothing+like+it" },
  { group: "Agents", name: "none yet", as: EMPTY, path: "/agents" },
  { group: "Agents", name: "agent with a chain", as: ADMIN, path: agentPage("CHAINED_ACTIONS") },
  { group: "Agents", name: "agentic", as: VIEWER, path: agentPage("AGENTIC") },
  { group: "Agents", name: "conversational", as: ADMIN, path: agentPage("CONVERSATIONAL") },
  { group: "Agents", name: "edit", as: ADMIN, path: agentPage("AGENTIC"), then: opens("Edit") },
  { group: "Agents", name: "edit, refused", as: ADMIN, path: agentPage("AGENTIC"), then: all(opens("Edit"), fill("Name", " "), press("Save")) },
  { group: "Agents", name: "not found", as: ADMIN, path: "/agents/0190a1b2-0000-7000-8000-00000000000c" },

  { group: "API keys", name: "list", as: ADMIN, path: KEYS, readme: "api-keys" },
  { group: "API keys", name: "explained, with exact times", as: ADMIN, path: KEYS, then: all(press("Show exact times"), unfold("What the statuses mean")) },
  { group: "API keys", name: "needs attention", as: ADMIN, path: `${KEYS}?attention=no_expiry` },
  { group: "API keys", name: "contact gone", as: ADMIN, path: `${KEYS}?attention=contact_gone`, broken: ({ sql }) => disableOwner(sql) },
  { group: "API keys", name: "nothing found", as: ADMIN, path: `${KEYS}?q=nothing+like+it` },
  { group: "API keys", name: "none yet", as: EMPTY, path: KEYS },
  { group: "API keys", name: "selected", as: ADMIN, path: KEYS, then: all(tick(/^Select Billing export/), tick(/^Select Data warehouse/)) },
  { group: "API keys", name: "key in use", as: ADMIN, path: keyPage("Billing export"), then: seen("Served") },
  { group: "API keys", name: "key that retires", as: ADMIN, path: keyPage("CRM sync") },
  { group: "API keys", name: "key never used", as: ADMIN, path: keyPage("Office door display") },
  { group: "API keys", name: "revoked key", as: ADMIN, path: keyPage("Ticket import (old server)") },
  { group: "API keys", name: "key not found", as: ADMIN, path: `${KEYS}/nonsense` },

  { group: "Key dialogs", name: "create", as: ADMIN, path: KEYS, then: opens("Create API key") },
  { group: "Key dialogs", name: "create, refused", as: ADMIN, path: KEYS, then: all(opens("Create API key"), choose("Expiry", "Custom date and time…"), press("Create")) },
  { group: "Key dialogs", name: "create, asking", as: ADMIN, path: KEYS, then: all(opens("Create API key"), fill("Name", "Half typed"), key("Escape")) },
  { group: "Key dialogs", name: "edit", as: ADMIN, path: KEYS, then: opens("Edit Billing export") },
  { group: "Key dialogs", name: "rotate", as: ADMIN, path: KEYS, then: opens("Rotate Billing export") },
  { group: "Key dialogs", name: "revoke", as: ADMIN, path: KEYS, then: opens("Revoke Billing export") },
  { group: "Key dialogs", name: "revoke selected", as: ADMIN, path: KEYS, then: all(tick(/^Select Billing export/), tick(/^Select Data warehouse/), opens("Revoke…"), seen(/in use/)) },
  { group: "Key dialogs", name: "end the overlap", as: ADMIN, path: keyPage("CRM sync"), then: opens("End overlap now") },
  { group: "Key dialogs", name: "reveal", as: ADMIN, path: KEYS, then: all(opens("Create API key"), fill("Name", "Nightly report"), press("Create"), seen(/shown only once/i)) },
  { group: "Key dialogs", name: "reveal, asking", as: ADMIN, path: KEYS, then: all(opens("Create API key"), fill("Name", "Nightly report 2"), press("Create"), seen(/shown only once/i), key("Escape")) },

  { group: "Applications", name: "list", as: ADMIN, path: APPLICATIONS },
  { group: "Applications", name: "bind", as: ADMIN, path: APPLICATIONS, then: opens("Bind application") },
  { group: "Applications", name: "edit", as: ADMIN, path: APPLICATIONS, then: opens("Edit Nightly ticket sync") },
  { group: "Applications", name: "unbind", as: ADMIN, path: APPLICATIONS, then: opens("Unbind Nightly ticket sync") },
  { group: "Applications", name: "allow-key-managers", as: ADMIN, path: APPLICATIONS, then: opens("Allow key managers") },
  { group: "Applications", name: "page", as: ADMIN, path: applicationPage },
  { group: "Applications", name: "none", as: EMPTY, path: APPLICATIONS },
  { group: "Members", name: "list", as: ADMIN, path: MEMBERS },
  { group: "Members", name: "invite", as: ADMIN, path: MEMBERS, then: opens("Invite") },
  { group: "Members", name: "invite, found", as: ADMIN, path: MEMBERS, then: all(opens("Invite"), (page) => page.getByRole("combobox", { name: "Person" }).fill("contoso"), (page) => page.getByRole("option").first().waitFor()) },
  { group: "Members", name: "invite by e-mail", as: EMPTY, path: MEMBERS, then: opens("Invite") },
  { group: "Members", name: "change role", as: ADMIN, path: MEMBERS, then: opens(/^Change .*Adele Vance/) },
  { group: "Members", name: "remove", as: ADMIN, path: MEMBERS, then: opens(/^Remove .*Adele Vance/) },

  { group: "Audit log", name: "list", as: ADMIN, path: AUDIT },
  { group: "Audit log", name: "details", as: ADMIN, path: AUDIT, then: press(/^Details of /) },
  { group: "Audit log", name: "nothing found", as: ADMIN, path: `${AUDIT}?q=nothing+like+it` },

  { group: "Account", name: "menu", as: ADMIN, path: "/agents", then: press(/^Account of /) },
  { group: "Account", name: "sessions", as: ADMIN, path: "/account/sessions" },
  { group: "Account", name: "sign out everywhere", as: ADMIN, path: "/account/sessions", then: opens("Sign out everywhere") },

  { group: "Documentation", name: "quickstart", as: ADMIN, path: "/quickstart" },
  { group: "Documentation", name: "API reference", as: ADMIN, path: "/api-reference" },

  { group: "Edges", name: "access denied", as: VIEWER, path: KEYS },
  { group: "Edges", name: "page not found", as: ADMIN, path: "/no-such-page" },
  { group: "Edges", name: "page not found, signed out", path: "/no-such-page" },
  { group: "Edges", name: "fault of the server", as: ADMIN, path: "/agents", broken: without("agents") },
  { group: "Edges", name: "fault of the server, below tabs", as: ADMIN, path: KEYS, broken: without("key_usage_latest") },
  { group: "Edges", name: "fault in the browser", as: ADMIN, path: KEYS, broken: brokenBrowser },
  { group: "Edges", name: "database unavailable", as: ADMIN, path: "/agents", broken: outage },
  { group: "Edges", name: "database unavailable, without JavaScript", as: ADMIN, path: "/agents", broken: outage, javaScript: false },
  { group: "Edges", name: "sign-in with the database unavailable", path: "/sign-in", broken: outage },
  { group: "Edges", name: "offline", as: ADMIN, path: KEYS, then: goOffline },
  { group: "Edges", name: "offline, with a selection", as: ADMIN, path: KEYS, then: all(tick(/^Select Billing export/), goOffline) },
  { group: "Edges", name: "without JavaScript", as: ADMIN, path: KEYS, javaScript: false },
];
