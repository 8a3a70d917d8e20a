"use client";

import { forgetAllKept } from "@/components/browser/kept-values";
import { otherSessionText } from "@/components/browser/rendered-for";

const NOT_ENDED = "You’re still signed in: the server didn’t respond. Try again in a moment.";

/**
 * Starts a sign-in or a sign-out. The page follows the returned address itself: a form that ends at Microsoft would need
 * Microsoft's origin in the policy's `form-action`.
 * @param callbackUrl the path to end at
 * @param headers further fields of the request
 * @returns `url`, the address to go to next, at Microsoft or here; `message` when the browser is now signed in as someone else;
 *   null when the server refused
 * @throws TypeError when the server cannot be reached
 */
export async function askAuth(
  action: "signin/azure-ad" | "signout",
  callbackUrl: string,
  headers?: Record<string, string>,
): Promise<{ url?: string; message?: string } | null> {
  const known = await fetch("/api/auth/csrf", { cache: "no-store" });
  if (!known.ok) return null;
  const { csrfToken } = (await known.json()) as { csrfToken: string };
  const answer = await fetch(`/api/auth/${action}`, {
    method: "POST",
    cache: "no-store",
    body: new URLSearchParams({ csrfToken, callbackUrl, json: "true" }),
    ...(headers && { headers }),
  });
  if (!answer.ok && answer.status !== 409) return null;
  return (await answer.json()) as { url?: string; message?: string };
}

/**
 * Ends this session, in the browser and on the server, and leaves the page.
 * @param toOtherAccount whether to go on to Microsoft's choice of account; to the sign-in page if that can't be reached
 * @returns null, or why the session has not ended
 */
export async function signOut(toOtherAccount = false): Promise<string | null> {
  try {
    const answer = await askAuth("signout", "/sign-in");
    if (answer?.message) return otherSessionText(answer.message);
    if (!answer?.url) return NOT_ENDED;
    forgetAllKept();
    const choice = toOtherAccount ? await askAuth("signin/azure-ad", "/").catch(() => null) : null;
    window.location.assign(choice?.url ?? answer.url);
    return null;
  } catch {
    return NOT_ENDED;
  }
}
