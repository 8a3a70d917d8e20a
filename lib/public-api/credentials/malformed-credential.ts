import type { HeaderFields } from "@/lib/http/reply";

const SEND = "Send Authorization: Bearer neo_sk_…";

/** Quotation marks of any language, and characters mistaken for them. */
const QUOTE = "[\"'`´“”„‟‘’‚‛«»‹›′″＂＇]";

/** Problems of the whole field, including the scheme. The first match is reported. */
const FIELD_RULES: readonly (readonly [RegExp, string])[] = [
  [new RegExp(`^${QUOTE}.*${QUOTE}$`), `The Authorization header has quotation marks around it. ${SEND} without them.`],
  [/^[^\x21-\x7e]/, `The Authorization header begins with an invisible or non-ASCII character. Type it anew. ${SEND}`],
  [/^authorization\b/i, `The Authorization header repeats its own name. ${SEND}`],
  [/^neo_sk_/i, `The Authorization header has an API key but no scheme. ${SEND}`],
  [/^basic\b/i, `The Authorization header uses the Basic scheme (curl's -u does). ${SEND}`],
  [/^(?!bearer\b)[a-z][a-z0-9-]*(?=[ :=])/i, `The Authorization header uses another scheme than Bearer. ${SEND}`],
  [/^bearer[^ ]/i, `The Authorization header needs one blank, and nothing else, between Bearer and the key. ${SEND}`],
  [/^(?!bearer )/i, `The Authorization header must use the Bearer scheme. ${SEND}`],
];

/** Problems of the part after the scheme. */
const TOKEN_RULES: readonly (readonly [RegExp, string])[] = [
  [
    /^bearer\b/i,
    "The Authorization header says Bearer twice. Send it once: if a library adds it, give it the key alone.",
  ],
  [
    // Later rules cover quoted and JSON forms, and a literal "\n".
    /^(?:[\w.-]{0,40}[=:] ?|[\w-]{1,40} |&\w{2,6};|[<([{*_~|@#]{1,3})neo_sk_[a-z0-9]{2,12}_[A-Za-z0-9]{24}(?![A-Za-z0-9])/i,
    "The API key has a name, brackets or other signs around it. Send the key alone.",
  ],
  [
    new RegExp(
      `^${QUOTE}?(?:[$#@]\\{?[a-z_(][\\w.:-]*[})]?|\\$env:\\w+|%\\w+%|\\$?\\{\\{.*\\}\\}|<.*>|\\[[A-Z_]+\\]|process\\.env\\b.*|os\\.environ\\b.*|your[_-].*|(?:[a-z]+_)*(?:key|token|secret))${QUOTE}?$`,
      "i",
    ),
    "The bearer token is the name of a variable or a placeholder, not its value: nothing replaced it with your API key. In a shell, use double quotes, not single ones, around it.",
  ],
  [
    /^["']?(?:undefined|null|none|nil|nan|true|false|\[object.*)["']?$/i,
    "The bearer token is an empty value written as a word: the variable that should hold your API key is not set.",
  ],
  [/^[{[]/, "The bearer token is a JSON document. Send only the value of its field key."],
  [
    new RegExp(`^${QUOTE}|${QUOTE}$|^\\\\["']`),
    "The API key has quotation marks around it. Send it without them; in an .env file they may belong to the value.",
  ],
  [
    /…|\.{2,}|\*{2,}|•/,
    "This is the shortened form of an API key, as the dashboard shows it. The whole key was shown once, when it was created. If you no longer have it, rotate it.",
  ],
  [
    /\\[nrt]|%0[ad]/i,
    "The API key ends in a line break that was written as text (\\n). Remove it: the key ends with a letter or digit.",
  ],
  [/%[0-9a-f]{2}/i, "The API key is percent-encoded. Send it as it was shown."],
  [/^bmVvX3Nr/, "The API key is encoded in Base64. Send it as it was shown."],
  [
    /\s/,
    "The bearer token has a blank or a line break in it. An API key has none: was it wrapped, or is something attached?",
  ],
  [/[^\x21-\x7e]/, "The bearer token has an invisible or non-ASCII character in it. Copy the key again."],
  [/^(?!neo_sk_)[Nn][Ee][Oo]_[Ss][Kk]_/, "The API key begins with capital letters. Its prefix is lower-case: neo_sk_."],
  [/^neo[-_]?sk(?!_)/i, "The API key begins with another prefix than neo_sk_. Copy it again."],
  [/^[A-Za-z0-9]{24}$/, "The API key lacks its prefix. Send all of it, from neo_sk_ on."],
  [/^[0-9a-f]{64}$/i, "This looks like the hash of an API key. Send the key itself."],
  [/^eyJ/, "This looks like an access token that was cut off: one has three parts, separated by dots."],
];

/** Length of a key's secret, in characters. */
const SECRET_LENGTH = 24;

/** The problem of a token with a key's prefix. */
function keyProblem(token: string): string {
  const [, environment = "", secret] = /^neo_sk_([^_]*)(?:_(.*))?$/.exec(token) ?? [];
  if (secret === undefined) {
    return "The API key lacks a part: after neo_sk_ come the environment, an underscore and 24 letters and digits.";
  }
  if (!/^[a-z0-9]{2,12}$/.test(environment)) {
    return "The environment in the API key, after neo_sk_, is not 2 to 12 lower-case letters and digits. Copy the key again.";
  }
  if (/[^A-Za-z0-9]/.test(secret)) {
    return "The API key has a character other than letters and digits after its prefix. Copy the key again.";
  }
  const hint = secret.length < SECRET_LENGTH ? "was it cut off?" : "is something attached to it?";
  const count = `${secret.length} ${secret.length === 1 ? "character" : "characters"}`;
  return `The API key has ${count} after its prefix, expected ${SECRET_LENGTH}: ${hint}`;
}

/** The field as sent: Node decodes bytes as Latin-1, but pasted text is UTF-8. */
function asUtf8(field: string): string {
  if (!/[\x80-\xff]/.test(field) || /[^\0-\xff]/.test(field)) return field;
  const text = Buffer.from(field, "latin1").toString("utf8");
  return text.includes("\ufffd") ? field : text;
}

const firstOf = (rules: readonly (readonly [RegExp, string])[], text: string) =>
  rules.find(([pattern]) => pattern.test(text))?.[1];

/**
 * Explains, in a sentence or two for the caller, what is wrong with an `Authorization` header that has neither an API key nor an
 * access token. Never echoes any of it.
 * @param field the field's value
 */
export function malformedCredential(field: string): string {
  const text = asUtf8(field);
  const wrong = firstOf(FIELD_RULES, text);
  if (wrong !== undefined) return wrong;
  const token = text.replace(/^bearer +/i, "");
  const problem = firstOf(TOKEN_RULES, token);
  if (problem !== undefined) return problem;
  if (token.startsWith("neo_sk_")) return keyProblem(token);
  return "This is neither an API key nor an access token. A key begins with neo_sk_, then come the environment, an underscore and 24 letters and digits.";
}

/** Where other APIs accept credentials, but this one doesn't. */
const OTHER_FIELDS = ["x-api-key", "api-key", "apikey", "x-neo-api-key", "x-auth-token", "x-access-token"];
const OTHER_PARAMETERS = /[?&](?:api[-_]?key|key|token|access[-_]token|auth)=/i;

/**
 * The message for a request without an `Authorization` header.
 * @param url the request's URL
 */
export function missingCredential(headers: HeaderFields, url: string): string {
  if (OTHER_PARAMETERS.test(url)) {
    return `A credential in the address is not read, and addresses end up in logs: rotate that key. ${SEND}`;
  }
  if (OTHER_FIELDS.some((name) => headers.has(name))) {
    return `A credential in another header than Authorization is not read. ${SEND}`;
  }
  return "Send an API key in the Authorization header: Authorization: Bearer neo_sk_…";
}
