// Server actions called in ways that no page calls them.
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";

import {
  builtActions,
  callAction,
  forgetTargets,
  newTargets,
  outcomeOf,
  postAction,
  reaches,
  ROLES,
  personOf,
  sessionOf,
} from "../access-calls";
import { ACTIONS, OPEN_ACTIONS, PAGES, stateOf } from "../access-table";
import { expect, setting, TENANTS, test } from "../fixtures";

import { tried } from "./tried";

test.afterEach(({ db }) => forgetTargets(db));

const actionOf = (name: string) => {
  const action = builtActions().get(name);
  if (!action) throw new Error(`${name} is not in the build`);
  return action;
};

test("a server action called at another page's URL is refused without the role and signed out", async ({ db }) => {
  const targets = await newTargets(db, null);
  const cookies = {
    Viewer: (await sessionOf(db, "Contoso Viewer")).cookie,
    User: (await sessionOf(db, "Contoso User")).cookie,
  };
  const before = await stateOf(db, TENANTS.contoso);
  let attempts = 0;
  for (const [name, row] of Object.entries(ACTIONS)) {
    const { id } = actionOf(name);
    for (const [address, { path }] of Object.entries(PAGES)) {
      const page = path?.(targets) ?? address;
      const callers = [null, ...ROLES.filter((role) => !reaches(role, row.least))] as const;
      for (const role of callers) {
        const cookie = role === "Viewer" || role === "User" ? cookies[role] : null;
        const outcome = await callAction({ id, page }, row.input(targets), { cookie });
        attempts++;
        // Next forwards a call to a page that has the action, from any URL.
        expect(outcome, `${name} at ${page}`).toBe(role === null ? "UNAUTHORIZED" : "FORBIDDEN");
      }
    }
  }
  expect(await stateOf(db, TENANTS.contoso)).toEqual(before);
  tried(attempts);
});

test("unknown server action ids are refused", async ({ db }) => {
  const targets = await newTargets(db, "Contoso Admin");
  const { cookie } = await sessionOf(db, "Contoso Admin");
  const [[name, row] = ["", undefined]] = Object.entries(ACTIONS);
  const { id, page } = actionOf(name);
  const before = await stateOf(db, TENANTS.contoso);
  const ids = [
    ...["", "0", "00", "null", "undefined", "__proto__", "constructor", "toString", "x".repeat(4_000)],
    ...[id.slice(1), `${id}0`, id.toUpperCase() + "z", id.split("").reverse().join(""), `${id},${id}`],
    ...["../../etc/passwd", "$ACTION_ID_" + id, randomBytes(20).toString("hex"), randomBytes(21).toString("hex")],
  ];
  for (const wrong of ids) {
    const outcome = await callAction({ id: wrong, page }, row?.input(targets), { cookie });
    // This app refuses malformed ids, Next refuses unknown ones.
    expect(/^[0-9a-f]{42}$/.test(wrong) ? ["400", "409"] : ["404"], wrong.slice(0, 60)).toContain(outcome);
  }
  expect(await stateOf(db, TENANTS.contoso)).toEqual(before);
  tried(ids.length);
});

/** What actions that end something answer the second time. */
const AGAIN = {
  rotateKeyAction: "CONFLICT",
  revokeKeyAction: '"revoked":false',
  revokeKeysAction: '"revoked":0',
  endOverlapAction: '"ended":false',
  dismissWarningAction: '"dismissed":false',
  restoreWarningAction: '"restored":false',
  allowKeyManagersAction: '"changed":false',
};

test("replayed server actions are refused after signing out, and change nothing the second time", async ({ db }) => {
  let attempts = 0;
  for (const [name, row] of Object.entries(ACTIONS)) {
    const person = personOf("Admin");
    const action = actionOf(name);
    const { id, cookie } = await sessionOf(db, person);
    const recorded = JSON.stringify([row.input(await newTargets(db, person))]);
    expect(outcomeOf(await postAction(action, recorded, { cookie })), name).toBe("OK");
    if (name.includes("endOwnSessions")) continue;
    const count = async () =>
      (await db.query<{ n: number }>("select count(*)::int as n from audit_events where action like 'api_key.%'"))[0]
        ?.n;
    const [, answer] = Object.entries(AGAIN).find(([suffix]) => name.endsWith(`#${suffix}`)) ?? [];
    if (answer) {
      const first = await count();
      const again = await postAction(action, recorded, { cookie });
      attempts++;
      expect(again.text, name).toContain(answer);
      // Nothing changed, so nothing was logged.
      expect(await count(), name).toBe(first);
    }
    await db.query("update sessions set ended_at = now() where id = $1::uuid", [id]);
    const before = await stateOf(db, TENANTS.contoso);
    expect(outcomeOf(await postAction(action, recorded, { cookie })), name).toBe("UNAUTHORIZED");
    attempts++;
    expect(await stateOf(db, TENANTS.contoso), name).toEqual(before);
    await forgetTargets(db);
  }
  tried(attempts);
});

const UNREAD = "the arguments of a server action could not be read";

/** How often the application has logged this, including suppressed lines. */
function logged(words: string): number {
  const lines = readFileSync(path.join(setting("NEO_E2E_LOG_DIR"), "app.log"), "utf8").split("\n");
  const leftOut = new RegExp(`"warning":"${words}","suppressed":(\\d+)`);
  const counts = lines.map((line) => Number(leftOut.exec(line)?.[1] ?? line.includes(`"msg":"${words}"`)));
  return counts.reduce((sum, count) => sum + count, 0);
}

/** Payloads that attack Next's argument parser or this app's. @param input a valid argument */
function bentBodies(input: unknown): (string | FormData)[] {
  const good = JSON.stringify(input);
  const form = (parts: Record<string, string>) => {
    const data = new FormData();
    for (const [name, value] of Object.entries(parts)) data.set(name, value);
    return data;
  };
  const deep = `${"[".repeat(20_000)}${"]".repeat(20_000)}`;
  return [
    ...["", "null", "{}", "[]", "[null]", "[[]]", '["x"]', "[1e999]", "{", `{"0":${good}}`, deep, `[${deep}]`],
    ...[
      '["$F1"]',
      '["$1"]',
      '["$@1"]',
      '["$K1"]',
      '["$Q1"]',
      '["$W1"]',
      '["$B1"]',
      '["$undefined"]',
      '["$S__proto__"]',
      '["$n1"]',
    ],
    ...[
      '["$1:__proto__:constructor"]',
      '["$1:constructor:constructor"]',
      '[{"$":"$1:__proto__"}]',
      '["$T"]',
      '["$h1"]',
    ],
    form({ "0": '["$1"]', "1": '"$0"' }),
    form({ "0": '["$1:__proto__:constructor:constructor"]', "1": good }),
    form({ "0": '["$F1"]', "1": '{"id":"child_process#execSync","bound":["id"]}' }),
    form({ "0": '["$F1"]', "1": '{"id":"fs#readFileSync","bound":null}' }),
    form({ "0": '["$F1"]', "1": '{"id":"vm#runInThisContext","bound":["globalThis.neoOwned=1"]}' }),
    // The payload of CVE-2025-55182: a thenable that makes the parser call an attacker's function.
    form({
      "0": JSON.stringify({
        then: "$1:__proto__:then",
        status: "resolved_model",
        reason: -1,
        value: '{"then":"$B1337"}',
        _response: {
          _prefix: "process.exit(66);//",
          _chunks: "$Q2",
          _formData: { get: "$1:constructor:constructor" },
        },
      }),
      "1": '"$@0"',
      "2": "[]",
    }),
    // CVE-2025-55183 requests an action's source; CVE-2025-55184 a promise that waits for itself.
    form({ "0": '["$F1"]', "1": '{"id":"$1:id","bound":"$@1"}' }),
    form({ "0": '["$@0"]' }),
    form({ "0": '"$@0"' }),
    form(Object.fromEntries(Array.from({ length: 500 }, (_, n) => [String(n), `["$${String(n + 1)}"]`]))),
  ];
}

test("malformed server action arguments are refused: references, prototypes, functions, promises, depth", async ({
  db,
}) => {
  const { cookie } = await sessionOf(db, "Contoso Viewer");
  const admin = (await sessionOf(db, "Contoso Admin")).cookie;
  const targets = await newTargets(db, null);
  const before = await stateOf(db, TENANTS.contoso);
  const names = ["#createKeyAction", "#changeRoleAction", "#updateAgentAction", "#takeInvitationAlongAction"];
  const chosen = [...Object.keys(ACTIONS), ...OPEN_ACTIONS].filter((name) => names.some((end) => name.endsWith(end)));
  expect(chosen).toHaveLength(names.length);
  const [faults, refusals] = [logged("a request of the dashboard failed"), logged(UNREAD)];
  let attempts = 0;
  let unread = 0;
  for (const name of chosen) {
    for (const body of bentBodies(ACTIONS[name]?.input(targets) ?? "x")) {
      for (const who of [cookie, admin, null]) {
        const label = `${name} ${typeof body === "string" ? body.slice(0, 60) : JSON.stringify([...body]).slice(0, 120)}`;
        const { status, text } = await postAction(actionOf(name), body, { cookie: who });
        expect(typeof body === "string" ? [200, 400] : [415], label).toContain(status);
        if (status !== 200) unread++;
        expect(text, label).not.toContain('"ok":true');
        // No source code, stack trace or server path leaks.
        expect(text, label).not.toMatch(/use server|requireSameOrigin|serverAction|node:internal|\bat .*\.js:\d/);
        attempts++;
      }
    }
  }
  // Each refusal has a log line, or is in the count of those beyond ten a second; none is logged as an internal error.
  expect(unread).toBeGreaterThan(attempts / 2);
  await expect.poll(() => logged(UNREAD) - refusals).toBe(unread);
  expect(logged("a request of the dashboard failed")).toBe(faults);
  expect(await stateOf(db, TENANTS.contoso)).toEqual(before);
  expect((await fetch(new URL("/public-api/health", setting("NEO_E2E_URL")))).status).toBe(200);
  // Valid calls still work.
  const create = Object.keys(ACTIONS).find((name) => name.endsWith("#createKeyAction")) ?? "";
  expect(await callAction(actionOf(create), ACTIONS[create]?.input(targets), { cookie: admin })).toBe("OK");
  tried(attempts);
});
