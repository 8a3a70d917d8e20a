// Sessions that an attacker planted or copied.
import { encode } from "next-auth/jwt";

import { RENDERED_FOR_FIELD } from "../../lib/auth/rendered-for";
import { CookieJar, signInByForms } from "../../tests/support/sign-in";
import { builtActions, callAction, forgetTargets, newTargets, open, renderedForOf, sessionOf } from "../access-calls";
import { ACTIONS, PAGES, stateOf } from "../access-table";
import { type Database, expect, setting, TENANTS, test } from "../fixtures";

import { tried } from "./tried";

test.afterEach(({ db }) => forgetTargets(db));

const SESSION = "next-auth.session-token";
const live = (db: Database, person: string) =>
  db.query<{ id: string }>(
    "select s.id from sessions s join members m on m.id = s.member_id where m.name = $1 and ended_at is null order by s.id",
    [person],
  );
const shown = async (cookie: string) =>
  (await (await fetch(`${setting("NEO_E2E_URL")}/api/auth/session`, { headers: { cookie } })).json()) as {
    user?: { name: string };
  };

test("a session id planted before the sign-in is replaced: an attacker's own, an invented one, and several", async ({
  db,
}) => {
  const base = setting("NEO_E2E_URL");
  const valueOf = async (person: string) => (await sessionOf(db, person)).cookie.slice(SESSION.length + 1);
  const before = new Set((await live(db, "Contoso Viewer")).map(({ id }) => id));
  const attackers = await valueOf("Fabrikam Admin");
  const split = await valueOf("Fabrikam Viewer");
  const planted: Record<string, string>[] = [
    { [SESSION]: attackers },
    { [SESSION]: "invented" },
    { [`${SESSION}.0`]: split.slice(0, 100), [`${SESSION}.1`]: split.slice(100) },
    { [`__Secure-${SESSION}`]: split, [`__Host-${SESSION}`]: split },
    { "next-auth.csrf-token": `${"a".repeat(64)}|${"b".repeat(64)}` },
    { "next-auth.state": "planted", "next-auth.pkce.code_verifier": "planted", "next-auth.nonce": "planted" },
  ];
  for (const cookies of planted) {
    const jar = new CookieJar();
    for (const [name, value] of Object.entries(cookies)) jar.set(name, value);
    await signInByForms(base, setting("NEO_E2E_STAND_IN_URL"), "Contoso Viewer", jar);
    const own = new RegExp(`(?:^|; )${SESSION}=([^;]+)`).exec(jar.header)?.[1] ?? "";
    expect(Object.values(cookies), "the sign-in made a session of its own").not.toContain(own);
    expect((await shown(`${SESSION}=${own}`)).user?.name).toBe("Contoso Viewer");
    // The attacker who planted it still has only their own access.
    for (const [name, value] of Object.entries(cookies))
      for (const held of [`${name}=${value}`, `${SESSION}=${value}`])
        expect((await shown(held)).user?.name, held.slice(0, 60)).not.toBe("Contoso Viewer");
  }
  const made = (await live(db, "Contoso Viewer")).filter(({ id }) => !before.has(id));
  expect(made).toHaveLength(planted.length);
  tried(planted.length);
});

test("forged session cookies are refused: other secrets, other people's session ids, no encryption", async ({ db }) => {
  const victim = (await sessionOf(db, "Contoso Admin")).id;
  const { agentName } = await newTargets(db, null);
  const seal = (token: Record<string, unknown>, secret: string) => encode({ token, secret });
  const b64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const forged = [
    victim,
    await seal({ sid: victim }, "another secret of more than thirty-two characters"),
    `${b64({ alg: "none" })}.${b64({ sid: victim })}.`,
    `${b64({ alg: "dir", enc: "A256GCM" })}..${"A".repeat(16)}.${b64({ sid: victim })}.${"A".repeat(22)}`,
    `${b64({ alg: "HS256" })}.${b64({ sid: victim })}.${"A".repeat(43)}`,
    b64({ sid: victim }),
    `"${victim}"`,
    "%00",
    "A".repeat(4_000),
  ];
  const real = (await sessionOf(db, "Contoso Admin")).cookie;
  const [head = "", ...rest] = real.slice(SESSION.length + 1).split(".");
  forged.push([head, ...rest.toReversed()].join("."), `${real.slice(SESSION.length + 1, -3)}AAA`, head);
  for (const cookie of forged) {
    const { to, text } = await open("/agents", `${SESSION}=${encodeURIComponent(cookie)}`);
    expect(to, cookie.slice(0, 60)).toContain("/sign-in");
    expect(text).not.toContain(agentName);
    expect(await shown(`${SESSION}=${encodeURIComponent(cookie)}`)).toEqual({});
  }
  expect((await open("/agents", real)).text).toContain(agentName);
  tried(forged.length);
});

test("a cookie copied before the sign-out is refused by pages, their data, actions, files and sign-in routes", async ({
  db,
}) => {
  const base = setting("NEO_E2E_URL");
  let attempts = 0;
  for (const leave of ["sign-out", "sign-out everywhere", "ended by an admin", "expired"] as const) {
    const jar = await signInByForms(base, setting("NEO_E2E_STAND_IN_URL"), "Contoso Admin");
    const copy = jar.header;
    expect((await shown(copy)).user?.name).toBe("Contoso Admin");
    const targets = await newTargets(db, null);
    if (leave === "sign-out") {
      await jar.post(base, "/api/auth/signout");
      expect(jar.header).not.toContain(SESSION);
    } else if (leave === "sign-out everywhere") {
      const action = builtActions().get("app/(dashboard)/account/sessions/actions.ts#endOwnSessionsAction");
      if (!action) throw new Error("the build has no endOwnSessionsAction");
      const headers = { [RENDERED_FOR_FIELD]: await renderedForOf(db, "Contoso Admin") };
      expect(await callAction(action, {}, { cookie: copy, headers })).toBe("OK");
    } else if (leave === "ended by an admin") {
      await db.query("update sessions set ended_at = now() where ended_at is null");
    } else await db.query("update sessions set expires_at = now() - interval '1 second' where ended_at is null");
    const before = await stateOf(db, TENANTS.contoso);
    const guarded = Object.entries(PAGES).filter(([, { least }]) => least !== "anyone");
    for (const [address, row] of guarded) {
      const path = row.path?.(targets) ?? address;
      for (const rsc of [false, true]) {
        const { to, text } = await open(path, copy, rsc);
        if (!rsc) expect(to, `${path} after ${leave}`).toContain("/sign-in");
        for (const secret of [targets.keyName, targets.agentName, "Contoso Admin"])
          expect(text, `${path} after ${leave}`).not.toContain(secret);
        attempts++;
      }
    }
    for (const [name, row] of Object.entries(ACTIONS)) {
      const action = builtActions().get(name);
      if (!action) throw new Error(`${name} is not in the build`);
      expect(await callAction(action, row.input(targets), { cookie: copy }), name).toBe("UNAUTHORIZED");
      attempts++;
    }
    for (const path of ["/roles-access/audit-log/export?format=csv", "/roles-access/members/people?q=c"]) {
      expect((await fetch(base + path, { headers: { cookie: copy } })).status, path).toBe(401);
      attempts++;
    }
    expect(await shown(copy)).toEqual({});
    expect(await stateOf(db, TENANTS.contoso), leave).toEqual(before);
    // A request for the session, which NextAuth would answer with a new cookie, doesn't revive the copy.
    const again = await fetch(`${base}/api/auth/session`, { headers: { cookie: copy } });
    expect(again.headers.getSetCookie().filter((one) => one.startsWith(`${SESSION}=ey`))).toEqual([]);
    attempts += 2;
  }
  tried(attempts);
});
