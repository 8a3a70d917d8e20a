/** What the headers of a response depend on. */
export interface AnswerContext {
  /** Made for this answer alone: 128 random bits or more, in base64. */
  readonly nonce: string;
  /** Whether the dashboard is served by https (NEXTAUTH_URL). */
  readonly https: boolean;
  /** The development server: React's stack traces need `eval`, and its overlay has inline styles. */
  readonly development: boolean;
}

/** How long a browser that came by https insists on it: two years. */
const HSTS = "max-age=63072000";

/** The policy of files and icons, which run nothing. */
export const FILE_POLICY = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/** Fixed headers of everything but the API: no framing, no type sniffing, no referrer to other sites. */
export const FIXED_HEADERS: Readonly<Record<string, string>> = {
  "X-Frame-Options": "DENY",
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "same-origin",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Permissions-Policy": [
    "accelerometer",
    "browsing-topics",
    "camera",
    "display-capture",
    "geolocation",
    "gyroscope",
    "hid",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "publickey-credentials-get",
    "screen-wake-lock",
    "serial",
    "usb",
    "xr-spatial-tracking",
  ]
    .map((feature) => `${feature}=()`)
    .join(", "),
};

/**
 * The Content-Security-Policy of a page (docs/decisions/027-content-security-policy-and-headers.md). A script runs when it carries this answer's nonce, or
 * was loaded by one that does; a style element needs the nonce too, and an inline `style` attribute is never allowed.
 */
export function pagePolicy({ nonce, https, development }: AnswerContext): string {
  return [
    "default-src 'none'",
    // 'self' is for browsers that do not know 'strict-dynamic'; those that do ignore it.
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${development ? " 'unsafe-eval'" : ""}`,
    `style-src 'self' ${development ? "'unsafe-inline'" : `'nonce-${nonce}'`}`,
    `connect-src 'self'${development ? " ws:" : ""}`,
    `img-src 'self'${development ? " data: blob:" : ""}`,
    "font-src 'self'",
    "manifest-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    // The sign-in goes to Microsoft by a script, so no form ever leaves this site.
    "form-action 'self'",
    "frame-ancestors 'none'",
    ...(https ? ["upgrade-insecure-requests"] : []),
  ].join("; ");
}

/** The headers of a page beside {@link FIXED_HEADERS}: its policy, no caching, HSTS. */
export function answerHeaders(context: AnswerContext): Record<string, string> {
  return {
    "Content-Security-Policy": pagePolicy(context),
    "Cache-Control": "no-store",
    ...(context.https ? { "Strict-Transport-Security": HSTS } : {}),
  };
}
