import { readFileSync } from "node:fs";
import path from "node:path";

import { CONTOSO, DEMO_CLIENT, STAND_IN_ACCOUNTS } from "../dev/microsoft/directory";
import { ROOT } from "../dev/root";

import {
  addressOf,
  builtActions,
  callAction,
  files,
  forgetTargets,
  newKey,
  newLink,
  newTargets,
  open,
  pageHeaders,
  personOf,
  reaches,
  ROLES,
  sessionOf,
  STRANGER,
  type Call,
} from "./access-calls";
import {
  ACTIONS,
  OPEN_ACTIONS,
  OPERATIONS,
  OTHER_ROUTES,
  PAGES,
  type Role,
  stateOf,
  type Targets,
} from "./access-table";
import { callApi, expect, type Person, setting, TENANTS, test } from "./fixtures";

test.afterEach(({ db }) => forgetTargets(db));

test.describe("pages", () => {
  test("each has a row, and each row a page", () => {
    expect(files("app", "/page.tsx").map(addressOf).sort()).toEqual(Object.keys(PAGES).sort());
  });

  for (const [address, row] of Object.entries(PAGES)) {
    test(`${address} as each role, signed out, and from the other organisation`, async ({ db }) => {
      for (const person of [...ROLES.map(personOf), STRANGER, null]) {
        const targets = await newTargets(db, person);
        const cookie = person && (await sessionOf(db, person)).cookie;
        const at = row.path?.(targets) ?? address;
        const { to, text } = await open(at, cookie);
        const all = text + (await open(at, cookie, true)).text;
        const role = person === null ? null : (person.split(" ")[1] as Role);
        const label = `${address} as ${person ?? "nobody"}`;
        const mayOpen = row.least === "anyone" || (role !== null && reaches(role, row.least));
        if (!mayOpen) {
          expect(to, label).toMatch(role === null ? /^\/sign-in\?callbackUrl=/ : /^\/access-denied\?from=/);
        } else {
          expect(to, label).toBe(row.leadsTo?.(role) ?? null);
          if (row.notFound && person === STRANGER) expect(text, label).toContain(row.notFound);
        }
        const ours = mayOpen && person !== STRANGER;
        if (ours && row.shows) expect(text, label).toContain(row.shows(targets));
        if (!ours) for (const secret of [targets.keyName, targets.agentName]) expect(all, label).not.toContain(secret);
      }
    });
  }
});

/** The server actions in the source, by file and name. */
function writtenActions(): string[] {
  const sources = ["app", "components", "lib"].flatMap((folder) => [...files(folder, ".ts"), ...files(folder, ".tsx")]);
  return sources.flatMap((file) => {
    const source = readFileSync(path.join(ROOT, file), "utf8");
    if (!/^\s*["']use server["']/m.test(source)) return [];
    // Inside a function it would be an unnamed action, which this table cannot list.
    expect(source, `${file}: "use server" belongs at the top of a file`).toMatch(/^["']use server["']/);
    return [...source.matchAll(/^export (?:async function|const) (\w+)/gm)].map(([, name]) => `${file}#${name ?? ""}`);
  });
}

test.describe("server actions", () => {
  test("each has a row, in the source and in the build", () => {
    const rows = [...Object.keys(ACTIONS), ...OPEN_ACTIONS];
    expect(writtenActions().sort()).toEqual([...rows].sort());
    expect([...builtActions().keys()].sort()).toEqual([...rows].sort());
  });

  const EVIL = "https://evil.example";
  const FORGED: [string, Call][] = [
    ["no Origin", { origin: null }],
    ["Origin: null", { origin: "null" }],
    ["a foreign Origin", { origin: EVIL }],
    ["a foreign Origin and X-Forwarded-Host", { origin: EVIL, headers: { "x-forwarded-host": "evil.example" } }],
    ["no Origin, another site's fetch", { origin: null, headers: { "sec-fetch-site": "cross-site" } }],
  ];

  for (const [name, row] of Object.entries(ACTIONS)) {
    test(`${name.split("#")[1] ?? name} as each role, signed out, from the other organisation, and forged`, async ({
      db,
    }) => {
      const action = builtActions().get(name);
      if (!action) throw new Error("no page uses it, so the build has left it out");

      const expectRefused = async (what: string, person: Person | null, call: Call, codes: readonly string[]) => {
        const targets = await newTargets(db, person);
        const cookie = person && (await sessionOf(db, person)).cookie;
        const before = await stateOf(db, CONTOSO.id);
        const outcome = await callAction(action, row.input(targets), { cookie, ...call });
        expect(codes, what).toContain(outcome);
        expect(await stateOf(db, CONTOSO.id), `${what}: something changed`).toEqual(before);
      };

      for (const role of ROLES) {
        const person = personOf(role);
        if (!reaches(role, row.least)) {
          await expectRefused(role, person, {}, ["FORBIDDEN"]);
          continue;
        }
        const targets = await newTargets(db, person);
        const { cookie } = await sessionOf(db, person);
        const before = await stateOf(db, CONTOSO.id);
        expect(await callAction(action, row.input(targets), { cookie }), role).toBe("OK");
        const after = expect(await stateOf(db, CONTOSO.id), role);
        if (row.reads) after.toEqual(before);
        else after.not.toEqual(before);
      }
      await expectRefused("signed out", null, {}, ["UNAUTHORIZED"]);
      await expectRefused("a bearer token", null, { headers: { authorization: "Bearer neo_sk_prod_x" } }, [
        "UNAUTHORIZED",
      ]);
      await expectRefused("the other organisation", STRANGER, {}, [row.foreign === "own" ? "OK" : row.foreign]);
      for (const [what, call] of FORGED) {
        await expectRefused(what, "Contoso Admin", call, ["403"]);
      }
      // Mass assignment: a tenant, role or member sent along has no effect.
      const extra = { tenantId: TENANTS.contoso, role: "Admin", actor: { role: "Admin" } };
      const targets = await newTargets(db, STRANGER);
      const before = await stateOf(db, CONTOSO.id);
      const { cookie } = await sessionOf(db, STRANGER);
      await callAction(action, { ...(row.input(targets) as object), ...extra }, { cookie });
      expect(await stateOf(db, CONTOSO.id)).toEqual(before);

      // A link or an image can trigger a GET with cookies, which must not call an action.
      const admin = await newTargets(db, "Contoso Admin");
      const headers = { "next-action": action.id, cookie: (await sessionOf(db, "Contoso Admin")).cookie };
      const unread = await stateOf(db, CONTOSO.id);
      const query = `?1_${encodeURIComponent(JSON.stringify([row.input(admin)]))}&$ACTION_ID_${action.id}=`;
      for (const address of [action.page, action.page + query]) {
        await fetch(new URL(address, setting("NEO_E2E_URL")), { headers, redirect: "manual" });
      }
      expect(await stateOf(db, CONTOSO.id)).toEqual(unread);
    });
  }

  for (const name of OPEN_ACTIONS) {
    test(`${name.split("#")[1] ?? name} sets its cookie for an open link only, and for no forged call`, async ({
      db,
    }) => {
      const action = builtActions().get(name);
      if (!action) throw new Error("no page uses it, so the build has left it out");
      const call = async (input: unknown, { origin = setting("NEO_E2E_URL"), headers = {} }: Call = {}) => {
        const response = await fetch(new URL(action.page, setting("NEO_E2E_URL")), {
          method: "POST",
          headers: {
            "next-action": action.id,
            "content-type": "text/plain;charset=UTF-8",
            accept: "text/x-component",
            ...(origin === null ? {} : { origin }),
            ...headers,
          },
          body: JSON.stringify([input]),
        });
        await response.text();
        return response.headers.getSetCookie().filter((cookie) => cookie.includes("invitation"));
      };
      const token = await newLink(db);
      const before = await stateOf(db, CONTOSO.id);
      for (const [what, forged] of FORGED) expect(await call(token, forged), what).toEqual([]);
      for (const wrong of [`${token}x`, token.slice(1), "", "' or true --", null, 7, [token], { token }]) {
        expect(await call(wrong), JSON.stringify(wrong)).toEqual([]);
      }
      const [cookie = ""] = await call(token);
      expect(cookie).toContain(token);
      for (const closed of ["Path=/api/auth", "HttpOnly", "SameSite=lax"]) expect(cookie).toContain(closed);
      expect(await stateOf(db, CONTOSO.id)).toEqual(before);
    });
  }
});

test.describe("routes", () => {
  const patterns = () => files("app", "/route.ts").map(addressOf);

  test("each has a row, and each operation of the API its own", async () => {
    const document = (await (await callApi("/public-api/openapi.json")).json()) as {
      paths: Record<string, Record<string, unknown>>;
    };
    const operations = Object.entries(document.paths).flatMap(([at, methods]) =>
      Object.keys(methods)
        .filter((method) => /^(get|put|post|delete|patch)$/.test(method))
        .map((method) => `${method.toUpperCase()} ${at}`),
    );
    expect(operations.sort()).toEqual(Object.keys(OPERATIONS).sort());
    const inTable = new Set([
      ...OTHER_ROUTES,
      ...Object.keys(OPERATIONS).map((name) => (name.split(" ")[1] ?? "").replaceAll("{", "[").replaceAll("}", "]")),
    ]);
    expect(patterns().sort()).toEqual([...inTable].sort());
  });

  const post = async (url: string, form: Record<string, string>) =>
    (await fetch(url, { method: "POST", body: new URLSearchParams(form) })).text();

  /** A person's access token, from the device flow that `npm run token` uses. */
  async function tokenOf(person: Person): Promise<string> {
    const base = setting("NEO_E2E_STAND_IN_URL");
    const endpoints = `${base}/organizations/oauth2/v2.0`;
    const client = { client_id: DEMO_CLIENT.id };
    const device = JSON.parse(
      await post(`${endpoints}/devicecode`, { ...client, scope: `api://${DEMO_CLIENT.id}/access` }),
    ) as { user_code: string; device_code: string };
    const picker = await post(`${base}/devicelogin`, { user_code: device.user_code });
    await post(`${base}/stand-in/pick`, {
      pending: /name="pending" value="([^"]+)"/.exec(picker)?.[1] ?? "",
      account: STAND_IN_ACCOUNTS.find(({ name }) => name === person)?.oid ?? "",
    });
    const grant = { ...client, grant_type: "urn:ietf:params:oauth:grant-type:device_code" };
    const answer = await post(`${endpoints}/token`, { ...grant, device_code: device.device_code });
    return (JSON.parse(answer) as { access_token: string }).access_token;
  }

  const tokens = new Map<Person, string>();
  test.beforeAll(async () => {
    for (const person of [...ROLES.map(personOf), STRANGER]) tokens.set(person, await tokenOf(person));
  });

  for (const [name, row] of Object.entries(OPERATIONS)) {
    test(`${name} as each role, as a key, by a session's cookie alone, without anything, and from the other organisation`, async ({
      db,
    }) => {
      const [method = "", address = ""] = name.split(" ");
      const call = async (targets: Targets, headers: Record<string, string>) => {
        const response = await fetch(new URL(row.path?.(targets) ?? address, setting("NEO_E2E_URL")), {
          method,
          headers: { ...headers, ...(row.body ? { "content-type": "application/json" } : {}) },
          ...(row.body ? { body: JSON.stringify(row.body) } : {}),
        });
        return { status: response.status, text: await response.text() };
      };
      const expectStatus = async (
        what: string,
        person: Person | null,
        headers: Record<string, string>,
        status: number,
      ) => {
        const targets = await newTargets(db, person);
        const before = await stateOf(db, CONTOSO.id);
        const answer = await call(targets, headers);
        expect(answer.status, `${what}: ${answer.text.slice(0, 200)}`).toBe(status);
        const ours = status < 300 && person !== STRANGER;
        if (!ours) {
          expect(await stateOf(db, CONTOSO.id), `${what}: something changed`).toEqual(before);
          for (const secret of [targets.keyName, targets.agentName]) expect(answer.text, what).not.toContain(secret);
        }
      };
      const open = row.least === "anyone";
      const good = row.status ?? 200;
      for (const role of ROLES) {
        const authorization = `Bearer ${tokens.get(personOf(role)) ?? ""}`;
        await expectStatus(role, personOf(role), { authorization }, reaches(role, row.least) ? good : 403);
      }
      const key = { authorization: `Bearer ${await newKey(db)}` };
      await expectStatus("an API key", null, key, row.key ? good : 403);
      const { cookie } = await sessionOf(db, "Contoso Admin");
      await expectStatus("a session's cookie", null, { cookie }, open ? good : 401);
      await expectStatus("nothing", null, {}, open ? good : 401);
      const authorization = `Bearer ${tokens.get(STRANGER) ?? ""}`;
      await expectStatus("the other organisation", STRANGER, { authorization }, row.path ? 404 : good);
    });
  }

  test("an unknown address is 404 for everyone", async () => {
    for (const token of [undefined, tokens.get("Contoso Admin")]) {
      expect((await callApi("/public-api/members", token)).status).toBe(404);
    }
  });

  test("the people search is only for admins, and finds only people of their own organisation", async ({ db }) => {
    const search = async (person?: string) => {
      const headers = person ? pageHeaders((await sessionOf(db, person)).cookie) : undefined;
      const response = await fetch(`${setting("NEO_E2E_URL")}/roles-access/members/people?q=contoso`, { headers });
      return { status: response.status, text: await response.text() };
    };
    const mine = await search("Contoso Admin");
    expect(mine.status).toBe(200);
    expect(mine.text).toContain("Contoso User");
    for (const person of ["Contoso User", "Contoso Viewer"]) expect((await search(person)).status).toBe(403);
    expect((await search()).status).toBe(401);
    expect((await search(STRANGER)).text).not.toContain("Contoso");
    const [refusal] = await db.query(
      "select actor_name, target_name from audit_events where action = 'access.refused' order by at desc, seq desc limit 1",
    );
    expect(refusal).toEqual({ actor_name: "Contoso Viewer", target_name: "/roles-access/members/people" });
  });

  test("the command palette finds agents for everyone, keys and members for admins, all of their own organisation", async ({
    db,
  }) => {
    const { keyName, agentName } = await newTargets(db, "Contoso Admin");
    const find = async (q: string, person?: string) => {
      const headers = person ? pageHeaders((await sessionOf(db, person)).cookie) : undefined;
      const query = new URLSearchParams({ q });
      const response = await fetch(`${setting("NEO_E2E_URL")}/command-palette?${query.toString()}`, { headers });
      return [response.status, await response.text()] as const;
    };
    for (const [q, least] of [
      [keyName, "Admin"],
      ["Contoso User", "Admin"],
      [agentName, "Viewer"],
    ] as const) {
      for (const role of ROLES) {
        const [status, text] = await find(q, personOf(role));
        expect([status, text.includes(q)], `${q} for ${role}`).toEqual([200, reaches(role, least)]);
      }
      const [status, text] = await find(q, STRANGER);
      expect([status, text.includes(q)], `${q} for the other organisation`).toEqual([200, false]);
      expect((await find(q))[0], "signed out").toBe(401);
    }
  });

  test("the export and the selection of keys are only for admins, and of their own organisation's keys", async ({
    db,
  }) => {
    const { keyId, keyName } = await newTargets(db, "Contoso Admin");
    const ask = async (path: string, person?: string) => {
      const headers = person ? pageHeaders((await sessionOf(db, person)).cookie) : undefined;
      const response = await fetch(`${setting("NEO_E2E_URL")}/roles-access/api-keys/${path}`, { headers });
      return [response.status, await response.text()] as const;
    };
    for (const [path, shown] of [
      ["export", keyName],
      ["selectable", keyId],
    ] as const) {
      const [status, text] = await ask(path, "Contoso Admin");
      expect([status, text.includes(shown)], path).toEqual([200, true]);
      const [theirs, other] = await ask(path, STRANGER);
      expect([theirs, other.includes(shown)], path).toEqual([200, false]);
      for (const person of ["Contoso User", "Contoso Viewer"]) expect((await ask(path, person))[0], path).toBe(403);
      expect((await ask(path))[0], path).toBe(401);
    }
  });

  test("whether a name is taken is only for admins, and about their own organisation's keys", async ({ db }) => {
    const { keyName } = await newTargets(db, "Contoso Admin");
    const ask = async (person?: string) => {
      const headers = person ? pageHeaders((await sessionOf(db, person)).cookie) : undefined;
      const query = new URLSearchParams({ name: keyName });
      const response = await fetch(`${setting("NEO_E2E_URL")}/roles-access/api-keys/name-taken?${query}`, { headers });
      return [response.status, await response.text()];
    };
    expect(await ask("Contoso Admin")).toEqual([200, '{"taken":true}']);
    expect(await ask(STRANGER)).toEqual([200, '{"taken":false}']);
    for (const person of ["Contoso User", "Contoso Viewer"]) expect((await ask(person))[0]).toBe(403);
    expect((await ask())[0]).toBe(401);
  });

  for (const [what, route] of [
    ["the latest use of a key", "first-use"],
    ["the rotation of a key", "rotation"],
    ["from where a key was used", "network-use"],
  ] as const)
    test(`${what} is only for admins of its organisation`, async ({ db }) => {
      const { oldKeyId } = await newTargets(db, "Contoso Admin");
      const ask = async (person?: string) => {
        const headers = person ? pageHeaders((await sessionOf(db, person)).cookie) : undefined;
        const address = `${setting("NEO_E2E_URL")}/roles-access/api-keys/${route}?key=${oldKeyId}`;
        return (await fetch(address, { headers })).status;
      };
      expect(await ask("Contoso Admin")).toBe(200);
      for (const person of ["Contoso User", "Contoso Viewer"]) expect(await ask(person)).toBe(403);
      expect(await ask(STRANGER)).toBe(404);
      expect(await ask()).toBe(401);
    });

  test("a sign-in or sign-out posted from another site is refused, and no header changes its redirect", async ({
    db,
  }) => {
    const base = setting("NEO_E2E_URL");
    const { id, cookie } = await sessionOf(db, "Contoso Viewer");
    const form = (path: string, fields: Record<string, string>, headers: Record<string, string>) =>
      fetch(base + path, { method: "POST", redirect: "manual", headers, body: new URLSearchParams(fields) });
    const locationOf = (response: Response) => new URL(response.headers.get("location") ?? "", base);
    // Without the browser's CSRF token.
    await form("/api/auth/signout", {}, { cookie });
    await form("/api/auth/signout", { csrfToken: "x" }, { cookie });
    expect(await db.query("select 1 from sessions where id = $1::uuid and ended_at is null", [id])).toHaveLength(1);
    expect(locationOf(await form("/api/auth/signin/azure-ad", {}, {})).origin).toBe(base);

    const csrf = await fetch(`${base}/api/auth/csrf`);
    const { csrfToken } = (await csrf.json()) as { csrfToken: string };
    const kept = csrf.headers
      .getSetCookie()
      .map((one) => one.split(";")[0] ?? "")
      .join("; ");
    const begun = await form(
      "/api/auth/signin/azure-ad",
      { csrfToken, callbackUrl: "https://evil.example/" },
      { cookie: kept, "x-forwarded-host": "evil.example", "x-forwarded-proto": "https" },
    );
    expect(locationOf(begun).searchParams.get("redirect_uri")).toBe(`${base}/api/auth/callback/azure-ad`);
    const set = begun.headers.getSetCookie().map((one) => decodeURIComponent(one));
    expect(set.join("\n")).not.toContain("evil");
    expect(set.some((one) => one.startsWith("next-auth.callback-url="))).toBe(true);
  });

  test("the session route returns each person's own name and role, and nothing to anyone signed out", async ({
    db,
  }) => {
    const session = async (cookie?: string) =>
      (
        await fetch(`${setting("NEO_E2E_URL")}/api/auth/session`, { headers: cookie ? { cookie } : {} })
      ).json() as unknown;
    expect(await session()).toEqual({});
    expect(await session("next-auth.session-token=forged")).toEqual({});
    for (const role of ROLES) {
      const { cookie } = await sessionOf(db, personOf(role));
      expect(await session(cookie)).toEqual({ user: { name: personOf(role), role } });
    }
  });
});

test.describe("callbackUrl to another site", () => {
  const OTHER_SITES = [
    "https://evil.example/",
    "//evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "https:evil.example",
    "javascript:alert(1)",
    "/./\\/evil.example",
  ];

  for (const site of OTHER_SITES) {
    test(`${site} is refused everywhere`, async ({ db, page }) => {
      const base = setting("NEO_E2E_URL");
      const asked = encodeURIComponent(site);
      const { cookie } = await sessionOf(db, "Contoso Viewer");
      const stays = (to: string | null) => {
        expect(new URL(to ?? "/", base).origin).toBe(base);
      };
      for (const [address, headers] of [
        [`/sign-in?callbackUrl=${asked}`, { cookie }],
        [`/access-denied?from=${asked}`, { cookie: (await sessionOf(db, "Contoso Admin")).cookie }],
        [`/api/auth/signin?callbackUrl=${asked}`, {}],
        [`/api/auth/signout?callbackUrl=${asked}`, { cookie }],
      ] as const) {
        const response = await fetch(base + address, { redirect: "manual", headers });
        stays(response.headers.get("location"));
        for (const kept of response.headers.getSetCookie()) expect(decodeURIComponent(kept)).not.toContain("evil");
      }
      // Through the full sign-in flow, as from a link in an e-mail.
      await page.goto(`/sign-in?callbackUrl=${asked}`);
      await page.getByRole("button", { name: "Sign in with Microsoft" }).click();
      await page.getByRole("button", { name: /^Contoso Viewer/ }).click();
      await page.waitForURL((url) => url.origin === new URL(base).origin && url.pathname === "/agents");
    });
  }
});
