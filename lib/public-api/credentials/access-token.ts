import "server-only";

import { createRemoteJWKSet, errors, type JWTVerifyGetKey, jwtVerify } from "jose";
import { z } from "zod";

import { CLOCK_TOLERANCE_S } from "@/lib/microsoft/clock-tolerance";
import { PERSONAL_TENANT } from "@/lib/config/personal-tenant";
import { issuerOf, tenantIsAllowed, type TenantSettings } from "@/lib/microsoft/tenants";
import { authenticatedAt } from "@/lib/members/fresh-sign-in";
import { type Env, env } from "@/lib/config/env";
import { AppError } from "@/lib/errors/app-error";
import { organisationDisabled, unauthorized } from "@/lib/public-api/credentials/authorization-header";

/** The required scope of `api://<client id>`: an ID token has the same audience, but no scope. */
const SCOPE = "access";

/** Timeout for fetching Microsoft's keys, in milliseconds. */
const KEYS_TIMEOUT_MS = 5_000;

/** The shape of a signed token rather than a key, three base64url parts; jose verifies it. */
const JWT = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*$/;
export const looksLikeAccessToken = (token: string) => JWT.test(token);

const guid = z.guid().toLowerCase();
const claimsSchema = z.object({
  tid: guid,
  oid: guid,
  iss: z.string(),
  ver: z.literal("2.0"),
  sub: z.string().optional(),
  scp: z.string().optional(),
  idtyp: z.string().optional(),
  azp: guid.optional(),
  appid: guid.optional(),
  // Until the end of the year 9999: /me returns it as a date-time, whose year has four digits (RFC 3339).
  exp: z.number().min(0).max(253_402_300_799),
  nbf: z.number().min(0).default(0),
  auth_time: z.unknown().optional(),
});

/** A person or an application as identified by a Microsoft Entra access token. */
export interface TokenHolder {
  /** The Entra tenant, a lower-case GUID. */
  readonly tid: string;
  /** The person, or the application's service principal, in that tenant; a lower-case GUID. */
  readonly oid: string;
  /** The application (client) id, a lower-case GUID, where an application calls on its own behalf; null for a person. */
  readonly clientId: string | null;
  /** The token's validity period, epoch milliseconds, not yet compared with the database's clock. */
  readonly notBeforeMs: number;
  readonly expiresAtMs: number;
  /** When Microsoft authenticated the person; null where the token doesn't say. */
  readonly authenticatedAt: Date | null;
}

let keySet: JWTVerifyGetKey | undefined;

/** Microsoft's signing keys, fetched on first use, cached, and refetched for an unknown key. */
const microsoftKey: JWTVerifyGetKey = async (...token) => {
  keySet ??= createRemoteJWKSet(
    new URL(`https://login.microsoftonline.com/${env().AZURE_AD_TENANT_ID ?? "organizations"}/discovery/v2.0/keys`),
    { timeoutDuration: KEYS_TIMEOUT_MS },
  );
  try {
    return await keySet(...token);
  } catch (cause) {
    if (cause instanceof errors.JWKSNoMatchingKey || cause instanceof errors.JWKSMultipleMatchingKeys) throw cause;
    throw new AppError("UNAVAILABLE", "Microsoft's signing keys can't be fetched right now. Try again shortly.", {
      reason: "identity_provider_unavailable",
      cause,
    });
  }
};

const malformed = (why: string) => unauthorized("malformed", `This access token is not valid here: ${why}.`);

const EXPIRED = unauthorized("expired", "This access token has expired. Get a new one.");
const NOT_YET = malformed("it is not valid yet");

/**
 * Checks that a token is valid now (RFC 7519 §4.1.4 and §4.1.5).
 * @param nowMs the database's clock, epoch milliseconds
 * @throws AppError UNAUTHORIZED
 */
export function assertCurrent(
  { notBeforeMs, expiresAtMs }: Pick<TokenHolder, "notBeforeMs" | "expiresAtMs">,
  nowMs: number,
): void {
  if (nowMs >= expiresAtMs) throw EXPIRED;
  if (nowMs < notBeforeMs) throw NOT_YET;
}

function refusalOf(error: unknown): unknown {
  if (error instanceof AppError) return error;
  if (error instanceof errors.JWTExpired) return EXPIRED;
  if (error instanceof errors.JWTClaimValidationFailed) {
    if (error.claim === "aud") return malformed("it was issued for another application");
    if (error.claim === "nbf") return NOT_YET;
    return malformed(`its claim ${error.claim} is missing or wrong`);
  }
  if (error instanceof errors.JOSEAlgNotAllowed) return malformed("it is not signed with RS256");
  if (error instanceof errors.JWSSignatureVerificationFailed || error instanceof errors.JWKSNoMatchingKey) {
    return malformed("Microsoft did not sign it");
  }
  if (error instanceof errors.JOSEError) return malformed("it cannot be read");
  return error;
}

/**
 * Whose token this is. An application's has no scope, which is what a person lets an application do, and says so by `idtyp`, an
 * optional claim, or by a subject that is its service principal: a person's subject is another in each application.
 * @returns the client id of an application; null for a person
 * @throws AppError UNAUTHORIZED for what is neither, such as an ID token
 */
function applicationOf({ scp, idtyp, sub, oid, azp, appid }: z.output<typeof claimsSchema>): string | null {
  const clientId = azp ?? appid;
  if (scp !== undefined) {
    if (idtyp === "app") throw malformed("it has a scope, although its claim idtyp says that it is an application's");
    if (!scp.split(" ").includes(SCOPE)) throw malformed(`it lacks the scope ${SCOPE}`);
    return null;
  }
  const isApplication = idtyp === undefined ? sub === oid : idtyp === "app";
  if (!isApplication) throw malformed("it is no access token of this API; an ID token is none");
  if (clientId === undefined) throw malformed("its claim azp is missing or wrong");
  if (azp !== undefined && appid !== undefined && azp !== appid) throw malformed("its claims azp and appid differ");
  return clientId;
}

/**
 * Verifies a Microsoft Entra access token (docs/api.md, "Credentials"): RS256 with Microsoft's keys, version 2.0, this app's
 * audience, a person's scope or an application's identity, an issuer that matches its tenant, not long expired. {@link assertCurrent}
 * checks whether it is valid now.
 * @param key resolves the signing key
 * @throws AppError UNAUTHORIZED for an invalid token, FORBIDDEN for a tenant that isn't allowed, UNAVAILABLE if Microsoft's keys
 *   can't be fetched
 */
export async function verifyAccessToken(
  token: string,
  settings: TenantSettings & Pick<Env, "AZURE_AD_CLIENT_ID">,
  key: JWTVerifyGetKey = microsoftKey,
): Promise<TokenHolder> {
  let payload: unknown;
  try {
    ({ payload } = await jwtVerify(token, key, {
      algorithms: ["RS256"],
      audience: [settings.AZURE_AD_CLIENT_ID, settings.AZURE_AD_CLIENT_ID.toLowerCase()],
      requiredClaims: ["exp"],
      // Refuses long-expired tokens. For the rest, the database's clock decides, as for keys.
      clockTolerance: CLOCK_TOLERANCE_S,
    }));
  } catch (error) {
    throw refusalOf(error);
  }
  const claims = claimsSchema.safeParse(payload);
  if (!claims.success) {
    throw malformed(`its claim ${String(claims.error.issues[0]?.path[0])} is missing or wrong`);
  }
  const { tid, oid, iss, exp, nbf, auth_time } = claims.data;
  if (iss.toLowerCase() !== issuerOf(tid)) throw malformed("its issuer is not its tenant's");
  const clientId = applicationOf(claims.data);
  if (tid === PERSONAL_TENANT) {
    throw new AppError("FORBIDDEN", "Personal Microsoft accounts are not let in.", { reason: "personal_account" });
  }
  if (!tenantIsAllowed(tid, settings)) throw organisationDisabled("access token");
  const times = { notBeforeMs: nbf * 1000, expiresAtMs: exp * 1000, authenticatedAt: authenticatedAt(auth_time) };
  return { tid, oid, clientId, ...times };
}
