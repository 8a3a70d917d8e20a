import type { AdmissionRefusal } from "@/lib/auth/admission";
import type { IdentityRefusal } from "@/lib/auth/identity";
import type { InvitationRefusal } from "@/lib/members/invitations";

/** Why a sign-in did not work, as the `error` parameter of the sign-in page says it. */
export type SignInError =
  | IdentityRefusal
  | AdmissionRefusal
  | InvitationRefusal
  | "cancelled"
  | "microsoft-refused"
  | "microsoft-unreachable"
  | "not-verified"
  | "bad-client"
  | "stale"
  | "database-down"
  | "signed-out"
  | "failed";

/** What a person reads: what happened, then what to do about it. */
export interface SignInNotice {
  readonly title: string;
  readonly text: string;
  /** `info` for what the person did on purpose, `error` for the rest. */
  readonly tone: "info" | "error";
}

const error = (title: string, text: string): SignInNotice => ({ title, text, tone: "error" });
const info = (title: string, text: string): SignInNotice => ({ title, text, tone: "info" });

const NOTICES: Readonly<Record<SignInError, SignInNotice>> = {
  cancelled: info("Sign-in was cancelled", "Nothing has changed. Sign in again whenever you are ready."),
  "signed-out": info("You are signed out", "Your session has ended. Sign in again to continue where you were."),
  "not-a-member": error(
    "You are not in this organisation yet",
    "Your Microsoft account is fine, but nobody has added you here. Ask an admin of your organisation to add you, or sign in with another account.",
  ),
  "guest-first": error(
    "Someone from the organisation must sign in first",
    "You're a guest there. The first person to sign in becomes the organisation's admin, and that can't be a guest.",
  ),
  removed: error(
    "You are not in this organisation any more",
    "An admin of your organisation removed you here. Ask an admin to restore you, or sign in with another account.",
  ),
  "invitation-unknown": error(
    "This invitation does not work",
    "The link is not complete, or a newer one took its place. Look for a newer one, or ask whoever invited you for it.",
  ),
  "invitation-used": error(
    "This invitation was used already",
    "Each link lets one person in, once. If that was you, sign in; otherwise ask whoever invited you for a new link.",
  ),
  "invitation-expired": error(
    "This invitation has expired",
    "Links work for 7 days. Ask whoever invited you for a new one.",
  ),
  "invitation-other-organisation": error(
    "That account is of another organisation",
    "The invitation is for one organisation only, and your account is not of that one. Nothing has changed. Choose your account of that organisation.",
  ),
  "tenant-not-allowed": error(
    "Your organisation is not set up here",
    "Only organisations that were let in can sign in. If you have another work account, use that one; otherwise ask whoever runs this service to let yours in.",
  ),
  "tenant-disabled": error(
    "Your organisation is switched off",
    "Access for your organisation has been suspended. Ask whoever runs this service to switch it on again.",
  ),
  "personal-account": error(
    "Personal accounts cannot sign in",
    "That was a personal Microsoft account (outlook.com, hotmail.com or the like). Sign in with your work account.",
  ),
  "wrong-issuer": error(
    "Microsoft’s answer could not be trusted",
    "It named an organisation that did not issue it, so you were not signed in. Try again; if it happens again, tell whoever runs this service.",
  ),
  "malformed-token": error(
    "Microsoft’s answer was incomplete",
    "It did not say who you are in your organisation, so you were not signed in. Try again, or use another account.",
  ),
  "not-verified": error(
    "Microsoft’s answer could not be trusted",
    "It did not pass our checks, so you were not signed in. Try again; if it happens again, tell whoever runs this service.",
  ),
  "microsoft-refused": error(
    "Microsoft did not let you through",
    "Your organisation’s policy or Microsoft itself refused this sign-in. Try again, or ask your IT department.",
  ),
  "microsoft-unreachable": error(
    "Microsoft cannot be reached",
    "The sign-in service does not answer at the moment. Wait a minute, then try again.",
  ),
  "bad-client": error(
    "This service’s Microsoft settings are wrong",
    "Microsoft does not accept our client ID or secret; it may have expired. Tell whoever runs this service: nobody can sign in until it is renewed.",
  ),
  stale: error(
    "That sign-in had gone stale",
    "It took longer than 15 minutes, or began in another browser. Start again from here.",
  ),
  "database-down": error(
    "Sign-in is not possible right now",
    "The service cannot reach its database, so it lets nobody in. Wait a minute, then try again.",
  ),
  failed: error(
    "Sign-in did not work",
    "Something went wrong on our side and you were not signed in. Try again in a moment.",
  ),
};

/** Every reason why a sign-in did not work. */
export const SIGN_IN_ERRORS = Object.keys(NOTICES) as readonly SignInError[];

/** NextAuth's own `error` values, in our words (next-auth.js.org, "Error page" and "Sign-in page"). */
const NEXT_AUTH_ERRORS: Readonly<Record<string, SignInError>> = {
  OAuthSignin: "microsoft-unreachable",
  OAuthCallback: "not-verified",
  Callback: "failed",
  AccessDenied: "microsoft-refused",
  Configuration: "failed",
  SessionRequired: "signed-out",
};

/**
 * What the sign-in page shows for its `error` parameter.
 * @param code ours or NextAuth's; an unknown one gets the general words, a missing one none
 */
export function signInNotice(code: string | undefined): SignInNotice | null {
  if (!code) return null;
  if (Object.hasOwn(NOTICES, code)) return NOTICES[code as SignInError];
  const known = Object.hasOwn(NEXT_AUTH_ERRORS, code) ? NEXT_AUTH_ERRORS[code] : undefined;
  return NOTICES[known ?? "failed"];
}

/**
 * Tells the reasons apart that NextAuth lumps together as `OAuthCallback`.
 * @param failure the error that openid-client or NextAuth threw while it finished a sign-in
 */
export function classifyCallbackFailure(failure: {
  message?: string | undefined;
  code?: string | undefined;
}): SignInError {
  const message = failure.message ?? "";
  if (
    /cookie was missing|could not be parsed|exp(?:iration)? claim|"exp" claim|state mismatch|invalid_grant/i.test(
      message,
    )
  )
    return "stale";
  if (/unexpected iss/i.test(message)) return "wrong-issuer";
  if (/invalid_client|unauthorized_client/i.test(message)) return "bad-client";
  if (
    /timed out|ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|socket hang up|got: 5\d\d|server_error|temporarily_unavailable/i.test(
      `${failure.code ?? ""} ${message}`,
    )
  )
    return "microsoft-unreachable";
  return "not-verified";
}

/**
 * Reads the `error` parameter that Microsoft sends a person back with (RFC 6749, 4.1.2.1): they cancelled, there is
 * an outage, or a policy of theirs said no.
 */
export function authorizationRefusal(code: string): SignInError {
  if (code === "access_denied") return "cancelled";
  return code === "server_error" || code === "temporarily_unavailable" ? "microsoft-unreachable" : "microsoft-refused";
}
