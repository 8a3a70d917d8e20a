import { readFileSync } from "node:fs";

/** Settings that are or contain a secret: each may also be given as a file named in `<setting>_FILE`. */
export const SECRET_SETTINGS = [
  "DATABASE_URL",
  "AZURE_AD_CLIENT_SECRET",
  "NEXTAUTH_SECRET",
  "SMTP_URL",
  "METRICS_TOKEN",
  "OTEL_EXPORTER_OTLP_HEADERS",
] as const;

/**
 * Reads settings from the files named in `<setting>_FILE`: a file can be readable by one user only, and no list of processes or
 * containers shows it.
 * @param source usually `process.env`; an empty setting counts as unset
 * @returns the settings without any `<setting>_FILE`, and by setting what is wrong with its file
 */
export function withSecretFiles(source: NodeJS.Dict<string>): {
  settings: NodeJS.Dict<string>;
  problems: Record<string, string>;
} {
  const settings = { ...source };
  const problems: Record<string, string> = {};
  for (const name of SECRET_SETTINGS) {
    const option = `${name}_FILE`;
    const file = source[option]?.trim();
    // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- our own copy; setting it to undefined would keep the name
    delete settings[option];
    if (!file) continue;
    if (source[name]?.trim()) {
      problems[name] = `${name} and ${option} are both set: remove one of them`;
      continue;
    }
    try {
      // The line break at the end is the editor's.
      const value = readFileSync(file, "utf8").trim();
      if (value) settings[name] = value;
      else problems[name] = `${option}: ${file} is empty`;
    } catch (error) {
      problems[name] =
        `${option}: ${file} cannot be read (${(error as NodeJS.ErrnoException).code ?? "unknown error"})`;
    }
  }
  return { settings, problems };
}
