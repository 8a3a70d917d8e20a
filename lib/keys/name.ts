/** Longest key name, in characters (public-api.md: `name` 1–200). */
export const NAME_MAX = 200;

/** Control characters, line separators, and the characters that embed, override or isolate text direction. */
const FORBIDDEN = /[\p{Cc}\p{Zl}\p{Zp}\u202A-\u202E\u2066-\u2069]/u;
/** A name must show something: a letter, number, punctuation or symbol. */
const VISIBLE = /[\p{L}\p{N}\p{P}\p{S}]/u;

/** A name as it is stored: trimmed, in Unicode's composed form. */
export function cleanName(typed: string): string {
  return typed.trim().normalize("NFC");
}

/**
 * What is wrong with a typed key name, in the words shown beside its field, or null.
 * Browser and server ask this same function.
 */
export function nameProblem(typed: string): string | null {
  const name = cleanName(typed);
  if (name === "") return "Give the key a name, such as the integration that will use it.";
  const length = Array.from(name).length;
  if (length > NAME_MAX) return `Use ${String(NAME_MAX)} characters or fewer; this has ${String(length)}.`;
  if (FORBIDDEN.test(name)) return "Remove the invisible control or text-direction characters.";
  if (!name.isWellFormed()) return "Remove the broken characters.";
  if (!VISIBLE.test(name)) return "Use at least one character that can be seen.";
  return null;
}
