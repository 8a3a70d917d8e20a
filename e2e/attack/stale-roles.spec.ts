// A revoked permission, used with an earlier cookie or token.
import { builtActions, callAction, forgetTargets, newTargets, open, pageHeaders, sessionOf } from "../access-calls";
import { ACTIONS, OPERATIONS, PAGES, stateOf } from "../access-table";
import { accessToken, callApi, type Database, expect, setting, TENANTS, test } from "../fixtures";

import { tried } from "./tried";

const PERSON = "Contoso Admin";

test.afterEach(async ({ db }) => {
  await db.query("update tenants set enabled = true");
  await forgetTargets(db);
  await db.resetMembers();
});

/** Changes to a person's access, and how pages, actions and the API respond afterwards. */
const CHANGES = [
  { sql: "update members set role = 'User' where name = $1", page: "/access-denied", code: "FORBIDDEN", status: 403 },
  { sql: "update members set role = 'Viewer' where name = $1", page: "/access-denied", code: "FORBIDDEN", status: 403 },
  {
    sql: "update members set removed_at = now(), removed_by_id = id where name = $1",
    page: "/sign-in",
    code: "UNAUTHORIZED",
    status: 401,
  },
  {
    sql: "update tenants set enabled = false where id = (select tenant_id from members where name = $1)",
    page: "/sign-in",
    code: "UNAUTHORIZED",
    status: 403,
  },
] as const;

const undo = async (db: Database) => {
  await db.query("update members set role = 'Admin', removed_at = null, removed_by_id = null where name = $1", [
    PERSON,
  ]);
  await db.query("update tenants set enabled = true");
};

test("a session cookie is refused once its owner lost the role, was removed, or the organisation was disabled", async ({
  db,
}) => {
  const { cookie } = await sessionOf(db, PERSON);
  const pages = Object.entries(PAGES).filter(([, { least, leadsTo }]) => least === "Admin" && !leadsTo);
  const actions = Object.entries(ACTIONS).filter(([, { least }]) => least === "Admin");
  const files = ["/roles-access/audit-log/export?format=csv", "/roles-access/members/people?q=contoso"];
  const file = async (path: string) =>
    (await fetch(setting("NEO_E2E_URL") + path, { headers: pageHeaders(cookie) })).status;
  let attempts = 0;
  for (const { sql, page, code, status } of CHANGES) {
    for (const [path] of pages) expect((await open(path, cookie)).to, path).toBeNull();
    for (const path of files) expect(await file(path), path).toBe(200);
    const targets = await newTargets(db, "Contoso User");
    await db.query(sql, [PERSON]);
    const before = await stateOf(db, TENANTS.contoso);
    for (const [path] of pages) {
      expect((await open(path, cookie)).to, `${path} after ${sql}`).toContain(page);
      const payload = await open(path, cookie, true);
      for (const secret of [targets.keyName, "Table's spare member"]) expect(payload.text).not.toContain(secret);
      attempts += 2;
    }
    for (const path of files) expect(await file(path), path).toBe(code === "FORBIDDEN" ? 403 : 401);
    for (const [name, row] of actions) {
      const action = builtActions().get(name);
      if (!action) throw new Error(`${name} is not in the build`);
      expect(await callAction(action, row.input(targets), { cookie }), `${name} after ${sql}`).toBe(code);
    }
    attempts += files.length + actions.length;
    expect(await stateOf(db, TENANTS.contoso), String(status)).toEqual(before);
    await undo(db);
  }
  tried(attempts);
});

test("an access token is refused once its owner lost the role, was removed, or the organisation was disabled", async ({
  db,
}) => {
  const token = await accessToken(PERSON);
  const operations = Object.entries(OPERATIONS).filter(([, { least }]) => least === "Admin");
  let attempts = 0;
  for (const { sql, status } of CHANGES) {
    expect((await callApi("/public-api/api-keys", token)).status).toBe(200);
    const targets = await newTargets(db, null);
    await db.query(sql, [PERSON]);
    const before = await stateOf(db, TENANTS.contoso);
    for (const [name, row] of operations) {
      const [method = "", address = ""] = name.split(" ");
      const answer = await callApi(row.path?.(targets) ?? address, token, {
        method,
        ...(row.body ? { body: JSON.stringify(row.body), headers: { "content-type": "application/json" } } : {}),
      });
      expect(answer.status, `${name} after ${sql}`).toBe(status);
      attempts++;
    }
    expect(await stateOf(db, TENANTS.contoso)).toEqual(before);
    await undo(db);
  }
  tried(attempts);
});
