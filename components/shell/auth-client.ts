"use client";

/** What a page asks of /api/auth. */
type AuthAction = "signin/azure-ad" | "signout";

/**
 * Asks for a sign-in or a sign-out and says where the browser is to go next: to Microsoft, or back to a page of ours. The
 * page goes there itself: a form that ends at Microsoft would need its origin in the policy's `form-action`.
 * @param callbackUrl path to come to in the end
 * @returns the address, or null when the server refused
 * @throws TypeError when the server cannot be reached
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
  if (!answer.ok) return null;
  const { url } = (await answer.json()) as { url?: string };
  return url ?? null;
}

/** Ends this session, here and on the server, and leaves. @returns false when the server did not end it */
export async function signOut(): Promise<boolean> {
  try {
    const url = await askAuth("signout", "/sign-in");
    if (url === null) return false;
    window.location.assign(url);
    return true;
  } catch {
    return false;
  }
}
