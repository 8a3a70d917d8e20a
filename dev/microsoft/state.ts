import { createHash, randomBytes } from "node:crypto";

import { exportJWK, generateKeyPair, type CryptoKey, type JWK } from "jose";

import { DeviceCodes } from "./device-code-store";
import { STAND_IN_ACCOUNTS, STAND_IN_TENANTS, type StandInAccount } from "./directory";
import { NO_FAULTS, type StandInFaults } from "./faults";
import { TokenError } from "./token-error";

export const LOGIN = "https://login.microsoftonline.com";
export const GRAPH_APP = "00000003-0000-0000-c000-000000000000";
/** An unanswered account picker lives 10 minutes, an authorization code 60 seconds. */
export const PENDING_MS = 10 * 60_000;
export const CODE_MS = 60_000;

export interface StandInOptions {
  /** 0 picks a free one. */
  readonly port: number;
  /** The application's URL, e.g. `http://localhost:3000`; loopback only. */
  readonly appUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly badIssuer?: boolean;
  /** The stand-in's clock, in milliseconds since 1970. Tests move it. */
  readonly clock?: () => number;
}

interface Pending {
  readonly authority: string;
  readonly redirectUri: string;
  readonly state: string | null;
  readonly nonce: string | null;
  readonly challenge: string;
  readonly scopes: readonly string[];
  /** Whether the application asked for a new sign-in (prompt=login). */
  readonly isLogin: boolean;
  /** The most seconds since the last sign-in; null where the application did not ask. */
  readonly maxAge: number | null;
  readonly expiresAt: number;
}

export interface Code extends Pending {
  /** When the person signed in, in milliseconds since 1970. */
  readonly signedInAt: number;
  readonly account: StandInAccount;
  used: boolean;
  /** The family of refresh tokens issued from this code. */
  readonly family: string;
}

export interface Refresh {
  readonly account: StandInAccount;
  readonly signedInAt: number;
  readonly authority: string;
  readonly scopes: readonly string[];
  readonly family: string;
  readonly expiresAt: number;
  /** Issued for a device code: its holder is a public client, without a secret. */
  readonly isPublic: boolean;
  used: boolean;
}

/** The state of one stand-in. */
export interface StandInState {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly appOrigin: string;
  readonly redirectUri: string;
  readonly logoutUris: ReadonlySet<string>;
  /** The only permission that the app registration exposes: an access token for /public-api. */
  readonly apiScope: string;
  readonly clock: () => number;
  readonly faults: StandInFaults;
  readonly publicKey: CryptoKey;
  readonly privateKey: CryptoKey;
  /** The key set that the `jwks_uri` serves. */
  readonly keys: { readonly keys: readonly (JWK & { kid: string })[] };
  readonly pendings: Map<string, Pending>;
  readonly codes: Map<string, Code>;
  readonly refreshes: Map<string, Refresh>;
  readonly revokedFamilies: Set<string>;
  readonly devices: DeviceCodes;
  /** `http://localhost:<port>`, once it listens. */
  url: string;
}

/** @param app the application's URL */
export async function createState(options: StandInOptions, { origin }: URL): Promise<StandInState> {
  const { clientId, clientSecret, clock = Date.now, badIssuer = false } = options;
  const { publicKey, privateKey } = await generateKeyPair("RS256");
  const jwk: JWK = { ...(await exportJWK(publicKey)), use: "sig", alg: "RS256" };
  return {
    clientId,
    clientSecret,
    appOrigin: origin,
    redirectUri: `${origin}/api/auth/callback/azure-ad`,
    logoutUris: new Set([origin, `${origin}/`, `${origin}/sign-in`]),
    apiScope: `api://${clientId}/access`,
    clock,
    faults: { ...NO_FAULTS, badIssuer },
    publicKey,
    privateKey,
    keys: { keys: [{ ...jwk, kid: sha256(jwk.n ?? "").toString("base64url") }] },
    pendings: new Map(),
    codes: new Map(),
    refreshes: new Map(),
    revokedFamilies: new Set(),
    devices: new DeviceCodes(clock),
    url: "",
  };
}

const OPENID_SCOPES = ["openid", "profile", "email", "offline_access"];

export const randomToken = () => randomBytes(32).toString("base64url");
export const sha256 = (text: string) => createHash("sha256").update(text).digest();

/** Drops what expired, so that a long demo does not grow. */
export function sweep(state: StandInState): void {
  const now = state.clock();
  for (const map of [state.pendings, state.codes, state.refreshes] as Map<string, { expiresAt: number }>[])
    for (const [id, entry] of map) if (entry.expiresAt + PENDING_MS < now) map.delete(id);
  state.devices.sweep();
}

export function knownAuthority(authority: string): boolean {
  return authority === "organizations" || authority === "common" || STAND_IN_TENANTS.some((t) => t.id === authority);
}

export function accountsOf(authority: string): StandInAccount[] {
  // Entra's /organizations refuses personal accounts itself; here one is offered, so that the product must refuse it.
  return STAND_IN_ACCOUNTS.filter(
    (a) => authority === "organizations" || authority === "common" || a.tid === authority,
  );
}

/** The scopes of an access token request. @throws TokenError for none, and for one that the app does not have */
export function readScopes(state: StandInState, form: URLSearchParams): string[] {
  const scopes = (form.get("scope") ?? "").split(" ").filter(Boolean);
  if (scopes.length === 0)
    throw new TokenError(400, "invalid_request", "AADSTS900144: The request body must contain a scope.");
  const unknown = scopes.find((scope) => ![...OPENID_SCOPES, state.apiScope].includes(scope));
  if (unknown !== undefined)
    throw new TokenError(400, "invalid_scope", `AADSTS70011: The scope ${unknown} is not known here.`);
  return scopes;
}

/**
 * When a person who picks an account signed in, in milliseconds since 1970: now, unless Microsoft may go on with an earlier sign-in.
 * @param isLogin whether the application asked for a new one
 * @param maxAge the most seconds since the last one that it accepts; null for any
 */
export function signedInAt(
  { clock, faults }: StandInState,
  { isLogin, maxAge }: { isLogin: boolean; maxAge: number | null } = { isLogin: false, maxAge: null },
): number {
  const isReused = faults.ignoresPrompt || (!isLogin && (maxAge === null || faults.signInAge <= maxAge));
  return clock() - (isReused ? faults.signInAge * 1000 : 0);
}
