const BASE = "http://local.invalid";

/**
 * Maximum length of a path as a URL parameter, in characters. It goes into `Location` and into NextAuth's cookie, and nginx by
 * default refuses responses with more than 4 kB of headers.
 */
const MAX_ENCODED = 1_000;

const isShort = (path: string) => encodeURIComponent(path).length <= MAX_ENCODED;

/**
 * A path of this site, safe to redirect to, or `fallback`.
 * Refused: other sites in any spelling (`//host`, `/\host`, `https:`), control characters, the APIs and the refusal pages.
 * A path that is too long loses its query and fragment.
 * @param value an untrusted URL parameter
 */
export function safePath(value: unknown, fallback = "/"): string {
  if (typeof value !== "string" || !/^\/(?![/\\])[^\\\p{Cc}]*$/u.test(value)) return fallback;
  const url = new URL(value, BASE);
  if (url.origin !== BASE) return fallback;
  // Browsers normalise "/./\/host" and the like to "//host".
  if (url.pathname.startsWith("//")) return fallback;
  if (/^\/(?:api|public-api|access-denied|not-in-organisation)(?:\/|$)/i.test(url.pathname)) return fallback;
  return [`${url.pathname}${url.search}${url.hash}`, url.pathname].find(isShort) ?? fallback;
}

/**
 * The path of a same-origin URL, checked by {@link safePath}; `fallback` for URLs of another origin.
 * @param url absolute, or a path
 * @param origin the dashboard's origin, e.g. `https://keys.example.com`
 */
export function safeLocalPath(url: unknown, origin: string, fallback = "/"): string {
  if (typeof url !== "string") return fallback;
  if (url === origin) return fallback;
  return safePath(url.startsWith(`${origin}/`) ? url.slice(origin.length) : url, fallback);
}
