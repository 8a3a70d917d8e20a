/** What the tab of a language is called, in the order of the tabs. */
export const LANGUAGE_LABELS = { curl: "curl", powershell: "PowerShell", python: "Python", typescript: "TypeScript" };

export type Language = keyof typeof LANGUAGE_LABELS;

export const LANGUAGES = Object.keys(LANGUAGE_LABELS) as Language[];
