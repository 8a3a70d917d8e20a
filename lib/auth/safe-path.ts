const BASE = "http://local.invalid";

/**
 * Characters of a path as a parameter of another address. It goes into `Location` and into NextAuth's cookie, and an answer whose
 * headers exceed 4 kB is refused by nginx's default settings.
 */
const MAX_ENCODED = 1_000;

const isShort = (path: string) => encodeURIComponent(path).length <= MAX_ENCODED;

/**
 * A path of this site, safe to redirect to, or `fallback`.
 * Refused: other sites in any spelling (`//host`, `/\host`, `https:`), control characters, and what is
 * no page to come back to: the APIs and the refusal itself. A path that is too long loses its query and fragment.
 * @param value what came in a URL; anything
 */
export function safePath(value: unknown, fallback = "/"): string {
  if (typeof value !== "string" || !/^\/(?![/\\])[^\\\p{Cc}]*$/u.test(value)) return fallback;
  const url = new URL(value, BASE);
  if (url.origin !== BASE) return fallback;
  // "/./\/host" and its kind become "//host" once a browser has tidied the dots away.
  if (url.pathname.startsWith("//")) return fallback;
  if (/^\/(?:api|public-api|access-denied|not-in-organisation)(?:\/|$)/i.test(url.pathname)) return fallback;
  return [`${url.pathname}${url.search}${url.hash}`, url.pathname].find(isShort) ?? fallback;
}

/**
 * The path of a URL that is on our own site, as {@link safePath}; absolute URLs of another origin give `fallback`.
 * @param url absolute, or a path
 * @param origin our own origin, e.g. `https://keys.example.com`
 */
export function safeLocalPath(url: unknown, origin: string, fallback = "/"): string {
  if (typeof url !== "string") return fallback;
  if (url === origin) return fallback;
  return safePath(url.startsWith(`${origin}/`) ? url.slice(origin.length) : url, fallback);
}
