// Creating and rotating keys, revoking several, and giving access require that the last sign-in with Microsoft is recent.
import type { Page } from "playwright/test";

import { NO_FAULTS } from "../dev/microsoft/faults";
import { builtActions, callAction, forgetTargets, newTargets, outcomeOf, postAction, sessionOf } from "./access-calls";
import { ACTIONS, OPERATIONS, stateOf } from "./access-table";
import { expectAccessible, expectAccessibleInForcedColours } from "./expect-accessible";
import {
  accessToken,
  callApi,
  choose,
  createAndClose,
  type Database,
  dropNextResponse,
  expect,
  KEYS_PATH,
  MEMBERS_PATH,
  row,
  setStandInFaults,
  signIn,
  TENANTS,
  test,
} from "./fixtures";
import { startSecondApp } from "./second-app";

const APPLICATIONS_PATH = "/roles-access/applications";
const SPARE = "Table's spare member";

/** When the test began: sessions of others stay out of it. */
let began: unknown;

test.beforeEach(async ({ db }) => {
  await db.resetMembers();
  began = (await db.query<{ now: string }>("select now()::text as now"))[0]?.now;
});
test.afterEach(async ({ db }) => {
  await setStandInFaults({ ...NO_FAULTS });
  await forgetTargets(db);
  await db.query("delete from applications");
  await db.resetMembers();
});

const dialog = (page: Page) => page.getByRole("dialog");
const panel = (page: Page) => dialog(page).getByRole("alert").filter({ hasText: "Confirm that it’s you" });
const note = (page: Page) => dialog(page).getByRole("alert");
const field = (page: Page, name: string) => dialog(page).getByRole("textbox", { name });
const press = (page: Page, name: string) => dialog(page).getByRole("button", { name, exact: true }).click();
const account = (page: Page, person: string) => page.getByRole("button", { name: new RegExp(`^${person}`) });

/** Moves every sign-in into the past. @param age as PostgreSQL writes an interval; null for an unknown moment */
const ageSignIns = (db: Database, age: string | null) =>
  db.query("update sessions set authenticated_at = now() - $1::interval where ended_at is null", [age]);

/** The sessions of a person that still work. */
const liveSessions = (db: Database, person: string) =>
  db.query<{ id: string; fresh: boolean }>(
    `select s.id, s.authenticated_at > now() - interval '1 minute' as fresh
       from sessions s join members m on m.id = s.member_id where m.name = $1 and s.ended_at is null and s.created_at >= $2::timestamptz`,
    [person, began],
  );

/** Everything that is kept in this tab. */
const kept = (page: Page) =>
  page.evaluate(() => Object.entries(sessionStorage).filter(([name]) => name.startsWith("neo-draft:")));

/** Goes to Microsoft from the panel. */
async function goToMicrosoft(page: Page): Promise<void> {
  await panel(page).getByRole("button", { name: "Continue with Microsoft" }).click();
  await expect(page.getByText("The application asks you to sign in again.")).toBeVisible();
}

/** Opens the create dialog with an old sign-in, and goes to Microsoft from it. */
async function leaveCreateDialog(page: Page, db: Database): Promise<void> {
  await signIn(page, "Contoso Admin");
  await ageSignIns(db, "16 minutes");
  await page.getByRole("button", { name: "Create API key" }).click();
  await field(page, "Name").fill("Typed before");
  await press(page, "Create");
  await goToMicrosoft(page);
}

/** A form that asks for a fresh sign-in: how it is filled in, what it then has, and what its submission does. */
interface Form {
  readonly path: string;
  readonly prepare?: (page: Page, db: Database) => Promise<unknown>;
  readonly fill: (page: Page) => Promise<unknown>;
  readonly label: string;
  readonly title: string | RegExp;
  readonly typed?: (page: Page) => Promise<unknown>;
  readonly done: (page: Page) => Promise<unknown>;
}

const FORMS: Readonly<Record<string, Form>> = {
  "creating a key": {
    path: KEYS_PATH,
    fill: async (page) => {
      await page.getByRole("button", { name: "Create API key" }).click();
      await field(page, "Name").fill("Typed before");
      await choose(page, "Expiry", "90 days");
      await field(page, "Note").fill("For the nightly job.");
    },
    label: "Create",
    title: "Create API key",
    typed: async (page) => {
      await expect(field(page, "Name")).toHaveValue("Typed before");
      await expect(dialog(page).getByRole("combobox", { name: "Expiry" })).toContainText("90 days");
      await expect(field(page, "Note")).toHaveValue("For the nightly job.");
    },
    done: (page) => expect(field(page, "API key")).toHaveValue(/^neo_sk_/),
  },
  "rotating a key": {
    path: KEYS_PATH,
    prepare: (page) => createAndClose(page, "Old"),
    fill: async (page) => {
      await page.getByRole("button", { name: "Rotate Old" }).click();
      await choose(page, "Expiry", "90 days");
    },
    label: "Rotate",
    title: "Rotate API key",
    typed: (page) => expect(dialog(page).getByRole("combobox", { name: "Expiry" })).toContainText("90 days"),
    done: (page) => expect(field(page, "API key")).toHaveValue(/^neo_sk_/),
  },
  "revoking several keys": {
    path: KEYS_PATH,
    prepare: async (page) => {
      await createAndClose(page, "One");
      await createAndClose(page, "Two");
    },
    fill: async (page) => {
      for (const name of ["One", "Two"])
        await page.getByRole("checkbox", { name: new RegExp(`^Select ${name}, …\\w{4}$`) }).check();
      await page.getByRole("group", { name: "Selection" }).getByRole("button", { name: "Revoke…" }).click();
      await field(page, "Reason").fill("The build server was stolen.");
      await dialog(page)
        .getByRole("textbox", { name: /^To confirm, type/ })
        .fill("2");
    },
    label: "Revoke 2 keys",
    title: "Revoke the 2 selected keys",
    typed: async (page) => {
      await expect(field(page, "Reason")).toHaveValue("The build server was stolen.");
      await expect(dialog(page).getByRole("textbox", { name: /^To confirm, type/ })).toHaveValue("2");
    },
    done: (page) => expect(page.getByText("Revoked 2 keys.")).toBeVisible(),
  },
  "changing a role": {
    path: MEMBERS_PATH,
    fill: async (page) => {
      await page.getByRole("button", { name: "Change role of Contoso Viewer" }).click();
      await dialog(page).getByRole("radio", { name: /^User/ }).check();
    },
    label: "Change role",
    title: "Change role",
    typed: (page) => expect(dialog(page).getByRole("radio", { name: /^User/ })).toBeChecked(),
    done: (page) => expect(page.getByText("Contoso Viewer is now User.")).toBeVisible(),
  },
  "inviting a member": {
    path: MEMBERS_PATH,
    fill: async (page) => {
      await page.getByRole("button", { name: "Invite", exact: true }).click();
      const byEmail = dialog(page).getByRole("button", { name: "Invite by e-mail instead" });
      await byEmail.or(field(page, "Name")).first().waitFor();
      if (await byEmail.isVisible()) await byEmail.click();
      await field(page, "Name").fill("New Person");
      await field(page, "E-mail").fill("new.person@contoso.example");
    },
    label: "Invite",
    title: /^Invite/,
    typed: async (page) => {
      await expect(field(page, "Name")).toHaveValue("New Person");
      await expect(field(page, "E-mail")).toHaveValue("new.person@contoso.example");
    },
    done: (page) => expect(dialog(page).getByRole("textbox", { name: /link$/ })).toBeVisible(),
  },
  "restoring a member": {
    path: `${MEMBERS_PATH}?status=removed`,
    prepare: (_, db) => db.query("update members set removed_at = now() where name = 'Contoso Viewer'"),
    fill: (page) => page.getByRole("button", { name: "Restore Contoso Viewer" }).click(),
    label: "Restore",
    title: /^Restore/,
    done: (page) => expect(page.getByText("Restored Contoso Viewer.")).toBeVisible(),
  },
  "binding an application": {
    path: APPLICATIONS_PATH,
    fill: async (page) => {
      await page.getByRole("button", { name: "Bind application" }).click();
      await field(page, "Name").fill("Nightly sync");
      await field(page, "Application (client) ID").fill("5ba2e000-0000-4000-9000-00000000000a");
      await field(page, "Object ID").fill("5ba2e000-0000-4000-9000-00000000000b");
      await dialog(page).getByRole("radio", { name: "Auditor" }).check();
    },
    label: "Bind",
    title: "Bind application",
    typed: async (page) => {
      await expect(field(page, "Object ID")).toHaveValue("5ba2e000-0000-4000-9000-00000000000b");
      await expect(dialog(page).getByRole("radio", { name: "Auditor" })).toBeChecked();
    },
    done: (page) => expect(page.getByText("Bound Nightly sync.")).toBeVisible(),
  },
  "changing an application": {
    path: APPLICATIONS_PATH,
    prepare: (_, db) =>
      db.query(
        `insert into applications (id, tenant_id, oid, client_id, name, role, bound_at, bound_by_id, expires_at, last_used_at)
         select gen_random_uuid(), m.tenant_id, gen_random_uuid(), gen_random_uuid(), 'Reader', 'Auditor', now(), m.id,
           '2030-01-31T12:00:00Z', now() from members m where m.name = 'Contoso Admin'`,
      ),
    fill: async (page) => {
      await page.getByRole("button", { name: "Edit Reader" }).click();
      await dialog(page).getByRole("radio", { name: "Integration" }).check();
    },
    label: "Save",
    title: "Edit application",
    typed: (page) => expect(dialog(page).getByRole("radio", { name: "Integration" })).toBeChecked(),
    done: (page) => expect(page.getByText("Saved Reader.")).toBeVisible(),
  },
};

test("a lost response before the confirmation, and a retry after it, make one key", async ({ page, db }) => {
  await signIn(page, "Contoso Admin");
  await page.getByRole("button", { name: "Create API key" }).click();
  await field(page, "Name").fill("Lost before");
  await dialog(page).getByRole("button", { name: "Create", exact: true }).click({ trial: true });
  await dropNextResponse(page);
  await press(page, "Create");
  await expect(note(page)).toBeVisible();
  await ageSignIns(db, "16 minutes");
  await press(page, "Create");
  await goToMicrosoft(page);
  await account(page, "Contoso Admin").click();
  await expect(field(page, "Name")).toHaveValue("Lost before");
  await press(page, "Create");
  await expect(dialog(page)).toContainText("Nobody has seen");
  expect(await db.query("select 1 from api_keys where name = 'Lost before'")).toHaveLength(1);
});

for (const [what, form] of Object.entries(FORMS)) {
  test(`${what} with an old sign-in leads to Microsoft and back to the form, as it was`, async ({ page, db }) => {
    await signIn(page, "Contoso Admin", form.path);
    await form.prepare?.(page, db);
    await page.reload();
    const [before] = await liveSessions(db, "Contoso Admin");
    await ageSignIns(db, "15 minutes 1 second");
    await form.fill(page);
    await press(page, form.label);
    await expect(panel(page)).toBeVisible();
    await expect(panel(page).getByRole("button", { name: "Continue with Microsoft" })).toBeFocused();
    const address = page.url();
    await goToMicrosoft(page);
    const asked = new URL(page.url()).searchParams;
    expect(Object.fromEntries(["prompt", "max_age", "login_hint"].map((name) => [name, asked.get(name)]))).toEqual({
      prompt: "login",
      max_age: "900",
      login_hint: "admin@contoso.example",
    });
    for (const name of ["state", "nonce", "code_challenge"]) expect(asked.get(name), name).toMatch(/^[\w-]{43}$/);

    await account(page, "Contoso Admin").click();
    await expect(dialog(page)).toBeVisible();
    await expect(dialog(page).getByRole("heading").first()).toHaveText(form.title);
    await expect(note(page)).toContainText("Microsoft confirmed that it’s you.");
    expect(page.url()).toBe(address);
    expect(await kept(page)).toEqual([]);
    await form.typed?.(page);
    const live = await liveSessions(db, "Contoso Admin");
    expect(live).toEqual([{ id: expect.any(String) as unknown, fresh: true }]);
    expect(live[0]?.id).not.toBe(before?.id);
    await press(page, form.label);
    await form.done(page);
  });
}

test("every action with an old sign-in, or one of an unknown moment, is refused or not, as its row says", async ({
  db,
}) => {
  test.setTimeout(360_000);
  for (const [name, { input, fresh, reads }] of Object.entries(ACTIONS)) {
    const action = builtActions().get(name);
    if (!action) throw new Error(`${name} is not in the build`);
    const ages = fresh ? ["15 minutes 1 second", "7 days", "-1 year", null] : ["7 days", null];
    for (const age of ages) {
      const targets = await newTargets(db, "Contoso Admin");
      const { cookie } = await sessionOf(db, "Contoso Admin");
      await ageSignIns(db, age);
      const before = await stateOf(db, TENANTS.contoso);
      const { status, text } = await postAction(action, JSON.stringify([input(targets)]), { cookie });
      const what = `${name} after ${String(age)}`;
      expect(outcomeOf({ status, text }), what).toBe(fresh ? "UNAUTHORIZED" : "OK");
      if (fresh) expect(text, what).toContain('"reason":"fresh_sign_in_required"');
      if (fresh || reads) expect(await stateOf(db, TENANTS.contoso), what).toEqual(before);
      await forgetTargets(db);
    }
  }
});

test("a sign-in of 14 minutes is fresh enough, and with the setting 0 so is any", async ({ db }) => {
  const create = builtActions().get("app/(dashboard)/roles-access/api-keys/actions.ts#createKeyAction");
  if (!create) throw new Error("the action is not in the build");
  const { cookie } = await sessionOf(db, "Contoso Admin");
  const key = { name: "Made by the table", expiry: { kind: "never" } };
  await ageSignIns(db, "14 minutes");
  expect(await callAction(create, key, { cookie })).toBe("OK");
  await ageSignIns(db, null);
  expect(await callAction(create, key, { cookie })).toBe("UNAUTHORIZED");
  const off = await startSecondApp({ settings: { FRESH_SIGN_IN_SECONDS: "0" } });
  try {
    expect(await callAction(create, key, { cookie, app: off.url })).toBe("OK");
  } finally {
    await off.stop();
  }
});

test("a sign-in for which Microsoft asked nothing counts from when it did", async ({ page, db }) => {
  await setStandInFaults({ signInAge: 3_600 });
  await signIn(page, "Contoso Admin");
  const [session] = await db.query(
    `select round(extract(epoch from s.created_at - s.authenticated_at) / 60)::int as minutes
       from sessions s join members m on m.id = s.member_id where m.name = 'Contoso Admin' and s.ended_at is null and s.created_at >= $1::timestamptz`,
    [began],
  );
  expect(session).toEqual({ minutes: 60 });
  await page.getByRole("button", { name: "Create API key" }).click();
  await field(page, "Name").fill("Typed before");
  await press(page, "Create");
  await goToMicrosoft(page);
  await account(page, "Contoso Admin").click();
  await press(page, "Create");
  await expect(field(page, "API key")).toHaveValue(/^neo_sk_/);
});

test("another account than the page's is refused by name, and the session stays as it is", async ({ page, db }) => {
  await leaveCreateDialog(page, db);
  const before = await liveSessions(db, "Contoso Admin");
  const [tenants] = await db.query("select count(*)::int as n from tenants");
  await account(page, "Fabrikam Admin").click();
  await expect(note(page)).toContainText(
    "At Microsoft you signed in as admin@fabrikam.example, but this page belongs to Contoso Admin.",
  );
  await expect(field(page, "Name")).toHaveValue("Typed before");
  expect(await liveSessions(db, "Contoso Admin")).toEqual(before);
  expect(await liveSessions(db, "Fabrikam Admin")).toEqual([]);
  expect((await db.query("select count(*)::int as n from tenants"))[0]).toEqual(tenants);
  expect(
    await db.query(
      "select details->>'reason' as reason from audit_events where action = 'session.refused' order by at desc limit 1",
    ),
  ).toEqual([{ reason: "other-account" }]);

  // The right one next.
  await press(page, "Create");
  await goToMicrosoft(page);
  await account(page, "Contoso Admin").click();
  await expect(note(page)).toContainText("Microsoft confirmed");
  await press(page, "Create");
  await expect(field(page, "API key")).toHaveValue(/^neo_sk_/);
});

test("cancelling at Microsoft returns to the form, as it was", async ({ page, db }) => {
  await leaveCreateDialog(page, db);
  const before = await liveSessions(db, "Contoso Admin");
  await page.getByRole("button", { name: "Cancel" }).click();
  await expect(note(page)).toContainText("You cancelled at Microsoft, so nothing was changed.");
  await expect(field(page, "Name")).toHaveValue("Typed before");
  expect(await liveSessions(db, "Contoso Admin")).toEqual(before);
  await press(page, "Create");
  await expect(panel(page)).toBeVisible();
});

for (const [what, faults, text] of [
  ["doesn’t say when it was", { noAuthTime: true }, /has to add the optional claim auth_time to ID tokens/],
  ["is an old one", { ignoresPrompt: true, signInAge: 3_600 }, /didn’t ask you to sign in again/],
  ["is in the future", { ignoresPrompt: true, signInAge: -86_400 }, /didn’t ask you to sign in again/],
] as const) {
  test(`a sign-in that ${what} confirms nothing`, async ({ page, db }) => {
    await leaveCreateDialog(page, db);
    const before = await liveSessions(db, "Contoso Admin");
    await setStandInFaults(faults);
    await account(page, "Contoso Admin").click();
    await expect(note(page)).toContainText(text);
    await expect(field(page, "Name")).toHaveValue("Typed before");
    expect(await liveSessions(db, "Contoso Admin")).toEqual(before);
    await press(page, "Create");
    await expect(panel(page)).toBeVisible();
    expect(await db.query("select 1 from api_keys")).toEqual([]);
  });
}

test("a callback works once, and never for another browser", async ({ page, db, browser }) => {
  await leaveCreateDialog(page, db);
  const callback = page.waitForRequest(/\/api\/auth\/callback\/azure-ad\?/);
  await account(page, "Contoso Admin").click();
  const url = (await callback).url();
  await expect(note(page)).toContainText("Microsoft confirmed");
  await ageSignIns(db, "16 minutes");
  const before = await liveSessions(db, "Contoso Admin");
  await page.goto(url);
  await expect(page).toHaveURL(/\/sign-in/);
  expect(await liveSessions(db, "Contoso Admin")).toEqual(before);
  const other = await browser.newPage();
  await other.goto(url);
  await expect(other).toHaveURL(/\/sign-in/);
  expect(await liveSessions(db, "Contoso Admin")).toEqual(before);
  await other.close();
});

test("what was typed waits for nobody else, and not longer than 15 minutes", async ({ page, db }) => {
  await leaveCreateDialog(page, db);
  await page.goto(KEYS_PATH);
  await expect(field(page, "Name")).toHaveValue("Typed before");
  await expect(note(page)).toHaveCount(0);
  await press(page, "Create");
  await goToMicrosoft(page);
  await page.goto("/agents");
  await expect(dialog(page)).toHaveCount(0);
  await page.evaluate(() => {
    const later = Date.now() + 16 * 60_000;
    Date.now = () => later;
  });
  await page.getByRole("link", { name: "Roles & Access" }).click();
  await expect(page.getByRole("button", { name: "Create API key" })).toBeVisible();
  await page.waitForTimeout(500);
  await expect(dialog(page)).toHaveCount(0);

  await page.goto(KEYS_PATH);
  await expect(field(page, "Name")).toHaveValue("Typed before");
  await press(page, "Create");
  await goToMicrosoft(page);
  await page.goto("/agents");
  expect(await kept(page)).not.toEqual([]);
  await page.getByRole("button", { name: /^Account of/ }).click();
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.waitForURL(/\/sign-in/);
  expect(await kept(page)).toEqual([]);
});

test("revoking one key, removing a member and ending sessions never wait for Microsoft", async ({ page, db }) => {
  await signIn(page, "Contoso Admin");
  await createAndClose(page, "Leaked");
  await ageSignIns(db, "1 day");
  await page.getByRole("button", { name: "Revoke Leaked" }).click();
  await dialog(page)
    .getByRole("textbox", { name: /^To confirm, type/ })
    .fill("Leaked");
  await press(page, "Revoke");
  await expect(page.getByText("Revoked Leaked.")).toBeVisible();
  await page.goto(MEMBERS_PATH);
  await page.getByRole("button", { name: "Remove Contoso Viewer" }).click();
  await press(page, "Remove");
  await expect(page.getByText("Removed Contoso Viewer.")).toBeVisible();
  await expect(row(page, SPARE)).toHaveCount(0);
});

test("a person's old token is refused with the challenge of RFC 9470, by the operations that say so", async ({
  db,
}) => {
  await setStandInFaults({ signInAge: 901 });
  const old = await accessToken("Contoso Admin");
  await setStandInFaults({ noAuthTime: true });
  const unknown = await accessToken("Contoso Admin");
  await setStandInFaults({ ...NO_FAULTS });
  const fresh = await accessToken("Contoso Admin");
  for (const [name, { path, body, least, fresh: needsFresh, status = 200 }] of Object.entries(OPERATIONS)) {
    const [method = "", address = ""] = name.split(" ");
    if (least === "anyone") continue;
    const targets = await newTargets(db, "Contoso Admin");
    const init = {
      method,
      ...(body === undefined ? {} : { headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
    };
    for (const token of [old, unknown]) {
      const response = await callApi(path?.(targets) ?? address, token, init);
      if (!needsFresh) {
        expect(response.status, name).not.toBe(401);
        continue;
      }
      expect(response.status, name).toBe(401);
      expect(response.headers.get("www-authenticate"), name).toMatch(
        /^Bearer realm="neo", error="insufficient_user_authentication", error_description="[ !#-[\]-~]+", max_age="900"$/,
      );
      const { error } = (await response.json()) as { error: { message: string; details: object } };
      expect(error.details).toMatchObject({ reason: "fresh_sign_in_required", max_age: 900 });
      expect(error.message).toMatch(
        token === unknown ? /adds the optional claim auth_time to access tokens/ : /Sign in again/,
      );
    }
    if (needsFresh) expect((await callApi(path?.(targets) ?? address, fresh, init)).status, name).toBe(status);
    await forgetTargets(db);
  }
});

test("the question is accessible, on a phone, in the dark and in forced colours", async ({ page, db }) => {
  await signIn(page, "Contoso Admin");
  await ageSignIns(db, "16 minutes");
  await page.setViewportSize({ width: 360, height: 740 });
  await page.getByRole("button", { name: "Create API key" }).click();
  await field(page, "Name").fill("Typed before");
  await press(page, "Create");
  await expect(panel(page)).toBeVisible();
  for (const colorScheme of ["dark", "light"] as const) {
    await page.emulateMedia({ colorScheme });
    await expectAccessible(page, `the question, ${colorScheme}`);
  }
  await expectAccessibleInForcedColours(page, "the question");
  await page.emulateMedia({ forcedColors: "none" });
  await goToMicrosoft(page);
  await page.getByRole("button", { name: "Cancel" }).click();
  await expect(note(page)).toBeVisible();
  await expectAccessible(page, "the form after it");
});
