import { z } from "zod";

import { PERSONAL_TENANT } from "@/lib/config/personal-tenant";
import { authenticatedAt } from "@/lib/members/fresh-sign-in";
import { issuerOf } from "@/lib/microsoft/tenants";
import type { Role } from "@/lib/generated/prisma/enums";
import { isGuestSignInName } from "@/lib/text/email";
import { shownText } from "@/lib/text/name";

const guid = z.guid().transform((id) => id.toLowerCase());
const text = z
  .string()
  .trim()
  .refine((value) => value !== "");

/** The claims this app checks of a Microsoft Entra v2 ID token, after its signature, audience and nonce were verified. */
const claimsSchema = z.looseObject({
  tid: guid,
  oid: guid,
  iss: z.string(),
  ver: z.literal("2.0"),
  name: text.optional().catch(undefined),
  email: text.optional().catch(undefined),
  preferred_username: text.optional().catch(undefined),
  roles: z.array(z.string()).catch([]),
});

const MAX_NAME = 200;
const MAX_EMAIL = 320;

/** The strongest of Admin, User and Viewer in a `roles` claim; other app roles are ignored. */
export function strongestRole(roles: readonly string[]): Role | null {
  return (["Admin", "User", "Viewer"] as const).find((role) => roles.includes(role)) ?? null;
}

/** A `unique_name` prefixed with the identity provider: `live.com#ada@outlook.com`. */
const PROVIDER_NAME = /^[a-z0-9.-]+#/i;

const isMissing = (claim: unknown) => claim === undefined || claim === null;

/**
 * Whether the token belongs to a guest. The optional claim `acct` is 0 for the directory's own accounts. `idp` is present only
 * if another directory or provider authenticated the person (learn.microsoft.com, "ID token claims reference"), `altsecid` only
 * for an external account. A claim that is present and not clearly the directory's own means a guest.
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
 * @param claims the decoded payload, of any shape
 * @returns the identity, or why it is refused: a claim is missing or malformed, the issuer is not the tenant's own
 *   (`https://login.microsoftonline.com/<tid>/v2.0`), or the account is personal
 */
export function readIdentity(claims: unknown) {
  const parsed = claimsSchema.safeParse(claims);
  if (!parsed.success) return "malformed-token";
  const { tid, oid, iss, name, email, preferred_username, roles, acct } = parsed.data;
  if (iss.toLowerCase() !== issuerOf(tid)) return "wrong-issuer";
  if (tid === PERSONAL_TENANT) return "personal-account";
  const shownEmail = shownText(email ?? preferred_username ?? "", MAX_EMAIL) || null;
  return {
    tid,
    oid,
    name: shownText(name ?? "", MAX_NAME) || (shownEmail ?? "Unnamed person"),
    email: shownEmail,
    /** When Microsoft authenticated the person, which may be long before it issued the token; null where it doesn't say. */
    authenticatedAt: authenticatedAt(parsed.data.auth_time),
    /** The strongest known role among the token's app roles, or null if it has none. */
    appRole: strongestRole(roles),
    /** The account belongs to another directory and is a guest in this one. */
    guest: isGuest(parsed.data, tid),
    /** Whether the token has `acct`; without it, a guest may go undetected. */
    saysGuest: !isMissing(acct),
  };
}

/**
 * A person as verified by Microsoft, identified only by (`tid`, `oid`), lower-case GUIDs. The tenant's administrator can choose any
 * name and e-mail, so they are displayed but never linked, matched or trusted (nOAuth).
 */
export type Identity = Readonly<Exclude<ReturnType<typeof readIdentity>, string>>;

/** Why a token's claims are refused. */
export type IdentityRefusal = Extract<ReturnType<typeof readIdentity>, string>;
