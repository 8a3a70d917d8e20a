import "server-only";

import type { Env } from "@/lib/config/env";
import { isPercentEncoded } from "@/lib/text/percent-encoding";

const CENSOR = "[redacted]";

/** The shortest secret of the settings that is searched for literally: a shorter one would match ordinary words. */
const LEAST_SECRET = 8;

/** Fields whose value is a credential, at any depth: a library's error may contain its request. */
const FIELDS =
  "authorization|proxy-authorization|cookie|set-cookie|x-api-key|key|api_?key|secret|token|password|passwd|credentials?" +
  "|(?:client|refresh|access|id|session|csrf|device)[_-]?(?:secret|token|assertion|code)|client_assertion|code_verifier|connectionString";

/** A JSON string, or an array of plain ones. */
const VALUE = String.raw`"(?:[^"\\]|\\.)*"|\[[^\[\]{}]*\]`;

/** The same in JSON that is itself a string in the line, with escaped quotes. */
const INNER_VALUE = String.raw`\\"(?:[^"\\]|\\\\(?:\\.|[^"\\]))*\\"`;

const FIELD = new RegExp(`("(?:${FIELDS})":)(?:${VALUE})`, "gi");
const INNER_FIELD = new RegExp(String.raw`(\\"(?:${FIELDS})\\":\s*)${INNER_VALUE}`, "gi");

/** Credentials in running text, up to a blank, a quote or the backslash that escapes one in JSON. */
const SHAPES: readonly (readonly [RegExp, string])[] = [
  [/neo_sk_([a-z0-9]{1,12})_[A-Za-z0-9]+/g, `neo_sk_$1_${CENSOR}`],
  [/\b(Bearer|Basic|Digest|Negotiate) +[^\s"\\,]{6,}/gi, `$1 ${CENSOR}`],
  // Signed tokens, and the sealed ones of a session's cookie.
  [/\beyJ[\w-]{8,}(?:\.[\w-]*){2,4}/g, CENSOR],
  // But not in the route's pattern.
  [/(\/invitation\/)(?!\[token\])[^/\s"\\?#]+/g, `$1${CENSOR}`],
  // Up to the last @ before a blank: passwords are not always encoded.
  [/\b([a-z][a-z0-9+.-]*:\/\/[^\s"\\/:@]*):[^\s"\\]+@/gi, `$1:${CENSOR}@`],
  [
    /\b(password|passwd|pwd|secret|token|(?:client|refresh|access|id|session|csrf|api)[_-]?(?:secret|token|assertion|key)|code_verifier|device_code)(=| = )(?:'[^']*'|[^\s"\\&;',]+)/gi,
    `$1$2${CENSOR}`,
  ],
  [/([?&](?:code|state|session_state|token|key)=)[^\s"\\&#]+/gi, `$1${CENSOR}`],
  [/\b((?:__Secure-|__Host-)?next-auth\.[\w.-]+)=[^\s"\\;,]+/g, `$1=${CENSOR}`],
];

/** The password of a URL, as written and decoded: it may be encoded in the setting and plain in an error. */
function passwordsOf(address: string | undefined): string[] {
  if (!address || !URL.canParse(address)) return [];
  const { password, searchParams } = new URL(address);
  const decoded = isPercentEncoded(password) ? decodeURIComponent(password) : "";
  return [password, decoded, searchParams.get("password") ?? ""];
}

/** The header fields that a list of OpenTelemetry's names, `name=value,name=value` with percent-encoded values. @param list a checked one */
export function headerList(list: string): Record<string, string> {
  const pairs = list.split(",").flatMap((pair) => {
    const [, name, value = ""] = /^\s*([^=\s]+)\s*=\s*(.*?)\s*$/s.exec(pair) ?? [];
    return name ? [[name, decodeURIComponent(value)] as const] : [];
  });
  return Object.fromEntries(pairs);
}

/** The secrets of these settings, longest first. */
export function secretsOf(env: Partial<Env>): string[] {
  const addresses = [env.DATABASE_URL, env.SMTP_URL, env.OTEL_EXPORTER_OTLP_ENDPOINT, env.HTTPS_PROXY, env.HTTP_PROXY];
  const headers = Object.values(headerList(env.OTEL_EXPORTER_OTLP_HEADERS ?? ""));
  // Headers also without the scheme in front, as in `Bearer …`.
  const inHeaders = [...headers, ...headers.map((value) => value.replace(/^\w+ +/, ""))];
  const whole = [env.AZURE_AD_CLIENT_SECRET, env.NEXTAUTH_SECRET, env.METRICS_TOKEN];
  const all = new Set([...whole, ...inHeaders, ...addresses.flatMap(passwordsOf)]);
  return [...all]
    .filter((secret): secret is string => secret !== undefined && secret.length >= LEAST_SECRET)
    .sort((a, b) => b.length - a.length);
}

/**
 * Removes every credential from a text: by shape, by the name of its field, and the secrets of the settings. JSON stays valid.
 * @param secrets see {@link secretsOf}
 */
export function redact(text: string, secrets: readonly string[] = []): string {
  let clean = text;
  for (const secret of secrets) {
    // And as JSON escapes it.
    for (const form of new Set([secret, JSON.stringify(secret).slice(1, -1)])) clean = clean.replaceAll(form, CENSOR);
  }
  clean = clean.replace(FIELD, `$1"${CENSOR}"`).replace(INNER_FIELD, `$1\\"${CENSOR}\\"`);
  for (const [shape, instead] of SHAPES) clean = clean.replace(shape, instead);
  return clean;
}
