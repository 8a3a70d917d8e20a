import { z } from "zod";

import { PERSONAL_TENANT } from "@/lib/config/personal-tenant";
import { issuerOf } from "@/lib/microsoft/tenants";
import type { Role } from "@/lib/generated/prisma/enums";
import { isGuestSignInName } from "@/lib/text/email";
import { shownText } from "@/lib/text/name";

const guid = z.guid().transform((id) => id.toLowerCase());
const text = z
  .string()
  .trim()
  .refine((value) => value !== "");

/** The claims of a Microsoft Entra v2 ID token that we read; the signature, audience and nonce were checked before. */
const claimsSchema = z.object({
  tid: guid,
  oid: guid,
  iss: z.string(),
  ver: z.literal("2.0"),
  name: text.optional().catch(undefined),
  email: text.optional().catch(undefined),
  preferred_username: text.optional().catch(undefined),
  roles: z.array(z.string()).catch([]),
  acct: z.unknown().optional(),
  idp: z.unknown().optional(),
  upn: z.unknown().optional(),
  unique_name: z.unknown().optional(),
  altsecid: z.unknown().optional(),
});

/**
 * A person as Microsoft vouches for them. The person is (`tid`, `oid`) and nothing else: name and e-mail can be
 * chosen by the tenant's administrator, so they are shown but never linked, matched or trusted (nOAuth).
 */
export interface Identity {
  /** The Entra tenant, a GUID in lower case. */
  readonly tid: string;
  /** The person in that tenant, a GUID in lower case. */
  readonly oid: string;
  readonly name: string;
  readonly email: string | null;
  /** The strongest of our roles among the token's app roles, or null when it has none of them. */
  readonly appRole: Role | null;
  /** The account belongs to another directory and visits this one (see {@link isGuest}). */
  readonly guest: boolean;
  /** Whether the token has `acct`, without which a guest may go unrecognised. */
  readonly saysGuest: boolean;
}

/** Why a token says too little or the wrong thing. */
export type IdentityRefusal = "malformed-token" | "wrong-issuer" | "personal-account";

const MAX_NAME = 200;
const MAX_EMAIL = 320;

/** The strongest of Admin, User, Viewer in a `roles` claim; other app roles are not ours and are ignored. */
export function strongestRole(roles: readonly string[]): Role | null {
  return (["Admin", "User", "Viewer"] as const).find((role) => roles.includes(role)) ?? null;
}

/** A `unique_name` with the provider that signed the person in: `live.com#ada@outlook.com`. */
const PROVIDER_NAME = /^[a-z0-9.-]+#/i;

const isMissing = (claim: unknown) => claim === undefined || claim === null;

/**
 * Whether the token is a guest's. `acct` is 0 for the directory's own accounts; it is an optional claim, so it may be
 * missing. `idp` is in the token only where another directory or provider signed the person in (learn.microsoft.com, "ID token
 * claims reference"), `altsecid` only for an account from elsewhere. Anything that is neither missing nor clearly the
 * directory's own counts as a guest.
 * @param tid the directory that issued the token
 */
function isGuest(claims: Record<string, unknown>, tid: string): boolean {
  const { acct, idp, altsecid, upn, preferred_username, unique_name, email } = claims;
  const foreignAccount = !isMissing(acct) && acct !== 0 && acct !== "0";
  const own = [issuerOf(tid), `https://sts.windows.net/${tid}`];
  const foreignProvider =
    !isMissing(idp) && !(typeof idp === "string" && own.includes(idp.toLowerCase().replace(/\/$/, "")));
  const guestName = [upn, preferred_username, unique_name, email].some(
    (name) => typeof name === "string" && isGuestSignInName(name),
  );
  const providerName = typeof unique_name === "string" && PROVIDER_NAME.test(unique_name);
  return foreignAccount || foreignProvider || !isMissing(altsecid) || guestName || providerName;
}

/**
 * Reads a person from verified ID-token claims.
 * @param claims the payload as decoded; anything at all
 * @returns the identity, or the reason it is refused: a claim is missing or malformed, the issuer is not that
 *   very tenant's (`https://login.microsoftonline.com/<tid>/v2.0`), or the account is a personal one
 */
export function readIdentity(claims: unknown): Identity | IdentityRefusal {
  const parsed = claimsSchema.safeParse(claims);
  if (!parsed.success) return "malformed-token";
  const { tid, oid, iss, name, email, preferred_username, roles } = parsed.data;
  if (iss.toLowerCase() !== issuerOf(tid)) return "wrong-issuer";
  if (tid === PERSONAL_TENANT) return "personal-account";
  const shownEmail = shownText(email ?? preferred_username ?? "", MAX_EMAIL) || null;
  return {
    tid,
    oid,
    name: shownText(name ?? "", MAX_NAME) || (shownEmail ?? "Unnamed person"),
    email: shownEmail,
    appRole: strongestRole(roles),
    guest: isGuest(parsed.data, tid),
    saysGuest: !isMissing(parsed.data.acct),
  };
}
