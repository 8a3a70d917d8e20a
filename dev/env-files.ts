import { createRequire } from "node:module";

import type * as NextEnv from "@next/env";

// Not "@/": `npm run token` runs in any folder, where the alias is not resolved.
import { SECRET_SETTINGS, withSecretFiles } from "../lib/config/secret-files";
import { ROOT } from "./root";

/** Loads .env files as Next does, so that the app and the other commands see the same settings. */
export function loadEnvFiles(dev: boolean): void {
  const fromNext = createRequire(createRequire(import.meta.url).resolve("next/package.json"));
  const { loadEnvConfig } = fromNext("@next/env") as typeof NextEnv;
  loadEnvConfig(ROOT, dev, { info: () => undefined, error: console.error });
}

/**
 * Replaces settings given as files (lib/config/secret-files.ts) with their contents in this process's environment.
 * @throws Error that names every unusable file
 */
export function takeSecretFiles(): void {
  const { settings, problems } = withSecretFiles(process.env);
  if (Object.keys(problems).length > 0) throw new Error(Object.values(problems).join("\n"));
  for (const name of SECRET_SETTINGS) {
    // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- an environment variable can only be unset this way
    delete process.env[`${name}_FILE`];
    const value = settings[name];
    if (value !== undefined) process.env[name] = value;
  }
}
