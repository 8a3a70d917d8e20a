import "server-only";

import { subscribe } from "node:diagnostics_channel";
import type { IncomingMessage, ServerResponse } from "node:http";

import { headers } from "next/headers";

import { env } from "@/lib/config/env";
import { unavailableReason } from "@/lib/errors/app-error";
import { RETRY_AFTER_UNAVAILABLE_S } from "@/lib/http/envelope";
import { REQUEST_ID_FIELD } from "@/lib/http/request-id";
import { shortLocation } from "@/lib/http/short-location";

/** A request under way. */
interface UnderWay {
  readonly response: ServerResponse;
  /** Somebody opens the page, rather than a script of an open page. */
  readonly isDocument: boolean;
  /** It failed for want of the database. */
  failed: boolean;
  /** What its page asked to be answered with. */
  status?: PageStatus;
}

/** The status of a page that says that it refuses, or that there is nothing there. */
export type PageStatus = 403 | 404 | 410;

// One a process, however often a bundler loads this module.
const holder = globalThis as typeof globalThis & { neoUnderWay?: Map<string, UnderWay> };
/** The requests under way by their ids. */
const underWay = (holder.neoUnderWay ??= new Map<string, UnderWay>());

/**
 * Gives every answer of the dashboard for want of the database status 503 and `Retry-After`: a page that fails is 500 by
 * Next's own word, which tells whoever watches that the fault is ours. Redirects are kept short. Called once at boot, after {@link REQUEST_ID_FIELD} is set.
 */
export function nameOutages(): void {
  const origin = env().NEXTAUTH_URL;
  subscribe("http.server.request.start", (message) => {
    const { request, response } = message as { request: IncomingMessage; response: ServerResponse };
    const id = request.headers[REQUEST_ID_FIELD];
    if (typeof id !== "string") return;
    // Next's own client takes a navigation that is not 200 for a broken one, and loads the page anew.
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
  });
}

/**
 * Has this page answered with a status of its own. Next's `notFound()` and `forbidden()` do that too, but send a page that is
 * empty until its scripts run. To be called before anything is streamed: no boundary may stand above the page.
 */
export async function answerWith(status: PageStatus): Promise<void> {
  const state = underWay.get((await headers()).get(REQUEST_ID_FIELD) ?? "");
  if (state) state.status = status;
}

/** Shortens a redirect; Next writes the address of some into `Refresh` as well. */
function keepShort(response: ServerResponse, origin: string): void {
  const location = response.getHeader("Location");
  if (typeof location !== "string") return;
  const short = shortLocation(location, origin);
  if (short === location) return;
  response.setHeader("Location", short);
  response.removeHeader("Refresh");
}

/** Hears of each error that a page or route failed with, an outage or not. @param headers the request's own */
export function noteOutage(error: unknown, headers: Readonly<Record<string, string | string[] | undefined>>): void {
  const id = headers[REQUEST_ID_FIELD];
  const state = typeof id === "string" ? underWay.get(id) : undefined;
  if (!state) return;
  state.failed ||= unavailableReason(error) !== null;
  if (state.isDocument) explainWithoutScripts(state.response);
}

const FAILED_PAGE = '<html id="__next_error__">';
const WITHOUT_SCRIPTS =
  "<body><noscript><h1>We can’t load this page right now</h1>" +
  "<p>Your data is safe. Try again in a moment. JavaScript is off in this browser.</p></noscript>";

/** Has a page that failed say so where no script runs: Next sends an empty one, which its scripts fill. */
function explainWithoutScripts(response: ServerResponse): void {
  if (response.headersSent) return;
  // Before it is compressed: what compresses has replaced this method already.
  const write = response.write.bind(response) as (chunk: unknown, ...rest: unknown[]) => boolean;
  response.write = (chunk: unknown, ...rest: unknown[]) => {
    response.write = write;
    const text = chunk instanceof Uint8Array ? Buffer.from(chunk).toString() : "";
    return write(text.includes(FAILED_PAGE) ? text.replace("<body>", WITHOUT_SCRIPTS) : chunk, ...rest);
  };
}
