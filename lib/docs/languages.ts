/** What the tab of a language is called, in the order of the tabs. */
export const LANGUAGE_LABELS = { curl: "curl", powershell: "PowerShell", python: "Python", typescript: "TypeScript" };

export type Language = keyof typeof LANGUAGE_LABELS;

/** A program, and the language that it is written in. */
export type Program = readonly [language: Language, code: string];

export const LANGUAGES = Object.keys(LANGUAGE_LABELS) as Language[];

/** Remembers which language a reader chose; the server reads it, so that a page doesn't change after it has loaded. */
export const LANGUAGE_COOKIE = "neo-language";

/** The first of the values that is a language, curl where none is. */
export function firstLanguage(...values: readonly unknown[]): Language {
  return values.find((value): value is Language => LANGUAGES.some((one) => one === value)) ?? "curl";
}
