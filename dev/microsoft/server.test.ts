import { createHash, randomBytes } from "node:crypto";

import { createLocalJWKSet, decodeJwt, type JSONWebKeySet, jwtVerify } from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { CONTOSO, FABRIKAM, STAND_IN_ACCOUNTS } from "./directory";
import { type StandIn, startStandIn } from "./server";

const CLIENT = { id: "11111111-2222-4333-8444-555555555555", secret: "a secret: with/odd+characters & more" };
const APP = "http://localhost:4999";
const CALLBACK = `${APP}/api/auth/callback/azure-ad`;
const admin = STAND_IN_ACCOUNTS.find((a) => a.name === "Contoso Admin")!;

let now = Date.now();
let standIn: StandIn;
beforeAll(async () => {
  standIn = await startStandIn({
    port: 0,
    appUrl: APP,
    clientId: CLIENT.id,
    clientSecret: CLIENT.secret,
    clock: () => now,
  });
});
afterAll(() => standIn.stop());

const verifier = randomBytes(32).toString("base64url");
const challenge = createHash("sha256").update(verifier).digest("base64url");

/** The app's authorization request with `changes`; null omits a parameter. */
function authorizeUrl(changes: Record<string, string | null> = {}, authority = "organizations"): string {
  const url = new URL(`${standIn.url}/${authority}/oauth2/v2.0/authorize`);
  const params: Record<string, string | null> = {
    client_id: CLIENT.id,
    redirect_uri: CALLBACK,
    response_type: "code",
    scope: "openid profile email",
    state: "the-state",
    nonce: "the-nonce",
    code_challenge: challenge,
    code_challenge_method: "S256",
    ...changes,
  };
  for (const [name, value] of Object.entries(params)) if (value !== null) url.searchParams.set(name, value);
  return url.href;
}

async function open(changes: Record<string, string | null> = {}, authority?: string) {
  const response = await fetch(authorizeUrl(changes, authority), { redirect: "manual" });
  const html = await response.text();
  return {
    status: response.status,
    html,
    location: response.headers.get("location"),
    pending: /name="pending" value="([^"]+)"/.exec(html)?.[1] ?? "",
  };
}

async function press(pending: string, button: Record<string, string>) {
  const response = await fetch(`${standIn.url}/stand-in/pick`, {
    method: "POST",
    redirect: "manual",
    body: new URLSearchParams({ pending, ...button }),
  });
  return { status: response.status, location: response.headers.get("location"), html: await response.text() };
}

/** Picks an account and returns the authorization code. */
async function codeFor(
  oid = admin.oid,
  changes: Record<string, string | null> = {},
  authority?: string,
): Promise<string> {
  const { location } = await press((await open(changes, authority)).pending, { account: oid });
  return new URL(location ?? "").searchParams.get("code") ?? "";
}

async function redeem(fields: Record<string, string>, authority = "organizations", credentials = CLIENT) {
  const response = await fetch(`${standIn.url}/${authority}/oauth2/v2.0/token`, {
    method: "POST",
    headers: {
      Authorization: `Basic ${Buffer.from(`${encodeURIComponent(credentials.id)}:${encodeURIComponent(credentials.secret)}`).toString("base64")}`,
    },
    body: new URLSearchParams(fields),
  });
  return { status: response.status, body: (await response.json()) as Record<string, string> };
}

const redeemCode = (code: string, changes: Record<string, string> = {}, authority?: string) =>
  redeem(
    { grant_type: "authorization_code", code, redirect_uri: CALLBACK, code_verifier: verifier, ...changes },
    authority,
  );

describe("discovery", () => {
  it("names Microsoft's own URLs except for the two that a browser opens", async () => {
    const response = await fetch(
      `${standIn.url}/organizations/v2.0/.well-known/openid-configuration?appid=${CLIENT.id}`,
    );
    expect(await response.json()).toMatchObject({
      issuer: "https://login.microsoftonline.com/{tenantid}/v2.0",
      token_endpoint: "https://login.microsoftonline.com/organizations/oauth2/v2.0/token",
      jwks_uri: "https://login.microsoftonline.com/organizations/discovery/v2.0/keys",
      authorization_endpoint: `${standIn.url}/organizations/oauth2/v2.0/authorize`,
      end_session_endpoint: `${standIn.url}/organizations/oauth2/v2.0/logout`,
    });
  });

  it("has a specific issuer for a specific tenant, and none for an unknown one", async () => {
    const concrete = await fetch(`${standIn.url}/${CONTOSO.id}/v2.0/.well-known/openid-configuration`);
    expect(await concrete.json()).toMatchObject({ issuer: `https://login.microsoftonline.com/${CONTOSO.id}/v2.0` });
    const unknown = await fetch(
      `${standIn.url}/00000000-0000-4000-8000-000000000000/v2.0/.well-known/openid-configuration`,
    );
    expect(unknown.status).toBe(400);
    expect(await unknown.json()).toMatchObject({ error: "invalid_tenant" });
  });
});

describe("authorize", () => {
  it.each([
    ["another application", { client_id: "99999999-2222-4333-8444-555555555555" }, "AADSTS700016"],
    ["another redirect URI", { redirect_uri: `${CALLBACK}/` }, "AADSTS50011"],
    ["another port", { redirect_uri: "http://localhost:4998/api/auth/callback/azure-ad" }, "AADSTS50011"],
    ["no redirect URI", { redirect_uri: null }, "AADSTS50011"],
  ])("shows an error without redirecting for %s", async (_, changes, code) => {
    const { status, html, location } = await open(changes);
    expect(status).toBe(400);
    expect(location).toBeNull();
    expect(html).toContain(code);
  });

  it.each([
    ["the implicit flow", { response_type: "id_token" }, "unsupported_response_type"],
    ["no openid scope", { scope: "profile" }, "invalid_request"],
    ["no PKCE", { code_challenge: null, code_challenge_method: null }, "invalid_request"],
    ["plain PKCE", { code_challenge_method: "plain" }, "invalid_request"],
    ["a short challenge", { code_challenge: "short" }, "invalid_request"],
    ["prompt=none", { prompt: "none" }, "login_required"],
    ["an unknown prompt", { prompt: "please" }, "invalid_request"],
  ])("redirects %s to the application with an error and its state", async (_, changes, error) => {
    const { status, location } = await open(changes);
    expect(status).toBe(303);
    const back = new URL(location ?? "");
    expect(back.origin + back.pathname).toBe(CALLBACK);
    expect(Object.fromEntries(back.searchParams)).toMatchObject({ error, state: "the-state" });
  });

  it("shows that it isn't Microsoft, loads nothing from other origins and can't be framed", async () => {
    const response = await fetch(authorizeUrl());
    const html = await response.text();
    expect(html).toContain("This is not Microsoft.");
    expect(html).not.toMatch(/(?:src|href)="(?:https?:)?\/\//);
    expect(response.headers.get("content-security-policy")).toMatch(/default-src 'none'.*frame-ancestors 'none'/);
  });

  it("offers only a specific tenant's people, the hinted one first", async () => {
    const names = (html: string) => [...html.matchAll(/class="name">([^<]+)/g)].map((m) => m[1]);
    expect(names((await open({}, FABRIKAM.id)).html)).toEqual([
      "Fabrikam Admin",
      "Fabrikam User",
      "Fabrikam Viewer",
      "Fabrikam Newcomer",
    ]);
    expect(names((await open({ login_hint: "viewer@contoso.example" })).html)[0]).toBe("Contoso Viewer");
  });

  it("escapes echoed parameters", async () => {
    expect((await open({ client_id: "<script>alert(1)</script>" })).html).not.toContain("<script>");
  });

  it("answers Cancel with access_denied and the state", async () => {
    const { location } = await press((await open()).pending, { cancel: "1" });
    expect(Object.fromEntries(new URL(location ?? "").searchParams)).toMatchObject({
      error: "access_denied",
      error_subcode: "cancel",
      state: "the-state",
    });
  });

  it("refuses a person of another tenant and an expired page", async () => {
    const { pending } = await open({}, FABRIKAM.id);
    expect((await press(pending, { account: admin.oid })).status).toBe(400);
    now += 10 * 60_000;
    expect((await press(pending, { cancel: "1" })).html).toContain("has expired");
  });
});

describe("token", () => {
  it("exchanges a code for an ID token like Entra's v2 endpoint", async () => {
    const { status, body } = await redeemCode(await codeFor());
    expect(status).toBe(200);
    const keys = (await (await fetch(`${standIn.url}/organizations/discovery/v2.0/keys`)).json()) as JSONWebKeySet;
    const { payload } = await jwtVerify(body.id_token ?? "", createLocalJWKSet(keys), {
      issuer: `https://login.microsoftonline.com/${CONTOSO.id}/v2.0`,
      audience: CLIENT.id,
      algorithms: ["RS256"],
      currentDate: new Date(now),
    });
    expect(payload).toMatchObject({
      tid: CONTOSO.id,
      oid: admin.oid,
      name: "Contoso Admin",
      email: "admin@contoso.example",
      preferred_username: "admin@contoso.example",
      nonce: "the-nonce",
      ver: "2.0",
      roles: ["Admin"],
    });
    expect(payload.sub).not.toBe(admin.oid);
    expect(body).not.toHaveProperty("refresh_token");
  });

  it("omits the roles claim for someone without an app role", async () => {
    const newcomer = STAND_IN_ACCOUNTS.find((a) => a.name === "Contoso Newcomer")!;
    const { body } = await redeemCode(await codeFor(newcomer.oid));
    expect(decodeJwt(body.id_token ?? "")).not.toHaveProperty("roles");
  });

  it("refuses a wrong secret, a wrong application and no credentials", async () => {
    const code = await codeFor();
    const fields = { grant_type: "authorization_code", code, redirect_uri: CALLBACK, code_verifier: verifier };
    expect(await redeem(fields, "organizations", { ...CLIENT, secret: "wrong" })).toMatchObject({
      status: 401,
      body: { error: "invalid_client" },
    });
    expect(await redeem(fields, "organizations", { ...CLIENT, id: "other" })).toMatchObject({
      status: 400,
      body: { error: "unauthorized_client" },
    });
    const bare = await fetch(`${standIn.url}/organizations/oauth2/v2.0/token`, {
      method: "POST",
      body: new URLSearchParams(fields),
    });
    expect(bare.status).toBe(400);
    // None of these consumed the code.
    expect((await redeemCode(code)).status).toBe(200);
  });

  it.each([
    ["another verifier", { code_verifier: randomBytes(32).toString("base64url") }],
    ["no verifier", { code_verifier: "" }],
    ["another redirect URI", { redirect_uri: `${APP}/elsewhere` }],
    ["an unknown code", { code: "unknown" }],
  ])("refuses %s", async (_, changes) => {
    expect(await redeemCode(await codeFor(), changes)).toMatchObject({ status: 400, body: { error: "invalid_grant" } });
  });

  it("accepts a code once: a failed attempt uses it up too", async () => {
    const once = await codeFor();
    expect((await redeemCode(once)).status).toBe(200);
    expect(await redeemCode(once)).toMatchObject({ status: 400, body: { error: "invalid_grant" } });
    const spoiled = await codeFor();
    await redeemCode(spoiled, { code_verifier: "x".repeat(43) });
    expect((await redeemCode(spoiled)).status).toBe(400);
  });

  it("accepts a code for 60 seconds, and only at the authority that issued it", async () => {
    const inTime = await codeFor();
    const late = await codeFor();
    now += 59_999;
    expect((await redeemCode(inTime)).status).toBe(200);
    now += 1;
    expect((await redeemCode(late)).body.error_description).toContain("expired");
    expect((await redeemCode(await codeFor(), {}, "common")).status).toBe(400);
  });

  it("rotates refresh tokens and revokes the family when one is reused", async () => {
    const scope = "openid profile email offline_access";
    const first = (await redeemCode(await codeFor(admin.oid, { scope }))).body.refresh_token ?? "";
    const second = (await redeem({ grant_type: "refresh_token", refresh_token: first })).body.refresh_token ?? "";
    expect(second).not.toBe(first);
    expect(await redeem({ grant_type: "refresh_token", refresh_token: first })).toMatchObject({
      status: 400,
      body: { error: "invalid_grant" },
    });
    expect(await redeem({ grant_type: "refresh_token", refresh_token: second })).toMatchObject({
      status: 400,
      body: { error: "invalid_grant" },
    });
  });

  it("revokes a code's tokens when the code is reused", async () => {
    const code = await codeFor(admin.oid, { scope: "openid offline_access" });
    const refresh = (await redeemCode(code)).body.refresh_token ?? "";
    await redeemCode(code);
    expect((await redeem({ grant_type: "refresh_token", refresh_token: refresh })).status).toBe(400);
  });

  it("issues an app-only token only for a specific tenant with /.default", async () => {
    const fields = { grant_type: "client_credentials", scope: "https://graph.microsoft.com/.default" };
    const good = await redeem(fields, CONTOSO.id);
    expect(good.status).toBe(200);
    expect(decodeJwt(good.body.access_token ?? "")).toMatchObject({ tid: CONTOSO.id, idtyp: "app" });
    expect((await redeem(fields, "organizations")).status).toBe(400);
    expect(await redeem({ ...fields, scope: "User.Read.All" }, CONTOSO.id)).toMatchObject({
      status: 400,
      body: { error: "invalid_scope" },
    });
    expect(await redeem({ grant_type: "password" })).toMatchObject({
      status: 400,
      body: { error: "unsupported_grant_type" },
    });
  });
});

describe("the moment of a sign-in", () => {
  const seconds = () => Math.floor(now / 1000);
  const authTime = async (changes: Record<string, string | null> = {}) => {
    const { body } = await redeemCode(await codeFor(admin.oid, changes));
    return decodeJwt(body.id_token ?? "").auth_time;
  };
  const setFaults = (faults: object) =>
    fetch(`${standIn.url}/stand-in/faults`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(faults),
    });

  it("is that of an earlier one, unless the application asks for a new one", async () => {
    expect(await authTime()).toBe(seconds());
    await setFaults({ signInAge: 901 });
    expect(await authTime()).toBe(seconds() - 901);
    expect(await authTime({ prompt: "select_account" })).toBe(seconds() - 901);
    expect(await authTime({ max_age: "901" })).toBe(seconds() - 901);
    expect(await authTime({ max_age: "900" })).toBe(seconds());
    expect(await authTime({ prompt: "login" })).toBe(seconds());
    await setFaults({ ignoresPrompt: true });
    expect(await authTime({ prompt: "login", max_age: "0" })).toBe(seconds() - 901);
    await setFaults({ signInAge: 0, ignoresPrompt: false, noAuthTime: true });
    expect(await authTime({ prompt: "login" })).toBeUndefined();
    await setFaults({ noAuthTime: false });
  });

  it("stays the same when tokens are renewed", async () => {
    const scope = `openid offline_access api://${CLIENT.id}/access`;
    const first = await redeemCode(await codeFor(admin.oid, { scope }));
    const at = decodeJwt(first.body.access_token ?? "").auth_time;
    expect(at).toBe(seconds());
    now += 3_600_000;
    const fields = { grant_type: "refresh_token", refresh_token: first.body.refresh_token ?? "" };
    const renewed = await redeem(fields);
    expect(decodeJwt(renewed.body.access_token ?? "").auth_time).toBe(at);
  });

  it("says on its page that the application asks for a new one", async () => {
    expect((await open({ prompt: "login" })).html).toContain("asks you to sign in again");
    expect((await open({ prompt: "select_account" })).html).not.toContain("again");
    expect((await open({ max_age: "soon" })).location).toContain("error=invalid_request");
  });
});

describe("Graph", () => {
  const tokenOf = async (tid: string) =>
    (await redeem({ grant_type: "client_credentials", scope: "https://graph.microsoft.com/.default" }, tid)).body
      .access_token ?? "";
  const ask = async (path: string, bearer: string, headers: Record<string, string> = {}) => {
    const response = await fetch(`${standIn.url}/v1.0${path}`, { headers: { ...headers, authorization: bearer } });
    const body = (await response.json()) as { value?: Record<string, unknown>[]; error?: { code: string } };
    return { status: response.status, code: body.error?.code, value: body.value, headers: response.headers };
  };
  const search = `/users?$search=${encodeURIComponent('"displayName:newcomer"')}`;

  it("answers an application with the tenant's consent, about that tenant only", async () => {
    const bearer = `Bearer ${await tokenOf(CONTOSO.id)}`;
    const { status, value } = await ask(`${search}&$select=id,mail`, bearer, { ConsistencyLevel: "eventual" });
    expect(status).toBe(200);
    expect(value).toEqual([{ id: expect.stringContaining("c0117050") as string, mail: "newcomer@contoso.example" }]);
    expect((await ask("/organization", bearer)).value).toMatchObject([{ id: CONTOSO.id, displayName: "Contoso" }]);
  });

  it("refuses a missing token, another application's token, or missing consent", async () => {
    const personal = await redeem({
      grant_type: "authorization_code",
      code: await codeFor(),
      redirect_uri: CALLBACK,
      code_verifier: verifier,
    });
    for (const bearer of ["", "Bearer", "Bearer x", `Bearer ${personal.body.id_token ?? "?"}`])
      expect(await ask("/users", bearer)).toMatchObject({ status: 401, code: "InvalidAuthenticationToken" });
    const bearer = `Bearer ${await tokenOf(FABRIKAM.id)}`;
    for (const path of ["/users", "/organization"])
      expect(await ask(path, bearer)).toMatchObject({ status: 403, code: "Authorization_RequestDenied" });
  });

  it("is strict about advanced queries, filters and properties", async () => {
    const bearer = `Bearer ${await tokenOf(CONTOSO.id)}`;
    const eventual = { ConsistencyLevel: "eventual" };
    const refused = async (path: string, headers = {}) => (await ask(path, bearer, headers)).status;
    expect(await refused(search)).toBe(400);
    expect(await refused("/users?$search=displayName:newcomer", eventual)).toBe(400);
    expect(await refused(`${search}&$orderby=displayName`, eventual)).toBe(400);
    expect(await refused(`${search}&$orderby=displayName&$count=true`, eventual)).toBe(200);
    expect(await refused("/users?$select=id,password")).toBe(400);
    expect(await refused("/users?$top=1000")).toBe(400);
    const ids = Array.from({ length: 16 }, () => `'${admin.oid}'`);
    expect(await refused(`/users?$filter=id in (${ids.slice(1).join(",")})`)).toBe(200);
    expect(await refused(`/users?$filter=id in (${ids.join(",")})`)).toBe(400);
    expect(await refused("/users?$filter=name eq 'x'")).toBe(400);
    expect(await refused(`/users/${admin.oid}`)).toBe(200);
    expect(await refused("/users/00000000-0000-4000-8000-000000000000")).toBe(404);
    expect(await refused("/groups")).toBe(404);
  });

  it("answers 429 with Retry-After while that fault is enabled", async () => {
    standIn.faults.graphRetryAfter = 7;
    const { status, headers } = await ask("/users", "");
    standIn.faults.graphRetryAfter = 0;
    expect([status, headers.get("retry-after")]).toEqual([429, "7"]);
  });
});

describe("device code", () => {
  const SCOPE = `api://${CLIENT.id}/access`;
  const post = async (path: string, fields: Record<string, string>) => {
    const response = await fetch(`${standIn.url}${path}`, { method: "POST", body: new URLSearchParams(fields) });
    return { status: response.status, body: (await response.json()) as Record<string, string> };
  };
  const begin = (changes: Record<string, string> = {}, authority = "organizations") =>
    post(`/${authority}/oauth2/v2.0/devicecode`, {
      client_id: CLIENT.id,
      scope: `${SCOPE} openid profile`,
      ...changes,
    });
  const poll = (deviceCode: string, changes: Record<string, string> = {}, authority = "organizations") =>
    post(`/${authority}/oauth2/v2.0/token`, {
      client_id: CLIENT.id,
      grant_type: "urn:ietf:params:oauth:grant-type:device_code",
      device_code: deviceCode,
      ...changes,
    });
  const wait = () => {
    now += 2_000;
  };
  /** Enters a code and returns the account picker's id, or "" if the page refuses it. */
  const enter = async (userCode: string) => {
    const response = await fetch(`${standIn.url}/devicelogin`, {
      method: "POST",
      body: new URLSearchParams({ user_code: userCode }),
    });
    return /name="pending" value="([^"]+)"/.exec(await response.text())?.[1] ?? "";
  };
  const started = async (changes: Record<string, string> = {}, authority?: string) => {
    const { body } = await begin(changes, authority);
    return { device: body.device_code ?? "", user: body.user_code ?? "" };
  };

  it("starts with a code, a page on this machine and a message with both", async () => {
    const { status, body } = await begin();
    expect(status).toBe(200);
    expect(body).toMatchObject({ verification_uri: `${standIn.url}/devicelogin`, expires_in: 900, interval: 2 });
    expect(body.user_code).toMatch(/^[A-Z]{9}$/);
    expect(body.message).toContain(body.user_code);
    const html = await (await fetch(body.verification_uri ?? "")).text();
    expect(html).toContain("This is not Microsoft.");
  });

  it.each([
    ["another application", { client_id: "99999999-2222-4333-8444-555555555555" }, "unauthorized_client"],
    ["no scope", { scope: "" }, "invalid_request"],
    ["a scope of another application", { scope: "api://other/access" }, "invalid_scope"],
    ["a permission that the application does not expose", { scope: `api://${CLIENT.id}/admin` }, "invalid_scope"],
  ])("refuses %s", async (_, changes, error) => {
    expect(await begin(changes)).toMatchObject({ status: 400, body: { error } });
  });

  it("is pending until a person agrees, then issues an access token once, like Entra's v2 endpoint", async () => {
    const { device, user } = await started();
    expect(await poll(device)).toMatchObject({ status: 400, body: { error: "authorization_pending" } });
    // As people type it: in lower case, with a space.
    const pending = await enter(`${user.slice(0, 4).toLowerCase()} ${user.slice(4)}`);
    wait();
    expect((await poll(device)).body.error).toBe("authorization_pending");
    expect((await press(pending, { account: admin.oid })).html).toContain("You have signed in");
    wait();
    const { status, body } = await poll(device, { client_info: "1" });
    expect(status).toBe(200);
    expect(body.scope).toBe(`${SCOPE} openid profile`);
    expect(body).not.toHaveProperty("refresh_token");
    expect(JSON.parse(Buffer.from(body.client_info ?? "", "base64url").toString())).toEqual({
      uid: admin.oid,
      utid: CONTOSO.id,
    });
    const keys = (await (await fetch(`${standIn.url}/organizations/discovery/v2.0/keys`)).json()) as JSONWebKeySet;
    const { payload, protectedHeader } = await jwtVerify(body.access_token ?? "", createLocalJWKSet(keys), {
      issuer: `https://login.microsoftonline.com/${CONTOSO.id}/v2.0`,
      audience: CLIENT.id,
      algorithms: ["RS256"],
      currentDate: new Date(now),
    });
    expect(protectedHeader).toMatchObject({ typ: "JWT", alg: "RS256" });
    expect(payload).toMatchObject({
      tid: CONTOSO.id,
      oid: admin.oid,
      scp: "access",
      ver: "2.0",
      azp: CLIENT.id,
      azpacr: "0",
      roles: ["Admin"],
    });
    expect(decodeJwt(body.id_token ?? "")).not.toHaveProperty("scp");
    wait();
    expect((await poll(device)).body.error).toBe("invalid_grant");
    expect(await enter(user)).toBe("");
  });

  it("reports to the program when the person cancels", async () => {
    const { device, user } = await started();
    expect((await press(await enter(user), { cancel: "1" })).html).toContain("You cancelled");
    expect(await poll(device)).toMatchObject({ status: 400, body: { error: "authorization_declined" } });
  });

  it("expires after 15 minutes: the code, its page and its account picker", async () => {
    const { device, user } = await started();
    const pending = await enter(user);
    now += 15 * 60_000;
    expect((await poll(device)).body.error).toBe("expired_token");
    expect(await enter(user)).toBe("");
    expect((await press(pending, { account: admin.oid })).html).toContain("has expired");
  });

  it("slows down clients that poll too often, by 5 seconds each time", async () => {
    const { device } = await started();
    expect((await poll(device)).body.error).toBe("authorization_pending");
    expect((await poll(device)).body.error).toBe("slow_down");
    wait();
    expect((await poll(device)).body.error).toBe("slow_down");
    now += 12_000;
    expect((await poll(device)).body.error).toBe("authorization_pending");
  });

  it("accepts a device code only at its own authority, and refuses a wrong secret", async () => {
    const { device, user } = await started({}, CONTOSO.id);
    await press(await enter(user), { account: admin.oid });
    expect((await poll(device)).body.error).toBe("bad_verification_code");
    expect((await poll("unknown")).body.error).toBe("bad_verification_code");
    expect(await poll(device, { client_secret: "wrong" }, CONTOSO.id)).toMatchObject({
      status: 401,
      body: { error: "invalid_client" },
    });
    expect((await poll(device, {}, CONTOSO.id)).status).toBe(200);
  });

  it("offers only a specific tenant's people", async () => {
    const { user } = await started({}, FABRIKAM.id);
    expect((await press(await enter(user), { account: admin.oid })).html).toContain("not in this organisation");
  });

  it("refreshes a flow without a secret, limited to the agreed scopes", async () => {
    const { device, user } = await started({ scope: `${SCOPE} offline_access` });
    await press(await enter(user), { account: admin.oid });
    const refresh = async (token: string | undefined, changes: Record<string, string> = {}) =>
      post("/organizations/oauth2/v2.0/token", {
        client_id: CLIENT.id,
        grant_type: "refresh_token",
        refresh_token: token ?? "",
        ...changes,
      });
    const first = (await poll(device)).body;
    expect(first).not.toHaveProperty("id_token");
    const second = await refresh(first.refresh_token, { scope: SCOPE });
    expect(decodeJwt(second.body.access_token ?? "")).toMatchObject({ scp: "access", aud: CLIENT.id });

    const web = await redeemCode(await codeFor(admin.oid, { scope: "openid offline_access" }));
    expect(await refresh(web.body.refresh_token)).toMatchObject({ status: 401, body: { error: "invalid_client" } });
    const fields = { grant_type: "refresh_token", refresh_token: web.body.refresh_token ?? "", scope: SCOPE };
    expect(await redeem(fields)).toMatchObject({ status: 400, body: { error: "invalid_grant" } });
  });
});

describe("faults", () => {
  const fault = (body: unknown, type = "application/json") =>
    fetch(`${standIn.url}/stand-in/faults`, {
      method: "POST",
      headers: { "Content-Type": type },
      body: JSON.stringify(body),
    });

  it("can return an issuer that isn't the tenant's", async () => {
    await fault({ badIssuer: true });
    const { body } = await redeemCode(await codeFor());
    await fault({ badIssuer: false });
    const claims = decodeJwt(body.id_token ?? "");
    expect(claims.tid).toBe(CONTOSO.id);
    expect(claims.iss).toBe(`https://login.microsoftonline.com/${FABRIKAM.id}/v2.0`);
  });

  it("can stop responding and resume", async () => {
    await fault({ down: true });
    await expect(fetch(authorizeUrl())).rejects.toThrow();
    await fault({ down: false });
    expect((await open()).status).toBe(200);
  });

  it("can't be set by a form on another site", async () => {
    expect((await fault({ down: true }, "text/plain")).status).toBe(415);
    expect(standIn.faults.down).toBe(false);
  });
});

describe("loopback", () => {
  it.each(["https://keys.example.com", "http://192.168.1.7:3000", "http://localhost.example.com:3000"])(
    "does not serve %s",
    async (appUrl) => {
      await expect(startStandIn({ port: 0, appUrl, clientId: CLIENT.id, clientSecret: CLIENT.secret })).rejects.toThrow(
        "this machine only",
      );
    },
  );

  it("refuses a port that is in use", async () => {
    const port = Number(new URL(standIn.url).port);
    await expect(startStandIn({ port, appUrl: APP, clientId: CLIENT.id, clientSecret: CLIENT.secret })).rejects.toThrow(
      "EADDRINUSE",
    );
  });

  it("redirects only to the application after sign-out", async () => {
    const logout = (to: string) =>
      fetch(`${standIn.url}/organizations/oauth2/v2.0/logout?post_logout_redirect_uri=${encodeURIComponent(to)}`, {
        redirect: "manual",
      });
    expect((await logout(`${APP}/sign-in`)).headers.get("location")).toBe(`${APP}/sign-in`);
    expect((await logout("https://evil.example")).status).toBe(200);
  });
});
