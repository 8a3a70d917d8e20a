/** The languages of the snippets, in the order of their tabs. */
export const LANGUAGES = ["curl", "powershell", "python", "typescript"] as const;

export type Language = (typeof LANGUAGES)[number];

/** What a tab is called. */
export const LANGUAGE_LABELS: Readonly<Record<Language, string>> = {
  curl: "curl",
  powershell: "PowerShell",
  python: "Python",
  typescript: "TypeScript",
};
