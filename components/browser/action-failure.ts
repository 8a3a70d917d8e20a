import { ActionAnswerError, needsReload } from "@/components/browser/page-fetch";

/** The outcome of an action that may have worked. Every failure refreshes the page behind the form. */
const OUTCOME = "It may have gone through; we’ve refreshed the page.";
/** The same for an action that creates an API key. */
export const KEY_OUTCOME = "The key may have been created; we’ve refreshed the list.";
/** The same for an action that revokes several keys. */
export const REVOKED_OUTCOME = "The keys may have been revoked, all or none; we’ve refreshed the list.";

/** The message of a form when the session has ended. */
export const SIGNED_OUT = "You’re signed out. Sign in again in another tab, then come back: what you typed stays here.";

/** The messages for statuses that did not come from the action itself. */
const byStatus = (outcome: string): Readonly<Record<number, string>> => ({
  400: "The server couldn’t read the request (400).",
  401: "A proxy in front of Neo asks you to sign in (401). Sign in there in another tab, then try again.",
  403: "The request was refused (403): it didn’t come from Neo’s own address, or a firewall blocked it. Nothing was changed. Open Neo at its usual address; if this happens again, tell your administrator.",
  404: `A proxy in front of Neo didn’t find the page (404). ${outcome} If this happens again, tell your administrator.`,
  407: "Your network’s proxy asks you to sign in (407). Sign in there, then try again.",
  408: `The request took too long to arrive (408). ${outcome}`,
  413: "That’s too much text (413). Nothing was changed. Shorten it, then try again.",
  429: "Too many requests (429). Nothing was changed. Wait a minute, then try again.",
  500: `Something went wrong on our side (500). ${outcome}`,
  502: `Neo can’t be reached behind its proxy (502). ${outcome}`,
  503: `Neo is unavailable right now (503). ${outcome}`,
  504: `Neo took too long to respond (504). ${outcome}`,
});

/** @param kept whether what was typed survives the reload; undefined where nothing was typed */
function reloadText(kept: boolean | undefined): string {
  if (kept === undefined) return "Nothing was changed. Reload the page, then try again.";
  return kept
    ? "Nothing was changed. Reload the page and open this form again: what you typed is kept."
    : "Nothing was changed. Copy what you typed, then reload the page.";
}

/**
 * The message for a server action that returned no result.
 * @param error what the call threw
 * @param online whether the browser is online
 * @param kept whether what was typed survives the reload that {@link needsReload} asks for; undefined where nothing was typed
 * @param outcome what may have happened nevertheless
 */
export function actionFailureText(error: unknown, online: boolean, kept?: boolean, outcome = OUTCOME): string {
  if (error instanceof ActionAnswerError) {
    const { status, unknownAction } = error;
    const known = byStatus(outcome)[status];
    if (needsReload(error)) {
      return `${unknownAction ? "Neo was updated since you opened this page." : (known ?? "")} ${reloadText(kept)}`;
    }
    if (status < 400) {
      return `Something between you and Neo responded instead, such as your network’s sign-in page (${String(status)}). ${outcome}`;
    }
    return known ?? `The server responded with status ${String(status)}. ${outcome}`;
  }
  if (!online) return "You’re offline. Check the list once you’re connected again, before you try again.";
  return `No response. ${outcome}`;
}
