import "server-only";

import type { IncomingMessage, ServerResponse } from "node:http";

import { processWide } from "@/lib/config/process-wide";
import { unavailableReason } from "@/lib/errors/app-error";
import { RETRY_AFTER_UNAVAILABLE_S } from "@/lib/http/envelope";
import { REQUEST_ID_FIELD } from "@/lib/http/request-id";
import { shortLocation } from "@/lib/http/short-location";

/** A request under way. */
interface UnderWay {
  readonly response: ServerResponse;
  /** The browser loads a document, rather than a script of an open page. */
  readonly isDocument: boolean;
  /** It failed because the database is unavailable. */
  failed: boolean;
  /** The status that its page asked for. */
  status?: PageStatus;
}

/** The status of a page that refuses access or reports that nothing is there. */
export type PageStatus = 403 | 404 | 410;

/** The requests under way by their ids. */
const underWay = processWide("requests under way", () => new Map<string, UnderWay>());

/**
 * Answers a dashboard request that fails without the database with 503 and `Retry-After`: Next's 500 would report a bug to monitoring.
 * Shortens redirects as well. Called before Next sees the request, which has its id.
 * @param origin the dashboard's, e.g. `https://keys.example.com`
 */
export function mapOutagesTo503(request: IncomingMessage, response: ServerResponse, origin: string): void {
  const id = request.headers[REQUEST_ID_FIELD];
  if (typeof id !== "string") return;
  // Next's router takes a navigation that is not 200 for broken and reloads the page.
  const isDocument = request.headers.rsc === undefined;
  const state: UnderWay = { response, isDocument, failed: false };
  underWay.set(id, state);
  response.once("close", () => underWay.delete(id));
  const writeHead = response.writeHead.bind(response) as (...args: unknown[]) => ServerResponse;
  response.writeHead = (given: number, ...rest: unknown[]) => {
    const asked = isDocument && given === 200 ? state.status : undefined;
    const status = given === 500 && state.failed ? 503 : (asked ?? given);
    response.statusCode = status;
    keepShort(response, origin);
    if (status === 503 && !response.hasHeader("Retry-After"))
      response.setHeader("Retry-After", String(RETRY_AFTER_UNAVAILABLE_S));
    return writeHead(status, ...rest);
  };
}

/** Sets the status that a page answers with. @param requestId the page's request */
export function setPageStatus(requestId: string, status: PageStatus): void {
  const state = underWay.get(requestId);
  if (state) state.status = status;
}

/** Shortens a redirect; Next repeats some of them in `Refresh`. */
function keepShort(response: ServerResponse, origin: string): void {
  const location = response.getHeader("Location");
  if (typeof location !== "string") return;
  const short = shortLocation(location, origin);
  if (short === location) return;
  response.setHeader("Location", short);
  response.removeHeader("Refresh");
}

/** Records the error that a page or route failed with, so that an outage answers 503. @param headers the request's */
export function recordOutage(error: unknown, headers: Readonly<Record<string, string | string[] | undefined>>): void {
  const id = headers[REQUEST_ID_FIELD];
  const state = typeof id === "string" ? underWay.get(id) : undefined;
  if (!state) return;
  state.failed ||= unavailableReason(error) !== null;
  if (state.isDocument) explainWithoutScripts(state.response);
}

const FAILED_PAGE = '<html id="__next_error__">';
const STYLE =
  ":root{color-scheme:light dark}body{max-width:28rem;margin:30vh auto 0;padding:0 1rem;text-align:center;font:14px/20px system-ui,sans-serif}h1{font-size:20px}";
const WITHOUT_SCRIPTS =
  "<h1>We can’t load this page right now</h1><p>Your data is safe. Try again in a moment. JavaScript is off in this browser.</p>" +
  '<p><a href="">Try again</a></p></noscript>';

/** The policy's nonce, without which the browser ignores the style. */
function nonceOf(response: ServerResponse): string {
  return /'nonce-([\w+/=-]+)'/.exec(String(response.getHeader("Content-Security-Policy")))?.[1] ?? "";
}

/** Adds a message for browsers without JavaScript to a failed page: Next sends an empty one, which its scripts fill. */
function explainWithoutScripts(response: ServerResponse): void {
  if (response.headersSent) return;
  // The compression has already replaced this method, so this runs before it.
  const write = response.write.bind(response) as (chunk: unknown, ...rest: unknown[]) => boolean;
  response.write = (chunk: unknown, ...rest: unknown[]) => {
    response.write = write;
    const text = chunk instanceof Uint8Array ? Buffer.from(chunk).toString() : "";
    const message = `<body><noscript><style nonce="${nonceOf(response)}">${STYLE}</style>${WITHOUT_SCRIPTS}`;
    return write(text.includes(FAILED_PAGE) ? text.replace("<body>", message) : chunk, ...rest);
  };
}
