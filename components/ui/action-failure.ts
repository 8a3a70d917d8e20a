import { ActionAnswerError } from "@/components/shell/page-fetch";

const UNCERTAIN = "It may have gone through: check the list before you try again.";
const KEPT = "Nothing was changed. Copy what you typed, then reload the page.";

/** What a person reads about a status that did not come from the action itself. */
const BY_STATUS: Readonly<Record<number, string>> = {
  400: `The server couldn't read the request (400). ${KEPT}`,
  401: "A proxy in front of Neo asks you to sign in (401). Sign in there in another tab, then try again.",
  403: "The request was refused (403): it didn't come from Neo's own address, or a firewall blocked it. Nothing was changed. Open Neo at its usual address; if this happens again, tell your administrator.",
  404: `Neo was updated since you opened this page. ${KEPT}`,
  407: "Your network's proxy asks you to sign in (407). Sign in there, then try again.",
  408: `The request took too long to arrive (408). ${UNCERTAIN}`,
  413: "That is too much text (413). Nothing was changed. Shorten it, then try again.",
  429: "Too many requests (429). Nothing was changed. Wait a minute, then try again.",
  500: `Something went wrong on our side (500). ${UNCERTAIN}`,
  502: `Neo can't be reached behind its proxy (502). ${UNCERTAIN}`,
  503: `Neo is unavailable right now (503). ${UNCERTAIN}`,
  504: `Neo took too long to respond (504). ${UNCERTAIN}`,
};

/**
 * Words for a server action that gave no result.
 * @param error what the call threw
 * @param online what the browser says of its connection
 */
export function actionFailureText(error: unknown, online: boolean): string {
  if (error instanceof ActionAnswerError) {
    const { status } = error;
    if (status < 400) {
      return `Something between you and Neo answered instead, such as your network's sign-in page (${String(status)}). ${UNCERTAIN}`;
    }
    return BY_STATUS[status] ?? `The server answered with status ${String(status)}. ${UNCERTAIN}`;
  }
  if (!online) return `You're offline. ${UNCERTAIN}`;
  return `No response from the server. ${UNCERTAIN}`;
}
