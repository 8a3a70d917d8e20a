import type { Prepared } from "@/lib/docs/try-request";

/** What a request got: a response, or why there is none. */
export type Outcome =
  | { readonly failure: string }
  | {
      readonly status: number;
      readonly statusText: string;
      readonly milliseconds: number;
      /** Those that matter to a program. */
      readonly headers: readonly (readonly [name: string, value: string])[];
      readonly body: string;
      /** The anchor on this page that explains the refusal; null for a success. */
      readonly explained: string | null;
    };

const TIMEOUT_MS = 30_000;

const SHOWN_HEADERS = [
  "X-Request-Id",
  "X-RateLimit-Limit",
  "X-RateLimit-Remaining",
  "X-RateLimit-Reset",
  "Retry-After",
  "ETag",
  "Location",
  "Idempotency-Replayed",
  "Deprecation",
  "Sunset",
  "WWW-Authenticate",
  "Allow",
];

/** Characters of a body that are shown: a page of agents can be a mebibyte. */
const MAX_SHOWN = 20_000;

function readBody(text: string): { body: string; explained: string | null } {
  try {
    const json = JSON.parse(text) as { error?: { doc_url?: string } };
    const page = json.error?.doc_url;
    return { body: JSON.stringify(json, null, 2), explained: page ? new URL(page).hash : null };
  } catch {
    return { body: text, explained: null };
  }
}

/** Sends a request to this site and nowhere else: a redirect is an error, and the session's cookie stays behind. */
export async function sendRequest({ url, init }: Exclude<Prepared, { problems: unknown }>): Promise<Outcome> {
  const started = performance.now();
  try {
    const response = await fetch(url, {
      ...init,
      mode: "same-origin",
      credentials: "omit",
      redirect: "error",
      referrerPolicy: "no-referrer",
      cache: "no-store",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const { body, explained } = readBody(await response.text());
    return {
      status: response.status,
      statusText: response.statusText,
      milliseconds: Math.round(performance.now() - started),
      headers: SHOWN_HEADERS.flatMap((name) => {
        const value = response.headers.get(name);
        return value === null ? [] : [[name, value] as const];
      }),
      body: body.length > MAX_SHOWN ? `${body.slice(0, MAX_SHOWN)}…` : body,
      explained,
    };
  } catch {
    if (!navigator.onLine) return { failure: "You’re offline." };
    const lost = init.method === "GET" ? "" : " The request may have gone through.";
    return { failure: `No response.${lost} Try again in a moment.` };
  }
}
