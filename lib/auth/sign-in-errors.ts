/** The message for the person: what happened, then what to do. */
export interface SignInNotice {
  readonly title: string;
  readonly text: string;
  /** Microsoft's code, for an IT department to look up. */
  readonly code?: string;
  /** `info` for a deliberate action of the person, otherwise `error`. */
  readonly tone: "info" | "error";
}

const error = (title: string, text: string): SignInNotice => ({ title, text, tone: "error" });
const info = (title: string, text: string): SignInNotice => ({ title, text, tone: "info" });

const NOTICES = {
  cancelled: info("Sign-in was cancelled", "Nothing has changed. Sign in again when you’re ready."),
  "signed-out": info("You’re signed out", "Your session has ended. Sign in again to continue where you left off."),
  "consent-given": info(
    "Neo is approved for your organisation",
    "Microsoft has recorded the approval. Sign in to continue.",
  ),
  "consent-declined": info(
    "Neo wasn’t approved",
    "Microsoft didn’t record an approval for your organisation, so nothing has changed. Open the approval link again when you’re ready.",
  ),
  "not-a-member": error(
    "You’re not in this organisation yet",
    "Your Microsoft account is fine, but nobody has added you to Neo. Ask an admin of your organisation to add you, or sign in with another account.",
  ),
  "guest-first": error(
    "Someone from the organisation must sign in first",
    "You’re a guest there. The first person to sign in becomes the organisation’s admin, and that can’t be a guest.",
  ),
  removed: error(
    "You’re no longer in this organisation",
    "An admin of your organisation removed you from Neo. Ask an admin to restore you, or sign in with another account.",
  ),
  "account-gone": error(
    "Your account was disabled",
    "Microsoft reported that your account is disabled or deleted. If it has just been enabled again, try again in a few minutes. Otherwise ask your IT department.",
  ),
  "invitation-unknown": error(
    "This invitation doesn’t work",
    "The link is incomplete, or a newer one has replaced it. Look for a newer one, or ask for it.",
  ),
  "invitation-used": error(
    "This invitation was already used",
    "Each link works once. If that was you, sign in. Otherwise ask for a new link.",
  ),
  "invitation-expired": error("This invitation has expired", "Links work for 7 days. Ask for a new one."),
  "invitation-other-organisation": error(
    "Wrong organisation",
    "The invitation is for one organisation, and your account belongs to another. Nothing has changed. Sign in with your account of that organisation.",
  ),
  "tenant-not-allowed": error(
    "Your organisation isn’t set up here",
    "If you have another work account, use that one. Otherwise ask the operator of this service to allow your organisation.",
  ),
  "tenant-disabled": error(
    "Your organisation is disabled",
    "Access for your organisation has been suspended. Ask the operator of this service to enable it again.",
  ),
  "personal-account": error(
    "Personal accounts can’t sign in",
    "That was a personal Microsoft account (outlook.com, hotmail.com or similar). Sign in with your work account.",
  ),
  "wrong-directory": error(
    "That account isn’t in this organisation",
    "Microsoft doesn’t know it in the organisation that Neo is set up for. Choose your account of that organisation, accept its invitation if it has invited you, or ask its IT department to add you as a guest.",
  ),
  "approval-needed": error(
    "Your organisation must approve Neo first",
    "Microsoft needs an approval from an administrator of your directory. Ask your IT department to approve this application in Microsoft Entra, then sign in again.",
  ),
  "not-assigned": error(
    "You’re not assigned to this application",
    "Your organisation decides in Microsoft Entra who may use Neo. Ask your IT department to assign you under Enterprise applications.",
  ),
  "access-policy": error(
    "Your organisation’s policy blocked the sign-in",
    "A Conditional Access or tenant policy doesn’t allow it from this device, network or account. Try a managed device or your company network, or ask your IT department.",
  ),
  "more-verification": error(
    "Microsoft needs more proof that it’s you",
    "Sign in again and complete the extra verification. If you can’t, set it up at https://aka.ms/mfasetup or ask your IT department.",
  ),
  "account-locked": error(
    "Your account is locked",
    "There were too many failed sign-ins, or one from a suspicious address. Wait a while, then try again, or ask your IT department.",
  ),
  "account-disabled": error(
    "Your account is disabled",
    "Your organisation has disabled this Microsoft account. Ask your IT department, or sign in with another account.",
  ),
  "password-problem": error(
    "Microsoft didn’t accept your password",
    "It may be wrong or expired. Reset it with Microsoft or your IT department, then sign in again.",
  ),
  "choose-account": error(
    "Microsoft couldn’t tell which account to use",
    "Your Microsoft session has expired, or you have several. Sign in again and choose your work account.",
  ),
  "app-disabled": error(
    "This application is disabled in your directory",
    "Ask your IT department to enable Neo under Enterprise applications in Microsoft Entra.",
  ),
  "own-sign-in-failed": error(
    "Your organisation’s own sign-in failed",
    "Microsoft handed the sign-in to a server of your organisation, which didn’t answer or refused it. Try again. If it happens again, ask your IT department.",
  ),
  "secret-expired": error(
    "This service’s client secret has expired",
    "Nobody can sign in until the operator creates a new client secret in Microsoft Entra and sets AZURE_AD_CLIENT_SECRET. Tell the operator of this service.",
  ),
  "wrong-issuer": error(
    "Microsoft’s response couldn’t be trusted",
    "It named an organisation that didn’t issue it, so you weren’t signed in. Try again. If it happens again, tell the operator of this service.",
  ),
  "malformed-token": error(
    "Microsoft’s response was incomplete",
    "It didn’t say who you are in your organisation, so you weren’t signed in. Try again, or use another account.",
  ),
  "not-verified": error(
    "Microsoft’s response couldn’t be trusted",
    "It failed our checks, so you weren’t signed in. Try again. If it happens again, tell the operator of this service.",
  ),
  "microsoft-refused": error(
    "Microsoft refused the sign-in",
    "Your organisation’s policy or Microsoft itself refused it. Try again, or ask your IT department.",
  ),
  "microsoft-unreachable": error(
    "Microsoft can’t be reached",
    "The sign-in service isn’t responding. Wait a minute, then try again.",
  ),
  "bad-client": error(
    "This service’s Microsoft settings are wrong",
    "Microsoft doesn’t accept its client ID, client secret or address. Nobody can sign in until that’s corrected. Tell the operator of this service.",
  ),
  stale: error(
    "That sign-in has expired",
    "It took longer than 15 minutes, or began in another browser. Start again here.",
  ),
  "database-down": error(
    "Sign-in isn’t possible right now",
    "The service can’t reach its database. Wait a minute, then try again.",
  ),
  failed: error(
    "Sign-in didn’t work",
    "Something went wrong on our side, and you weren’t signed in. Try again in a moment.",
  ),
};

/** Why a sign-in failed: the `error` parameter of the sign-in page. */
export type SignInError = keyof typeof NOTICES;

/** Every reason why a sign-in fails. */
export const SIGN_IN_ERRORS = Object.keys(NOTICES) as readonly SignInError[];

/** Messages for NextAuth's own `error` values (next-auth.js.org, "Error page" and "Sign-in page"); the others get the generic one. */
const NEXT_AUTH_ERRORS: Readonly<Record<string, SignInError>> = {
  OAuthSignin: "microsoft-unreachable",
  OAuthCallback: "not-verified",
  AccessDenied: "microsoft-refused",
  SessionRequired: "signed-out",
};

/**
 * The sign-in page's notice for its `error` parameter.
 * @param code from {@link signInErrorParameter} or NextAuth; an unknown one gets the generic notice, a missing one none
 */
export function signInNotice(code: string | undefined): SignInNotice | null {
  if (!code) return null;
  const [, reason = code, microsoft] = /^([a-z-]+)\.(AADSTS\d{4,9})$/.exec(code) ?? [];
  if (Object.hasOwn(NOTICES, reason))
    return { ...NOTICES[reason as SignInError], ...(microsoft && { code: microsoft }) };
  const known = Object.hasOwn(NEXT_AUTH_ERRORS, code) ? NEXT_AUTH_ERRORS[code] : undefined;
  return NOTICES[known ?? "failed"];
}

/** The `error` parameter of the sign-in page. @param microsoft Microsoft's code, shown with the message */
export function signInErrorParameter(reason: SignInError, microsoft: string | null): string {
  return microsoft && NOTICES[reason].tone === "error" ? `${reason}.${microsoft}` : reason;
}
