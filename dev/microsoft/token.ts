import { randomBytes, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";

import { SignJWT } from "jose";

import { FABRIKAM, PERSONAL, STAND_IN_APPLICATIONS, STAND_IN_TENANTS, type StandInAccount } from "./directory";
import { type Code, GRAPH_APP, LOGIN, randomToken, readScopes, type Refresh, sha256, type StandInState } from "./state";
import { TokenError } from "./token-error";

/** An ID token lives 65 minutes, as in Entra; a refresh token one day. */
const TOKEN_S = 65 * 60;
const REFRESH_MS = 24 * 3_600_000;
/** RFC 8628's name, and the older one that Entra also accepts. */
const DEVICE_GRANTS = new Set(["urn:ietf:params:oauth:grant-type:device_code", "device_code"]);

/** What tokens are issued from. */
interface Grant {
  readonly account: StandInAccount;
  readonly signedInAt: number;
  readonly authority: string;
  readonly scopes: readonly string[];
  readonly family: string;
  readonly nonce: string | null;
  readonly isPublic: boolean;
}

const equal = (a: string, b: string) => timingSafeEqual(sha256(a), sha256(b));

export async function tokens(
  state: StandInState,
  req: IncomingMessage,
  authority: string,
  form: URLSearchParams,
): Promise<unknown> {
  const grant = form.get("grant_type") ?? "";
  const isDevice = DEVICE_GRANTS.has(grant);
  const held = grant === "refresh_token" ? state.refreshes.get(form.get("refresh_token") ?? "") : undefined;
  const client = authenticateClient(state, req, form, isDevice || held?.isPublic === true);
  if (client !== state.clientId && grant !== "client_credentials")
    throw new TokenError(400, "unauthorized_client", "AADSTS700016: Nobody signs in to this application.");
  if (isDevice) {
    const answered = state.devices.redeem(form.get("device_code") ?? "", authority);
    return personTokens(state, { ...answered, family: randomToken(), nonce: null, isPublic: true }, form);
  }
  switch (grant) {
    case "authorization_code":
      return personTokens(state, { ...redeemCode(state, authority, form), isPublic: false }, form);
    case "refresh_token":
      return personTokens(state, { ...redeemRefresh(state, form), nonce: null }, form);
    case "client_credentials":
      return applicationTokens(state, client, authority, form.get("scope"));
    default:
      throw new TokenError(400, "unsupported_grant_type", "AADSTS70003: The grant type is not supported.");
  }
}

/** The token of an application that calls on its own behalf. @param client its client id, authenticated */
async function applicationTokens(state: StandInState, client: string, authority: string, scope: string | null) {
  if (!STAND_IN_TENANTS.some((t) => t.id === authority))
    throw new TokenError(
      400,
      "invalid_request",
      "AADSTS53003: An application has no tenant of its own: name one instead of a group.",
    );
  const isGraph = scope === "https://graph.microsoft.com/.default" && client === state.clientId;
  if (!isGraph && scope !== `api://${state.clientId}/.default`)
    throw new TokenError(400, "invalid_scope", "AADSTS1002012: The scope must be a resource followed by /.default.");
  const application = STAND_IN_APPLICATIONS.find(({ clientId }) => clientId === client);
  const principal = application?.principals[authority];
  if (!isGraph && principal === undefined)
    throw new TokenError(400, "unauthorized_client", "AADSTS700016: The application was not found in the directory.");
  const claims = isGraph
    ? {
        aud: GRAPH_APP,
        appid: state.clientId,
        idtyp: "app",
        // What an admin of that tenant consented to; Entra omits the claim when that is nothing.
        ...(state.faults.graphWithoutConsent.includes(authority)
          ? {}
          : { roles: ["User.Read.All", "Organization.Read.All"] }),
      }
    : // Entra adds idtyp only where the API's registration asks for it.
      { aud: state.clientId, azp: client, azpacr: "1", oid: principal, sub: principal };
  return {
    token_type: "Bearer",
    expires_in: TOKEN_S,
    ext_expires_in: TOKEN_S,
    access_token: await sign(state, { iss: `${LOGIN}/${authority}/v2.0`, tid: authority, ...claims }),
  };
}

/** The secret of a registered client; undefined for an unknown one. */
function secretOf(state: StandInState, id: string): string | undefined {
  if (equal(id, state.clientId)) return state.clientSecret;
  return STAND_IN_APPLICATIONS.find(({ clientId }) => clientId === id)?.secret;
}

/** @param mayBePublic whether to accept no secret; never a wrong one @returns the client's id */
function authenticateClient(
  state: StandInState,
  req: IncomingMessage,
  form: URLSearchParams,
  mayBePublic: boolean,
): string {
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
  const known = id === null ? undefined : secretOf(state, id);
  if (id === null || known === undefined)
    throw new TokenError(400, "unauthorized_client", "AADSTS700016: The application was not found in the directory.");
  if (secret === null && mayBePublic) return id;
  if (secret === null || !equal(secret, known))
    throw new TokenError(401, "invalid_client", "AADSTS7000215: Invalid client secret provided.");
  return id;
}

function redeemCode(state: StandInState, authority: string, form: URLSearchParams): Code {
  const code = state.codes.get(form.get("code") ?? "");
  if (!code) throw new TokenError(400, "invalid_grant", "AADSTS9002313: The code is not known.");
  if (code.used) {
    // A code used twice was stolen: revoke its tokens too (RFC 6749, 4.1.2).
    state.revokedFamilies.add(code.family);
    throw new TokenError(400, "invalid_grant", "AADSTS54005: The code was already redeemed.");
  }
  code.used = true;
  if (code.expiresAt <= state.clock()) throw new TokenError(400, "invalid_grant", "AADSTS70008: The code has expired.");
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

function redeemRefresh(state: StandInState, form: URLSearchParams): Refresh {
  const refresh = state.refreshes.get(form.get("refresh_token") ?? "");
  if (!refresh || refresh.expiresAt <= state.clock())
    throw new TokenError(400, "invalid_grant", "AADSTS700082: The refresh token is not valid.");
  if (refresh.used) {
    state.revokedFamilies.add(refresh.family);
    throw new TokenError(400, "invalid_grant", "AADSTS54005: The refresh token was already redeemed.");
  }
  refresh.used = true;
  if (state.revokedFamilies.has(refresh.family))
    throw new TokenError(400, "invalid_grant", "AADSTS50173: The grant was revoked.");
  if (!form.has("scope")) return refresh;
  const scopes = readScopes(state, form);
  if (!scopes.every((scope) => refresh.scopes.includes(scope)))
    throw new TokenError(400, "invalid_grant", "AADSTS65001: The person has not consented to that scope.");
  return { ...refresh, scopes };
}

async function personTokens(
  state: StandInState,
  { account, signedInAt, scopes, family, authority, nonce, isPublic }: Grant,
  form: URLSearchParams,
) {
  const wrongTenant = STAND_IN_TENANTS.find((t) => t.id !== account.tid)?.id ?? PERSONAL.id;
  const issuer = `${LOGIN}/${state.faults.badIssuer ? wrongTenant : account.tid}/v2.0`;
  const common = { iss: issuer, tid: account.tid, oid: account.oid };
  const person = {
    ...common,
    aud: state.clientId,
    // Pairwise: another application would see another subject.
    sub: sha256(`${account.oid}${state.clientId}`).toString("base64url"),
    ...(scopes.includes("profile") ? { name: account.name, preferred_username: account.email } : {}),
    ...(account.roles.length ? { roles: account.roles } : {}),
    // The registration requests `acct` and `auth_time`; `idp` is present only when another directory signed the person in.
    acct: account.guest ? 1 : 0,
    ...(state.faults.noAuthTime ? {} : { auth_time: Math.floor(signedInAt / 1000) }),
    ...(account.guest ? { idp: `https://sts.windows.net/${FABRIKAM.id}/` } : {}),
  };
  const idToken = scopes.includes("openid")
    ? await sign(state, {
        ...person,
        ...(nonce === null ? {} : { nonce }),
        ...(scopes.includes("email") ? { email: account.email } : {}),
      })
    : undefined;
  const accessToken = scopes.includes(state.apiScope)
    ? await sign(state, { ...person, scp: "access", azp: state.clientId, azpacr: isPublic ? "0" : "1" })
    : await sign(state, { ...common, aud: GRAPH_APP, scp: "openid profile email User.Read", appid: state.clientId });
  let refreshToken: string | undefined;
  if (scopes.includes("offline_access")) {
    refreshToken = randomToken();
    const expiresAt = state.clock() + REFRESH_MS;
    const held = { account, signedInAt, authority, scopes, family, isPublic };
    state.refreshes.set(refreshToken, { ...held, used: false, expiresAt });
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

async function sign(state: StandInState, payload: Record<string, unknown>): Promise<string> {
  const now = Math.floor(state.clock() / 1000);
  return new SignJWT({ ...payload, ver: "2.0", uti: randomBytes(16).toString("base64url") })
    .setProtectedHeader({ typ: "JWT", alg: "RS256", kid: state.keys.keys[0]?.kid })
    .setIssuedAt(now)
    .setNotBefore(now)
    .setExpirationTime(now + TOKEN_S)
    .sign(state.privateKey);
}
