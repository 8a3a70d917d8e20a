import "server-only";

import { AsyncLocalStorage } from "node:async_hooks";

import type { AuthOptions, Profile, User } from "next-auth";
import AzureADProvider from "next-auth/providers/azure-ad";
import { custom } from "openid-client";

import { classifyCallbackFailure, readMicrosoftError } from "@/lib/auth/microsoft-errors";
import { safeLocalPath } from "@/lib/auth/safe-path";
import { readSessionId } from "@/lib/auth/session-cookie";
import { NOT_IN_ORGANISATION_PATH, type RefusedVisitor } from "@/lib/auth/refused-visitor";
import { requestOrigin } from "@/lib/auth/request-context";
import { endSession } from "@/lib/members/sessions";
import type { SignInError } from "@/lib/auth/sign-in-errors";
import { type ConfirmationRefusal, signInWithClaims } from "@/lib/auth/sign-in";
import { CLOCK_TOLERANCE_S } from "@/lib/microsoft/clock-tolerance";
import { env, isHttps } from "@/lib/config/env";
import { log, warnSampled } from "@/lib/logging/log";
import { takeInvitation } from "@/lib/members/invitation-cookie";
import { INVITATION_PATH } from "@/lib/members/invitations";
import { sessionLimits } from "@/lib/members/session-state";
import type { ProxySettings } from "@/lib/config/outgoing-proxy";
import { proxiedAgent } from "@/lib/http/proxied-agent";
import { counts } from "@/lib/telemetry/counts";

/** An outcome that NextAuth hides from its route; at most one per request. */
type AuthEvent =
  /** More precise than NextAuth's `OAuthCallback`. */
  | { readonly kind: "callback-failed"; readonly reason: SignInError; readonly microsoftCode: string | null }
  /** The session row could not be ended. */
  | { readonly kind: "sign-out-failed" }
  /** The member confirmed that it's them, or didn't; `as` is the name of the account that came instead. */
  | { readonly kind: "confirmed" }
  | { readonly kind: "not-confirmed"; readonly reason: ConfirmationRefusal; readonly as: string }
  /** Microsoft authenticated the person, but this app refuses them. */
  | { readonly kind: "refused"; readonly visitor: RefusedVisitor };

// NextAuth logs every request with the logger of the latest one, so an event finds its request by the async context.
const events = new AsyncLocalStorage<AuthEvent[]>();
const report = (event: AuthEvent) => events.getStore()?.push(event);

/**
 * Collects what NextAuth reports about one request.
 * @param handle passes the request to NextAuth
 * @returns its result, and the last event, if any
 */
export async function collectEvents<T>(handle: () => Promise<T>): Promise<[T, AuthEvent | undefined]> {
  const reported: AuthEvent[] = [];
  const result = await events.run(reported, handle);
  return [result, reported.at(-1)];
}

/** Redirects to the sign-in page with a reason; NextAuth adds the callbackUrl from its cookie. */
const signInWithError = (error: SignInError) => `/api/auth/signin?error=${error}`;

/** Maximum length of a logged reason, in characters: parts of it may come from the request. */
const MAX_REASON = 300;

/** Timeout for Microsoft's responses; openid-client's default of 3.5 s fails sign-ins when Microsoft is slow. */
const MICROSOFT_TIMEOUT_MS = 10_000;

/**
 * How openid-client connects to Microsoft. An agent is set as its default: NextAuth copies options, and a copied agent loses its methods.
 * @returns NextAuth's `httpOptions`
 */
export function microsoftHttpOptions(settings: ProxySettings): { timeout: number } {
  const agent = proxiedAgent("https://login.microsoftonline.com", settings);
  if (agent) custom.setHttpOptionsDefaults({ agent });
  return { timeout: MICROSOFT_TIMEOUT_MS };
}

/** The claims requested from Microsoft: no Graph scope, no refresh token. */
const SCOPE = "openid profile email";

/** What makes a request one of a confirmation: the parameters for Microsoft, or, when the browser returns, the member who confirms. */
interface Confirming {
  readonly parameters?: Readonly<Record<string, string>>;
  readonly memberId?: string;
}

function microsoftProvider({ parameters }: Confirming): AuthOptions["providers"][number] {
  const settings = env();
  return AzureADProvider({
    clientId: settings.AZURE_AD_CLIENT_ID,
    clientSecret: settings.AZURE_AD_CLIENT_SECRET,
    tenantId: settings.AZURE_AD_TENANT_ID ?? "organizations",
    httpOptions: microsoftHttpOptions(settings),
    checks: ["pkce", "state", "nonce"],
    token: {
      // NextAuth's client, but with more clock tolerance than its ten seconds: this server's clock may be off by more.
      request: async ({ client, params, checks, provider }) => {
        client[custom.clock_tolerance] = CLOCK_TOLERANCE_S;
        return { tokens: await client.callback(provider.callbackUrl, params, checks) };
      },
    },
    // Without select_account, Microsoft silently signs the previous person in again.
    authorization: { params: { scope: SCOPE, prompt: "select_account", ...parameters } },
    // NextAuth's default identifies people by `sub` and stores a photo in the cookie (docs/decisions/005).
    profile: (claims: Record<string, unknown>) => ({ id: [claims.tid, claims.oid].join(".") }),
  });
}

/** The refusals of a confirmation, which leave the session as it is. */
const NOT_CONFIRMED: ReadonlySet<string> = new Set<ConfirmationRefusal>([
  "other-account",
  "no-auth-time",
  "not-signed-in-again",
]);
const isNotConfirmed = (reason: string): reason is ConfirmationRefusal => NOT_CONFIRMED.has(reason);

/**
 * NextAuth's signIn callback.
 * @param confirming the member who confirms that it's them; null for a sign-in
 * @returns true, or the redirect target for a refused person
 */
async function signIn(user: User, profile: Profile | undefined, confirming: string | null): Promise<true | string> {
  try {
    const origin = await requestOrigin();
    const invitation = confirming ? null : await takeInvitation();
    const result = await signInWithClaims(profile, env(), origin, invitation, confirming);
    if (!result.ok) {
      const { reason, visitor } = result;
      counts.signIn(reason);
      log().warn({ reason, tid: visitor?.tid ?? null }, "sign-in refused");
      if (isNotConfirmed(reason)) {
        report({ kind: "not-confirmed", reason, as: visitor?.email ?? visitor?.name ?? "" });
        return "/";
      }
      if (!visitor || reason === "account-gone") return signInWithError(reason);
      // The invitation page explains the refusal and offers another account.
      if (invitation && reason.startsWith("invitation-"))
        return `${INVITATION_PATH}/${encodeURIComponent(invitation)}?problem=${reason}`;
      report({ kind: "refused", visitor });
      return `${NOT_IN_ORGANISATION_PATH}?reason=${reason}`;
    }
    user.sessionId = result.sessionId;
    // The browser's earlier session ends here; the new one inherits nothing.
    const earlier = await readSessionId();
    if (earlier) await endSession(earlier, "signed_in_again", origin);
    if (confirming) report({ kind: "confirmed" });
    counts.signIn("signed_in");
    log().info({ memberId: result.memberId }, "signed in");
    return true;
  } catch (err) {
    counts.signIn("database-down");
    log().error({ err }, "sign-in failed before a session began");
    return signInWithError("database-down");
  }
}

/** NextAuth's error logger: classifies failed callbacks and logs what is safe. */
function logError(code: string, metadata: Error | { error: Error; [key: string]: unknown }): void {
  const failure: { name?: string; message?: string; code?: string } =
    "error" in metadata && metadata.error instanceof Error ? metadata.error : (metadata as Error);
  const microsoft = readMicrosoftError(failure.message ?? "");
  if (code === "OAUTH_CALLBACK_ERROR")
    report({ kind: "callback-failed", reason: classifyCallbackFailure(failure), microsoftCode: microsoft.code });
  if (code === "SIGNIN_OAUTH_ERROR") counts.signIn("microsoft-unreachable");
  // Only name and message: openid-client's errors contain the raw token, and Microsoft's text after its code may contain an e-mail.
  const [reason = ""] = (failure.message ?? "").split(/\(?AADSTS/, 1);
  const details = { code, name: failure.name, reason: reason.slice(0, MAX_REASON).trim(), microsoft };
  warnSampled(details, "NextAuth refused a request");
}

/**
 * NextAuth's options. Call it within {@link collectEvents}, which gets the outcome that the route needs.
 * @param confirming for a member who confirms that it's them
 */
export function authOptions(confirming: Confirming = {}): AuthOptions {
  const settings = env();
  return {
    secret: settings.NEXTAUTH_SECRET,
    debug: false,
    useSecureCookies: isHttps(settings),
    session: { strategy: "jwt", maxAge: sessionLimits(settings).maxMs / 1000 },
    pages: { signIn: "/sign-in", error: "/sign-in", signOut: "/" },
    providers: [microsoftProvider(confirming)],
    callbacks: {
      signIn: ({ user, profile }) => signIn(user, profile, confirming.memberId ?? null),
      // Nothing of NextAuth's default token (name, e-mail, subject): the database has it.
      jwt: ({ user }) => ({ sid: user.sessionId }),
      redirect: ({ url, baseUrl }) => `${baseUrl}${safeLocalPath(url, settings.NEXTAUTH_URL)}`,
    },
    events: {
      async signOut({ token }) {
        try {
          if (typeof token.sid === "string") await endSession(token.sid, "signed_out", await requestOrigin());
        } catch (err) {
          report({ kind: "sign-out-failed" });
          log().error({ err }, "the session could not be ended");
        }
      },
    },
    logger: {
      error: logError,
      warn: (code) => warnSampled({ code }, "NextAuth warning"),
      debug: () => undefined,
    },
  };
}
