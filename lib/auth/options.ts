import "server-only";

import type { AuthOptions } from "next-auth";
import AzureADProvider from "next-auth/providers/azure-ad";
import { custom } from "openid-client";

import { classifyCallbackFailure, readMicrosoftError } from "@/lib/auth/microsoft-errors";
import { safeLocalPath } from "@/lib/auth/safe-path";
import { readSessionId } from "@/lib/auth/session-cookie";
import { NOT_IN_ORGANISATION_PATH, type RefusedVisitor } from "@/lib/auth/refused-visitor";
import { requestContext } from "@/lib/auth/request-context";
import { sessionLimits } from "@/lib/members/session-state";
import { endSession } from "@/lib/auth/sessions";
import type { SignInError } from "@/lib/auth/sign-in-errors";
import { signInWithClaims } from "@/lib/auth/sign-in";
import { CLOCK_TOLERANCE_S } from "@/lib/microsoft/clock-tolerance";
import { env, isHttps } from "@/lib/config/env";
import { log, warnSampled } from "@/lib/logging/log";
import { takeInvitation } from "@/lib/members/invitation-cookie";
import { INVITATION_PATH } from "@/lib/members/invitations";
import type { ProxySettings } from "@/lib/config/outgoing-proxy";
import { proxiedAgent } from "@/lib/http/proxied-agent";
import { counts } from "@/lib/telemetry/counts";

/** What NextAuth swallows and the route still has to know; one per request. */
export interface AuthOutcome {
  /** Why the callback failed, more exactly than NextAuth's `OAuthCallback`. */
  callbackFailure?: { readonly reason: SignInError; readonly microsoftCode: string | null };
  /** The session row could not be ended: the browser must not be told that it was. */
  signOutFailed?: boolean;
  /** Microsoft knows the person, and we do not let them in. */
  refused?: RefusedVisitor;
}

/** Where the sign-in page is reached with a reason; NextAuth adds the callbackUrl of its cookie. */
const signInWithError = (error: SignInError) => `/api/auth/signin?error=${error}`;

/** What goes into the log of a failure's message, in characters: parts of it may come from the request. */
const MAX_REASON = 300;

/** How long Microsoft may take to answer; openid-client's own 3.5 s refuse sign-ins on slow days. */
const MICROSOFT_TIMEOUT_MS = 10_000;

/**
 * How openid-client reaches Microsoft. An agent is set as its default: NextAuth copies options, and a copied agent has no methods.
 * @returns what NextAuth is given
 */
export function microsoftHttpOptions(settings: ProxySettings): { timeout: number } {
  const agent = proxiedAgent("https://login.microsoftonline.com", settings);
  if (agent) custom.setHttpOptionsDefaults({ agent });
  return { timeout: MICROSOFT_TIMEOUT_MS };
}

/** The claims we ask Microsoft for; no Graph scope, no refresh token. */
const SCOPE = "openid profile email";

/**
 * NextAuth's options for one request.
 * @param outcome filled in while the request is handled
 */
export function authOptions(outcome: AuthOutcome): AuthOptions {
  const settings = env();
  const origin = settings.NEXTAUTH_URL;
  return {
    secret: settings.NEXTAUTH_SECRET,
    debug: false,
    useSecureCookies: isHttps(settings),
    session: { strategy: "jwt", maxAge: sessionLimits(settings).maxMs / 1000 },
    pages: { signIn: "/sign-in", error: "/sign-in", signOut: "/" },
    providers: [
      AzureADProvider({
        clientId: settings.AZURE_AD_CLIENT_ID,
        clientSecret: settings.AZURE_AD_CLIENT_SECRET,
        tenantId: settings.AZURE_AD_TENANT_ID ?? "organizations",
        httpOptions: microsoftHttpOptions(settings),
        checks: ["pkce", "state", "nonce"],
        token: {
          // What NextAuth does, but for its ten seconds of tolerance: this server's clock may be wrong by more.
          request: async ({ client, params, checks, provider }) => {
            client[custom.clock_tolerance] = CLOCK_TOLERANCE_S;
            return { tokens: await client.callback(provider.callbackUrl, params, checks) };
          },
        },
        // Without select_account Microsoft would sign the last person in again without asking.
        authorization: { params: { scope: SCOPE, prompt: "select_account" } },
        // Replaces NextAuth's own, which takes `sub` for the person and puts a photo into the cookie (decision 005).
        profile: (claims: Record<string, unknown>) => ({ id: [claims.tid, claims.oid].join(".") }),
      }),
    ],
    callbacks: {
      async signIn({ user, profile }) {
        try {
          const origin = await requestContext();
          const invitation = await takeInvitation();
          const result = await signInWithClaims(profile, settings, origin, invitation);
          if (!result.ok) {
            counts.signIn(result.reason);
            log().warn({ reason: result.reason, tid: result.visitor?.tid ?? null }, "sign-in refused");
            if (!result.visitor) return signInWithError(result.reason);
            // The page of the link says why, and lets another account try.
            if (invitation && result.reason.startsWith("invitation-"))
              return `${INVITATION_PATH}/${encodeURIComponent(invitation)}?problem=${result.reason}`;
            outcome.refused = result.visitor;
            return `${NOT_IN_ORGANISATION_PATH}?reason=${result.reason}`;
          }
          user.sessionId = result.sessionId;
          // The browser's earlier session ends here: nothing of it survives into the new one.
          const earlier = await readSessionId();
          if (earlier) await endSession(earlier, "signed_in_again", origin);
          counts.signIn("signed_in");
          log().info({ memberId: result.memberId }, "signed in");
          return true;
        } catch (err) {
          counts.signIn("database-down");
          log().error({ err }, "sign-in failed before a session began");
          return signInWithError("database-down");
        }
      },
      // Whatever the default puts into the token (name, e-mail, subject) stays out: the row knows.
      jwt: ({ user }) => ({ sid: user.sessionId }),
      redirect: ({ url, baseUrl }) => `${baseUrl}${safeLocalPath(url, origin)}`,
    },
    events: {
      async signOut({ token }) {
        try {
          if (typeof token.sid === "string") await endSession(token.sid, "signed_out", await requestContext());
        } catch (err) {
          outcome.signOutFailed = true;
          log().error({ err }, "the session could not be ended");
        }
      },
    },
    logger: {
      error(code, metadata) {
        const failure =
          "error" in metadata && metadata.error instanceof Error
            ? metadata.error
            : (metadata as { message?: string; code?: string });
        const microsoft = readMicrosoftError(failure.message ?? "");
        if (code === "OAUTH_CALLBACK_ERROR")
          outcome.callbackFailure = { reason: classifyCallbackFailure(failure), microsoftCode: microsoft.code };
        if (code === "SIGNIN_OAUTH_ERROR") counts.signIn("microsoft-unreachable");
        // Only name and message: openid-client's errors carry the raw token along. Microsoft's own words, which follow its
        // code, may contain an e-mail address.
        const [reason = ""] = (failure.message ?? "").split(/\(?AADSTS/, 1);
        warnSampled(
          { code, name: (failure as Error).name, reason: reason.slice(0, MAX_REASON).trim(), microsoft },
          "NextAuth refused a request",
        );
      },
      warn: (code) => warnSampled({ code }, "NextAuth warning"),
      debug: () => undefined,
    },
  };
}
