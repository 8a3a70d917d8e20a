import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

import { exportJWK, generateKeyPair, type JWK, jwtVerify, SignJWT } from "jose";

import { DeviceCodes, type DeviceGrant } from "./device-codes";
import {
  FABRIKAM,
  PERSONAL,
  STAND_IN_ACCOUNTS,
  STAND_IN_TENANTS,
  type StandInAccount,
  WITHOUT_CONSENT,
} from "./directory";
import { answerGraph, type GraphCaller, type GraphFaults } from "./graph";
import { accountPicker, deviceAnsweredPage, deviceCodePage, errorPage, signedOutPage } from "./pages";
import { TokenError } from "./token-error";

const LOGIN = "https://login.microsoftonline.com";
const GRAPH_APP = "00000003-0000-0000-c000-000000000000";
const LOOPBACK = new Set(["localhost", "127.0.0.1", "[::1]"]);
const MICROSOFT_HOSTS = new Set(["login.microsoftonline.com", "graph.microsoft.com"]);

/** An unanswered account picker, 10 minutes; a code, 60 seconds; an ID token, 65 minutes as Entra's; a refresh token, 1 day. */
const PENDING_MS = 10 * 60_000;
const CODE_MS = 60_000;
const TOKEN_S = 65 * 60;
const REFRESH_MS = 24 * 3_600_000;
const MAX_BODY = 64 * 1024;
/** RFC 8628's name, and the older one that Entra takes as well. */
const DEVICE_GRANTS = new Set(["urn:ietf:params:oauth:grant-type:device_code", "device_code"]);

/** What can be broken on purpose, at the start or while it runs (`POST /stand-in/faults`). */
export interface StandInFaults extends GraphFaults {
  /** ID tokens name an issuer that is not their tenant's. */
  badIssuer: boolean;
  /** Every connection is dropped without an answer, as when Microsoft cannot be reached. */
  down: boolean;
}

export interface StandInOptions {
  /** 0 takes a free one. */
  readonly port: number;
  /** Where the application is opened, e.g. `http://localhost:3000`; loopback only. */
  readonly appUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly badIssuer?: boolean;
  /** The stand-in's clock, in milliseconds since 1970. Tests move it. */
  readonly clock?: () => number;
}

export interface StandIn {
  /** `http://localhost:<port>`, the value of NEO_STAND_IN_URL. */
  readonly url: string;
  readonly faults: StandInFaults;
  stop(): Promise<void>;
}

interface Pending {
  readonly authority: string;
  readonly redirectUri: string;
  readonly state: string | null;
  readonly nonce: string | null;
  readonly challenge: string;
  readonly scopes: readonly string[];
  readonly expiresAt: number;
}

interface Code extends Pending {
  readonly account: StandInAccount;
  used: boolean;
  /** The family of refresh tokens that came from this code. */
  readonly family: string;
}

interface Refresh {
  readonly account: StandInAccount;
  readonly authority: string;
  readonly scopes: readonly string[];
  readonly family: string;
  readonly expiresAt: number;
  /** Came of a device code: its holder is a public client, which has no secret to show. */
  readonly isPublic: boolean;
  used: boolean;
}

/** What tokens are made from. */
interface Grant {
  readonly account: StandInAccount;
  readonly authority: string;
  readonly scopes: readonly string[];
  readonly family: string;
  readonly nonce: string | null;
  readonly isPublic: boolean;
}

const tenantName = (tid: string) => STAND_IN_TENANTS.find((tenant) => tenant.id === tid)?.name ?? tid;
const token = () => randomBytes(32).toString("base64url");
const sha256 = (text: string) => createHash("sha256").update(text).digest();
const equal = (a: string, b: string) => timingSafeEqual(sha256(a), sha256(b));

/**
 * Starts a strict stand-in for Microsoft's sign-in on this machine: OpenID Connect as Entra's v2 endpoints speak it, with an
 * account picker instead of passwords. It listens on loopback only and says on every page that it is not Microsoft.
 * @throws Error when `appUrl` is not loopback or the port is taken
 */
export async function startStandIn(options: StandInOptions): Promise<StandIn> {
  const app = new URL(options.appUrl);
  if (!/^https?:$/.test(app.protocol) || !LOOPBACK.has(app.hostname))
    throw new Error(`The Microsoft stand-in serves applications on this machine only; ${options.appUrl} is not one.`);
  const appOrigin = app.origin;
  const redirectUri = `${appOrigin}/api/auth/callback/azure-ad`;
  const logoutUris = new Set([appOrigin, `${appOrigin}/`, `${appOrigin}/sign-in`]);
  const faults: StandInFaults = {
    badIssuer: options.badIssuer ?? false,
    down: false,
    graphWithoutConsent: WITHOUT_CONSENT,
    graphRetryAfter: 0,
    graphDown: false,
    graphSilent: false,
    deletedAccounts: [],
    disabledAccounts: [],
  };
  const clock = options.clock ?? Date.now;

  const { publicKey, privateKey } = await generateKeyPair("RS256");
  const jwk: JWK = { ...(await exportJWK(publicKey)), use: "sig", alg: "RS256" };
  const kid = sha256(jwk.n ?? "").toString("base64url");
  const keys = { keys: [{ ...jwk, kid }] };

  const pendings = new Map<string, Pending>();
  const codes = new Map<string, Code>();
  const refreshes = new Map<string, Refresh>();
  const revokedFamilies = new Set<string>();
  const devices = new DeviceCodes(clock);
  /** The one permission that the app registration exposes: an access token for /public-api. */
  const apiScope = `api://${options.clientId}/access`;
  const knownScopes = new Set(["openid", "profile", "email", "offline_access", apiScope]);
  let url = "";

  /** Forgets what ran out, so that a long demo does not grow. */
  function sweep(): void {
    const now = clock();
    for (const map of [pendings, codes, refreshes] as Map<string, { expiresAt: number }>[])
      for (const [id, entry] of map) if (entry.expiresAt + PENDING_MS < now) map.delete(id);
    devices.sweep();
  }

  function knownAuthority(authority: string): boolean {
    return authority === "organizations" || authority === "common" || STAND_IN_TENANTS.some((t) => t.id === authority);
  }

  function accountsOf(authority: string): StandInAccount[] {
    // Entra's /organizations turns personal accounts away by itself; here one is offered, to see the product refuse it.
    return STAND_IN_ACCOUNTS.filter(
      (a) => authority === "organizations" || authority === "common" || a.tid === authority,
    );
  }

  function discovery(authority: string) {
    const concrete = STAND_IN_TENANTS.some((t) => t.id === authority);
    return {
      token_endpoint: `${LOGIN}/${authority}/oauth2/v2.0/token`,
      device_authorization_endpoint: `${LOGIN}/${authority}/oauth2/v2.0/devicecode`,
      token_endpoint_auth_methods_supported: [
        "client_secret_post",
        "private_key_jwt",
        "client_secret_basic",
        "self_signed_tls_client_auth",
      ],
      jwks_uri: `${LOGIN}/${authority}/discovery/v2.0/keys`,
      response_modes_supported: ["query", "fragment", "form_post"],
      subject_types_supported: ["pairwise"],
      id_token_signing_alg_values_supported: ["RS256"],
      response_types_supported: ["code", "id_token", "code id_token", "id_token token"],
      scopes_supported: ["openid", "profile", "email", "offline_access"],
      // For several tenants Microsoft names a template here; the client has to fill in the token's tid.
      issuer: `${LOGIN}/${concrete ? authority : "{tenantid}"}/v2.0`,
      request_uri_parameter_supported: false,
      userinfo_endpoint: "https://graph.microsoft.com/oidc/userinfo",
      // Only these two are opened by the browser, which knows nothing of the swapped transport.
      authorization_endpoint: `${url}/${authority}/oauth2/v2.0/authorize`,
      end_session_endpoint: `${url}/${authority}/oauth2/v2.0/logout`,
      http_logout_supported: true,
      frontchannel_logout_supported: true,
      claims_supported: [
        "sub",
        "iss",
        "aud",
        "exp",
        "iat",
        "nonce",
        "preferred_username",
        "name",
        "tid",
        "ver",
        "oid",
        "email",
      ],
      tenant_region_scope: null,
      cloud_instance_name: "microsoftonline.com",
    };
  }

  function sendHtml(res: ServerResponse, status: number, html: string): void {
    res.writeHead(status, {
      "Content-Type": "text/html; charset=utf-8",
      "Cache-Control": "no-store",
      "Referrer-Policy": "no-referrer",
      "X-Content-Type-Options": "nosniff",
      // form-action also covers where the form's answer redirects to: the application.
      "Content-Security-Policy": `default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'self' ${appOrigin}; frame-ancestors 'none'; base-uri 'none'`,
    });
    res.end(html);
  }

  function sendJson(res: ServerResponse, status: number, body: unknown): void {
    res.writeHead(status, { "Content-Type": "application/json; charset=utf-8", "Cache-Control": "no-store" });
    res.end(JSON.stringify(body));
  }

  function redirect(res: ServerResponse, to: string, params: Record<string, string | null>): void {
    const target = new URL(to);
    for (const [name, value] of Object.entries(params)) if (value !== null) target.searchParams.set(name, value);
    res.writeHead(303, { Location: target.href, "Cache-Control": "no-store", "Referrer-Policy": "no-referrer" });
    res.end();
  }

  function authorize(res: ServerResponse, authority: string, query: URLSearchParams): void {
    const repeated = [...new Set(query.keys())].find((name) => query.getAll(name).length > 1);
    if (repeated) return sendHtml(res, 400, errorPage("AADSTS9000411", `The parameter “${repeated}” is duplicated.`));
    if (query.get("client_id") !== options.clientId)
      return sendHtml(
        res,
        400,
        errorPage("AADSTS700016", `The application “${query.get("client_id") ?? ""}” is not registered here.`),
      );
    if (query.get("redirect_uri") !== redirectUri)
      return sendHtml(
        res,
        400,
        errorPage(
          "AADSTS50011",
          `The redirect URI “${query.get("redirect_uri") ?? ""}” is not the registered one, ${redirectUri}.`,
        ),
      );

    const state = query.get("state");
    const refuse = (error: string, description: string) =>
      redirect(res, redirectUri, { error, error_description: description, state });
    if (query.get("response_type") !== "code")
      return refuse("unsupported_response_type", "Only the code flow is spoken here.");
    if ((query.get("response_mode") ?? "query") !== "query")
      return refuse("invalid_request", "Only response_mode=query is spoken here.");
    const scopes = (query.get("scope") ?? "").split(" ").filter(Boolean);
    if (!scopes.includes("openid")) return refuse("invalid_request", "AADSTS900144: The scope must contain openid.");
    if (query.get("code_challenge_method") !== "S256" || !/^[A-Za-z0-9_-]{43}$/.test(query.get("code_challenge") ?? ""))
      return refuse("invalid_request", "AADSTS9002325: Proof Key for Code Exchange (S256) is required.");
    const prompt = query.get("prompt");
    if (prompt === "none")
      return refuse("login_required", "AADSTS50058: Nobody is signed in: the stand-in keeps no session.");
    if (prompt !== null && !["login", "select_account", "consent"].includes(prompt))
      return refuse("invalid_request", `AADSTS90023: Unsupported prompt value “${prompt}”.`);

    const id = token();
    pendings.set(id, {
      authority,
      redirectUri,
      state,
      nonce: query.get("nonce"),
      challenge: query.get("code_challenge") ?? "",
      scopes,
      expiresAt: clock() + PENDING_MS,
    });
    const hint = query.get("login_hint")?.toLowerCase();
    const hinted = (a: StandInAccount) => (a.email === hint ? 0 : 1);
    const accounts = accountsOf(authority).sort((a, b) => hinted(a) - hinted(b));
    sendHtml(res, 200, accountPicker(id, accounts, tenantName));
  }

  /** Begins a sign-in on another device (RFC 8628, 3.1). The client is public: it has no secret. */
  function beginDevice(authority: string, form: URLSearchParams): unknown {
    if (form.get("client_id") !== options.clientId)
      throw new TokenError(400, "unauthorized_client", "AADSTS700016: The application was not found in the directory.");
    const { userCode, deviceCode, expiresIn, interval } = devices.begin(authority, readScopes(form));
    const verificationUri = `${url}/devicelogin`;
    return {
      user_code: userCode,
      device_code: deviceCode,
      verification_uri: verificationUri,
      expires_in: expiresIn,
      interval,
      message: `To sign in, use a web browser to open the page ${verificationUri} and enter the code ${userCode} to authenticate.`,
    };
  }

  /** The scopes of a request for an access token. @throws TokenError for none, and for one that the app does not have */
  function readScopes(form: URLSearchParams): string[] {
    const scopes = (form.get("scope") ?? "").split(" ").filter(Boolean);
    if (scopes.length === 0)
      throw new TokenError(400, "invalid_request", "AADSTS900144: The request body must contain a scope.");
    const unknown = scopes.find((scope) => !knownScopes.has(scope));
    if (unknown !== undefined)
      throw new TokenError(400, "invalid_scope", `AADSTS70011: The scope ${unknown} is not known here.`);
    return scopes;
  }

  function enterUserCode(res: ServerResponse, form: URLSearchParams): void {
    const entered = devices.enter(form.get("user_code") ?? "");
    if (!entered)
      return sendHtml(res, 400, deviceCodePage("That code did not work. Check it, or start again for a new one."));
    sendHtml(res, 200, accountPicker(entered.pending, accountsOf(entered.authority), tenantName, "device"));
  }

  function answerDevice(res: ServerResponse, pending: string, form: URLSearchParams): void {
    if (form.has("cancel")) {
      devices.answer(pending, null);
      return sendHtml(res, 200, deviceAnsweredPage(false));
    }
    const account = accountsOf(devices.authorityOf(pending) ?? "").find((a) => a.oid === form.get("account"));
    if (!account) return sendHtml(res, 400, errorPage("AADSTS50020", "That account is not in this organisation."));
    devices.answer(pending, account);
    sendHtml(res, 200, deviceAnsweredPage(true));
  }

  function pick(res: ServerResponse, form: URLSearchParams): void {
    const id = form.get("pending") ?? "";
    if (devices.authorityOf(id) !== undefined) return answerDevice(res, id, form);
    const pending = pendings.get(form.get("pending") ?? "");
    if (!pending || pending.expiresAt <= clock())
      return sendHtml(
        res,
        400,
        errorPage("AADSTS50089", "This page has expired. Go back to the application and start again."),
      );
    if (form.has("cancel"))
      return redirect(res, pending.redirectUri, {
        error: "access_denied",
        error_subcode: "cancel",
        error_description: "AADSTS65004: User declined to consent to access the app.",
        state: pending.state,
      });
    const account = accountsOf(pending.authority).find((a) => a.oid === form.get("account"));
    if (!account) return sendHtml(res, 400, errorPage("AADSTS50020", "That account is not in this organisation."));
    const code = token();
    codes.set(code, { ...pending, account, used: false, family: token(), expiresAt: clock() + CODE_MS });
    redirect(res, pending.redirectUri, { code, state: pending.state, session_state: token().slice(0, 22) });
  }

  /** @param mayBePublic whether no secret is fine; a wrong one never is */
  function authenticateClient(req: IncomingMessage, form: URLSearchParams, mayBePublic: boolean): void {
    let id = form.get("client_id");
    let secret = form.get("client_secret");
    const basic = /^Basic ([A-Za-z0-9+/=]+)$/i.exec(req.headers.authorization ?? "")?.[1];
    if (basic) {
      const [user = "", password = ""] = Buffer.from(basic, "base64")
        .toString()
        .split(":", 2)
        .map((part) => decodeURIComponent(part.replaceAll("+", " ")));
      if (id !== null && id !== user) throw new TokenError(400, "invalid_request", "AADSTS90013: Two client ids.");
      [id, secret] = [user, password];
    }
    if (id === null || !equal(id, options.clientId))
      throw new TokenError(400, "unauthorized_client", "AADSTS700016: The application was not found in the directory.");
    if (secret === null && mayBePublic) return;
    if (secret === null || !equal(secret, options.clientSecret))
      throw new TokenError(401, "invalid_client", "AADSTS7000215: Invalid client secret provided.");
  }

  async function sign(payload: Record<string, unknown>): Promise<string> {
    const now = Math.floor(clock() / 1000);
    return new SignJWT({ ...payload, ver: "2.0", uti: randomBytes(16).toString("base64url") })
      .setProtectedHeader({ typ: "JWT", alg: "RS256", kid })
      .setIssuedAt(now)
      .setNotBefore(now)
      .setExpirationTime(now + TOKEN_S)
      .sign(privateKey);
  }

  async function personTokens({ account, scopes, family, authority, nonce, isPublic }: Grant, form: URLSearchParams) {
    const wrongTenant = STAND_IN_TENANTS.find((t) => t.id !== account.tid)?.id ?? PERSONAL.id;
    const issuer = `${LOGIN}/${faults.badIssuer ? wrongTenant : account.tid}/v2.0`;
    const common = { iss: issuer, tid: account.tid, oid: account.oid };
    const person = {
      ...common,
      aud: options.clientId,
      // Pairwise: another application would see another subject.
      sub: sha256(`${account.oid}${options.clientId}`).toString("base64url"),
      ...(scopes.includes("profile") ? { name: account.name, preferred_username: account.email } : {}),
      ...(account.roles.length ? { roles: account.roles } : {}),
      // The registration asks for `acct`; `idp` comes only where another directory signed the person in.
      acct: account.guest ? 1 : 0,
      ...(account.guest ? { idp: `https://sts.windows.net/${FABRIKAM.id}/` } : {}),
    };
    const idToken = scopes.includes("openid")
      ? await sign({
          ...person,
          ...(nonce === null ? {} : { nonce }),
          ...(scopes.includes("email") ? { email: account.email } : {}),
        })
      : undefined;
    const accessToken = scopes.includes(apiScope)
      ? await sign({ ...person, scp: "access", azp: options.clientId, azpacr: isPublic ? "0" : "1" })
      : await sign({ ...common, aud: GRAPH_APP, scp: "openid profile email User.Read", appid: options.clientId });
    let refreshToken: string | undefined;
    if (scopes.includes("offline_access")) {
      refreshToken = token();
      const expiresAt = clock() + REFRESH_MS;
      refreshes.set(refreshToken, { account, authority, scopes, family, isPublic, used: false, expiresAt });
    }
    return {
      token_type: "Bearer",
      scope: scopes.filter((s) => s !== "offline_access").join(" "),
      expires_in: TOKEN_S,
      ext_expires_in: TOKEN_S,
      access_token: accessToken,
      ...(idToken ? { id_token: idToken } : {}),
      ...(refreshToken ? { refresh_token: refreshToken } : {}),
      ...(form.get("client_info") === "1"
        ? {
            client_info: Buffer.from(JSON.stringify({ uid: account.oid, utid: account.tid })).toString("base64url"),
          }
        : {}),
    };
  }

  function redeemCode(authority: string, form: URLSearchParams): Code {
    const code = codes.get(form.get("code") ?? "");
    if (!code) throw new TokenError(400, "invalid_grant", "AADSTS9002313: The code is not known.");
    if (code.used) {
      // A code seen twice was stolen: what came of it ends too (RFC 6749, 4.1.2).
      revokedFamilies.add(code.family);
      throw new TokenError(400, "invalid_grant", "AADSTS54005: The code was already redeemed.");
    }
    code.used = true;
    if (code.expiresAt <= clock()) throw new TokenError(400, "invalid_grant", "AADSTS70008: The code has expired.");
    if (code.authority !== authority)
      throw new TokenError(400, "invalid_grant", "AADSTS50194: The code came from another authority.");
    if (form.get("redirect_uri") !== code.redirectUri)
      throw new TokenError(
        400,
        "invalid_grant",
        "AADSTS500112: The redirect URI does not match the one the code was sent to.",
      );
    const verifier = form.get("code_verifier") ?? "";
    if (!/^[A-Za-z0-9._~-]{43,128}$/.test(verifier) || !equal(sha256(verifier).toString("base64url"), code.challenge))
      throw new TokenError(400, "invalid_grant", "AADSTS501481: The code_verifier does not match the code_challenge.");
    return code;
  }

  function redeemRefresh(form: URLSearchParams): Refresh {
    const refresh = refreshes.get(form.get("refresh_token") ?? "");
    if (!refresh || refresh.expiresAt <= clock())
      throw new TokenError(400, "invalid_grant", "AADSTS700082: The refresh token is not valid.");
    if (refresh.used) {
      revokedFamilies.add(refresh.family);
      throw new TokenError(400, "invalid_grant", "AADSTS54005: The refresh token was already redeemed.");
    }
    refresh.used = true;
    if (revokedFamilies.has(refresh.family))
      throw new TokenError(400, "invalid_grant", "AADSTS50173: The grant was revoked.");
    if (!form.has("scope")) return refresh;
    const scopes = readScopes(form);
    if (!scopes.every((scope) => refresh.scopes.includes(scope)))
      throw new TokenError(400, "invalid_grant", "AADSTS65001: The person has not consented to that scope.");
    return { ...refresh, scopes };
  }

  async function tokens(req: IncomingMessage, authority: string, form: URLSearchParams): Promise<unknown> {
    const grant = form.get("grant_type") ?? "";
    const isDevice = DEVICE_GRANTS.has(grant);
    const held = grant === "refresh_token" ? refreshes.get(form.get("refresh_token") ?? "") : undefined;
    authenticateClient(req, form, isDevice || held?.isPublic === true);
    if (isDevice) {
      const answered: DeviceGrant = devices.redeem(form.get("device_code") ?? "", authority);
      return personTokens({ ...answered, family: token(), nonce: null, isPublic: true }, form);
    }
    switch (grant) {
      case "authorization_code":
        return personTokens({ ...redeemCode(authority, form), isPublic: false }, form);
      case "refresh_token":
        return personTokens({ ...redeemRefresh(form), nonce: null }, form);
      case "client_credentials": {
        if (!STAND_IN_TENANTS.some((t) => t.id === authority))
          throw new TokenError(
            400,
            "invalid_request",
            "AADSTS53003: An application has no tenant of its own: name one instead of a group.",
          );
        if (form.get("scope") !== "https://graph.microsoft.com/.default")
          throw new TokenError(
            400,
            "invalid_scope",
            "AADSTS1002012: The scope must be a resource followed by /.default.",
          );
        return {
          token_type: "Bearer",
          expires_in: TOKEN_S,
          ext_expires_in: TOKEN_S,
          access_token: await sign({
            iss: `${LOGIN}/${authority}/v2.0`,
            tid: authority,
            aud: GRAPH_APP,
            appid: options.clientId,
            idtyp: "app",
            // What an admin of that tenant consented to; Entra leaves the claim out where that is nothing.
            ...(faults.graphWithoutConsent.includes(authority)
              ? {}
              : { roles: ["User.Read.All", "Organization.Read.All"] }),
          }),
        };
      }
      default:
        throw new TokenError(400, "unsupported_grant_type", "AADSTS70003: The grant type is not supported.");
    }
  }

  async function setFaults(req: IncomingMessage, res: ServerResponse): Promise<void> {
    if (req.method === "POST") {
      // A page of another site can post a form here, but not JSON without asking first; and there is no CORS answer.
      if (!req.headers["content-type"]?.startsWith("application/json"))
        return sendJson(res, 415, { error: "application/json only" });
      const wanted = JSON.parse(await readBody(req)) as Partial<Record<keyof StandInFaults, unknown>>;
      for (const name of ["badIssuer", "down", "graphDown", "graphSilent"] as const)
        if (typeof wanted[name] === "boolean") faults[name] = wanted[name];
      for (const name of ["graphWithoutConsent", "deletedAccounts", "disabledAccounts"] as const)
        if (Array.isArray(wanted[name])) faults[name] = wanted[name].map(String);
      if (typeof wanted.graphRetryAfter === "number") faults.graphRetryAfter = wanted.graphRetryAfter;
    }
    sendJson(res, 200, faults);
  }

  /** Who calls Graph: an application with a token of ours for Graph. */
  async function graphCaller(req: IncomingMessage): Promise<GraphCaller | null> {
    const bearer = /^Bearer (\S+)$/.exec(req.headers.authorization ?? "")?.[1];
    if (!bearer) return null;
    try {
      const verify = { audience: GRAPH_APP, algorithms: ["RS256"], currentDate: new Date(clock()) };
      const { payload } = await jwtVerify(bearer, publicKey, verify);
      const { tid, idtyp, roles } = payload;
      return idtyp === "app" && typeof tid === "string"
        ? { tid, roles: Array.isArray(roles) ? roles.map(String) : [] }
        : null;
    } catch {
      return null;
    }
  }

  async function graph(req: IncomingMessage, res: ServerResponse, path: string, query: URLSearchParams): Promise<void> {
    if (faults.graphDown) {
      req.socket.destroy();
      return;
    }
    if (faults.graphSilent) return;
    const consistencyLevel = req.headers.consistencylevel;
    const asked = { consistencyLevel: typeof consistencyLevel === "string" ? consistencyLevel : undefined };
    const answer = answerGraph(await graphCaller(req), path, query, asked, faults);
    for (const [name, value] of Object.entries(answer.headers ?? {})) res.setHeader(name, value);
    sendJson(res, answer.status, answer.body);
  }

  async function handle(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const host = new URL(`http://${req.headers.host ?? "invalid"}`).hostname;
    if (!LOOPBACK.has(host) && !MICROSOFT_HOSTS.has(host)) return sendJson(res, 421, { error: "not this host" });
    const { pathname, searchParams } = new URL(req.url ?? "/", "http://localhost");
    if (pathname === "/stand-in/faults") return setFaults(req, res);
    if (faults.down) {
      req.socket.destroy();
      return;
    }
    sweep();
    if (pathname === "/stand-in/pick" && req.method === "POST")
      return pick(res, new URLSearchParams(await readBody(req)));
    if (pathname.startsWith("/v1.0/") && req.method === "GET")
      return graph(req, res, pathname.slice("/v1.0".length), searchParams);
    if (pathname === "/devicelogin" && req.method === "GET") return sendHtml(res, 200, deviceCodePage());
    if (pathname === "/devicelogin" && req.method === "POST")
      return enterUserCode(res, new URLSearchParams(await readBody(req)));

    const [, authority = "", rest = ""] = /^\/([^/]+)\/(.+)$/.exec(pathname) ?? [];
    const route = `${req.method ?? ""} ${rest}`;
    const known = knownAuthority(authority);
    switch (route) {
      case "GET v2.0/.well-known/openid-configuration":
        return known ? sendJson(res, 200, discovery(authority)) : sendJson(res, 400, tenantNotFound(authority));
      case "GET discovery/v2.0/keys":
        return known ? sendJson(res, 200, keys) : sendJson(res, 400, tenantNotFound(authority));
      case "GET oauth2/v2.0/authorize":
        return known
          ? authorize(res, authority, searchParams)
          : sendHtml(res, 400, errorPage("AADSTS90002", `The tenant “${authority}” was not found.`));
      case "GET oauth2/v2.0/logout": {
        const back = searchParams.get("post_logout_redirect_uri");
        return back !== null && logoutUris.has(back)
          ? redirect(res, back, {})
          : sendHtml(res, 200, signedOutPage(appOrigin));
      }
      case "POST oauth2/v2.0/devicecode":
      case "POST oauth2/v2.0/token": {
        if (!known) return sendJson(res, 400, tenantNotFound(authority));
        try {
          const form = new URLSearchParams(await readBody(req));
          const answer = rest.endsWith("/token") ? await tokens(req, authority, form) : beginDevice(authority, form);
          return sendJson(res, 200, answer);
        } catch (error) {
          if (!(error instanceof TokenError)) throw error;
          return sendJson(res, error.status, { error: error.code, error_description: error.message });
        }
      }
      default:
        return sendHtml(res, 404, errorPage("404", "The stand-in has no such page."));
    }
  }

  const listener = (req: IncomingMessage, res: ServerResponse) => {
    handle(req, res).catch((error: unknown) => {
      if (!res.headersSent)
        sendJson(res, error instanceof SyntaxError ? 400 : 500, {
          error: "server_error",
          error_description: String(error),
        });
    });
  };

  const main = createServer(listener);
  await listen(main, options.port, "127.0.0.1");
  const { port } = main.address() as AddressInfo;
  url = `http://localhost:${port}`;
  // A browser may resolve localhost to ::1 first; a machine without IPv6 has no such address.
  const also = createServer(listener);
  let servers = [main];
  try {
    if (await tryListen(also, port)) servers = [main, also];
  } catch (error) {
    main.close();
    throw error;
  }
  return {
    url,
    faults,
    async stop() {
      await Promise.all(
        servers.map(async (server) => {
          const closed = new Promise((resolve) => server.close(resolve));
          server.closeAllConnections();
          await closed;
        }),
      );
    },
  };
}

function tenantNotFound(authority: string) {
  return { error: "invalid_tenant", error_description: `AADSTS90002: Tenant '${authority}' not found.` };
}

async function readBody(req: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of req as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > MAX_BODY) throw new SyntaxError("The body is too large.");
    parts.push(part);
  }
  return Buffer.concat(parts).toString();
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ port, host }, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

async function tryListen(server: Server, port: number): Promise<boolean> {
  try {
    await listen(server, port, "::1");
    return true;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "";
    if (["EADDRNOTAVAIL", "EAFNOSUPPORT"].includes(code)) return false;
    throw error;
  }
}
