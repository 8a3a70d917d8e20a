import { PROXY_SETTINGS } from "@/lib/config/outgoing-proxy";

/** What README and docs show in the place of a value. */
const EXAMPLE = /^(what openssl rand|the client secret's value$|the directory \(tenant\) ID$)|YOUR-ADDRESS|:PASSWORD@/i;

/** What stands for a value that nobody, or no program, filled in. */
const UNFILLED =
  /^(?:undefined|null|todo|tbd|change[-_ ]?(?:me|it)|replace[-_ ]?me|your[-_ ].*|<[^<>]*>|\*{3,}|x{3,}|\$[A-Z_]+|\$\{[^{}]*\}|\$\([^()]*\)|%[A-Z_]+%|\$?\{\{.*\}\})$/i;

/** What no value of any setting can be: quoted, an example, a placeholder or invisible characters; null when it is none. */
function mistakeIn(value: string): string | null {
  const hidden = /[\p{Cc}\p{Cf}]/u.exec(value)?.[0].codePointAt(0);
  if (/^(["'`]).*\1$|^“.*”$|^‘.*’$/s.test(value)) return "has quotes around its value: remove them";
  if (/^["'`“”‘’„«»]|["'`“”‘’„«»]$/.test(value)) return "has a quote on one side of its value: remove it";
  if (hidden !== undefined)
    return `has a character in it that can't be seen (U+${hidden.toString(16).toUpperCase().padStart(4, "0")}): write it anew`;
  if (EXAMPLE.test(value)) return "is the example of the README: put your own value in its place";
  if (UNFILLED.test(value))
    return "has a placeholder, or a variable that nothing replaced: put your own value in its place";
  return null;
}

/**
 * Trims the settings and drops empty ones: editors, files and copied lines add whitespace.
 * @returns the values, and by setting what is obviously wrong with its value
 */
export function tidySettings(source: NodeJS.Dict<string>, names: readonly string[]) {
  const values = { ...source };
  const problems: Record<string, string> = {};
  for (const name of names) {
    const spellings = PROXY_SETTINGS.includes(name) ? [name.toLowerCase(), name] : [name];
    const value = spellings.map((spelling) => source[spelling]?.trim()).find(Boolean);
    values[name] = value;
    const mistake = value ? mistakeIn(value) : null;
    if (mistake) problems[name] = `${name} ${mistake}`;
  }
  return { values, problems };
}

/** A line for each name that is nearly a setting's, such as NEXT_AUTH_URL or azure_ad_client_id, with the one that was meant. */
export function misspeltSettings(source: NodeJS.Dict<string>, names: readonly string[]): string[] {
  const squeezed = (name: string) => name.replaceAll(/[_-]/g, "").toUpperCase();
  const meant = new Map(names.map((name) => [squeezed(name), name]));
  return Object.keys(source).flatMap((name) => {
    const setting = meant.get(squeezed(name));
    const isRead = setting === name || (PROXY_SETTINGS.includes(name.toUpperCase()) && name === name.toLowerCase());
    return setting && !isRead && source[name]?.trim()
      ? [`${name} is no setting of this application and is ignored; ${setting} is.`]
      : [];
  });
}
