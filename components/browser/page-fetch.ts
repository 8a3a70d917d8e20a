import { openedFor } from "@/components/browser/rendered-for";
import { RENDERED_FOR_FIELD } from "@/lib/auth/rendered-for";

/** A response to a server action that Next could not read: an error status, or a page from something in between. */
export class ActionAnswerError extends Error {
  override readonly name = "ActionAnswerError";
  readonly status: number;
  /** Neo reports that it has no such action: the page is from another version. */
  readonly unknownAction: boolean;

  /** @param status the HTTP status of the response */
  constructor(status: number, unknownAction = false) {
    super(`A server action was answered with ${String(status)}.`);
    this.status = status;
    this.unknownAction = unknownAction;
  }
}

/** Whether a server action changed nothing and can be repeated only after a reload. @param error what the call threw */
export function needsReload(error: unknown): boolean {
  return error instanceof ActionAnswerError && (error.unknownAction || error.status === 400);
}

/**
 * Adds to every request of this page for whom the page was rendered, so that the server can refuse it once the browser is signed
 * in as someone else. Next hides the status of a failed server action: it becomes an error here.
 * @param send the browser's own fetch
 */
export function pageFetch(send: typeof fetch): typeof fetch {
  return async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input, window.location.href);
    if (url.origin !== window.location.origin) return send(input, init);
    const headers = new Headers(init?.headers ?? (input instanceof Request ? input.headers : undefined));
    const page = openedFor();
    if (page) headers.set(RENDERED_FOR_FIELD, page.id);
    if (!headers.has("next-action")) return send(input, { ...init, headers });
    const response = await send(input, { ...init, headers }).catch(async (error: unknown) => {
      throw (await isRedirected(send)) ? new ActionAnswerError(302) : error;
    });
    if (!isReadable(response))
      throw new ActionAnswerError(response.status, response.headers.has("x-nextjs-action-not-found"));
    return response;
  };
}

/** Timeout of the check for redirects, in milliseconds. */
const PROBE_MS = 5_000;

/**
 * Whether something in between redirects requests that Neo answers directly. A fetch fails when it is redirected to another
 * site, as if there were no response.
 */
async function isRedirected(send: typeof fetch): Promise<boolean> {
  try {
    const probe = new URL("/api/health", window.location.href);
    const { type, status } = await send(probe, { redirect: "manual", signal: AbortSignal.timeout(PROBE_MS) });
    return type === "opaqueredirect" || (status >= 300 && status < 400);
  } catch {
    return false;
  }
}

function isReadable({ status, headers }: Response): boolean {
  if (status >= 400) return false;
  return headers.has("x-action-redirect") || (headers.get("content-type") ?? "").startsWith("text/x-component");
}
