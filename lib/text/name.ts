import { redactSearch } from "@/lib/text/redact-search";

/** Longest key name, in characters (docs/api.md: `name` 1–200). */
export const NAME_MAX = 200;

/**
 * Control characters, line separators, text-direction characters, and invisible ones (soft hyphen, zero-width space, fillers,
 * tags …) that make different names look the same. Some scripts and emoji need joiners and variation selectors; after Latin,
 * Greek and Cyrillic letters these are invisible too.
 */
const FORBIDDEN =
  /[\p{Cc}\p{Zl}\p{Zp}\uFFF9-\uFFFB]|(?![\u200C\u200D\p{Variation_Selector}])\p{Default_Ignorable_Code_Point}|(?<=[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}])[\u200C\u200D\p{Variation_Selector}]/u;
/** A visible character: a letter, number, punctuation or symbol that is not one of Unicode's blank ones. */
const VISIBLE = /(?![\u115F\u1160\u2800\u3164\uFFA0\u{1D159}])[\p{L}\p{N}\p{P}\p{S}]/u;

/** A name as it is stored: trimmed, in Unicode's composed form. */
export function cleanName(typed: string): string {
  return typed.trim().normalize("NFC");
}

const EVERY_FORBIDDEN = new RegExp(FORBIDDEN, "gu");

/**
 * A name or address from a directory or token, made safe to show: on one line, without the characters that
 * {@link nameProblem} refuses, so that nobody can impersonate someone else.
 * @param max longest, in UTF-16 units; never half a character
 */
export function shownText(text: string, max: number): string {
  const clean = cleanName(text.toWellFormed().replace(EVERY_FORBIDDEN, ""));
  return clean
    .slice(0, max)
    .replace(/[\uD800-\uDBFF]$/, "")
    .trim();
}

/** What is wrong with the characters of a name, or null: hidden, text-direction or broken ones, or none that is visible. */
export function characterProblem(name: string): string | null {
  if (!name.isWellFormed()) return "Remove the broken characters.";
  if (!VISIBLE.test(name)) return "Use at least one character that can be seen.";
  if (FORBIDDEN.test(name)) return "Remove the invisible control or text-direction characters.";
  return null;
}

/** Refuses a text that has a whole API key in it, which would be stored and shown; null for any other. */
export const secretProblem = (text: string): string | null =>
  redactSearch(text) === text ? null : "Remove the API key: it is a secret, and this text is shown to others.";

/**
 * What is wrong with a typed name, shown beside its field; null when nothing is. Browser and server both call it.
 * @param ifEmpty the message for an empty name
 */
export function nameProblem(
  typed: string,
  ifEmpty = "Give the key a name, such as the integration that will use it.",
): string | null {
  const name = cleanName(typed);
  if (name === "") return ifEmpty;
  const length = Array.from(name).length;
  if (length > NAME_MAX) return `Use ${String(NAME_MAX)} characters or fewer; this has ${String(length)}.`;
  return characterProblem(name) ?? secretProblem(name);
}

/** {@link nameProblem} for the name of a person. */
export const personNameProblem = (typed: string) => nameProblem(typed, "Enter a name.");
