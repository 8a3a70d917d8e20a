"use client";

import { otherSessionText } from "@/components/browser/rendered-for";

const NOT_ENDED = "You’re still signed in: the server didn’t respond. Try again in a moment.";

type AuthAction = "signin/azure-ad" | "signout";

/** This page was rendered for another session. The message is for the person. */
class OtherSessionError extends Error {}

/**
 * Starts a sign-in or a sign-out. The page follows the returned address itself: a form that ends at Microsoft would need
 * Microsoft's origin in the policy's `form-action`.
 * @param callbackUrl the path to end at
 * @returns the address to go to next, at Microsoft or here; null when the server refused
 * @throws OtherSessionError when the browser is now signed in as someone else; TypeError when the server cannot be reached
 */
export async function askAuth(action: AuthAction, callbackUrl: string): Promise<string | null> {
  const known = await fetch("/api/auth/csrf", { cache: "no-store" });
  if (!known.ok) return null;
  const { csrfToken } = (await known.json()) as { csrfToken: string };
  const answer = await fetch(`/api/auth/${action}`, {
    method: "POST",
    cache: "no-store",
    body: new URLSearchParams({ csrfToken, callbackUrl, json: "true" }),
  });
  if (answer.status === 409) {
    const { message } = (await answer.json()) as { message: string };
    throw new OtherSessionError(otherSessionText(message));
  }
  if (!answer.ok) return null;
  const { url } = (await answer.json()) as { url?: string };
  return url ?? null;
}

/** Ends this session, in the browser and on the server, and leaves the page. @returns null, or why the session has not ended */
export async function signOut(): Promise<string | null> {
  try {
    const url = await askAuth("signout", "/sign-in");
    if (url === null) return NOT_ENDED;
    window.location.assign(url);
    return null;
  } catch (error) {
    return error instanceof OtherSessionError ? error.message : NOT_ENDED;
  }
}
