import { createRequire } from "node:module";

import type * as NextEnv from "@next/env";

// Not by "@/": `npm run token` is read from any folder, where that says nothing.
import { SECRET_SETTINGS, withSecretFiles } from "../lib/config/secret-files";
import { ROOT } from "./root";

/** Next's own reading of .env files, so that the app and the commands beside it see the same settings. */
export function loadEnvFiles(dev: boolean): void {
  const fromNext = createRequire(createRequire(import.meta.url).resolve("next/package.json"));
  const { loadEnvConfig } = fromNext("@next/env") as typeof NextEnv;
  loadEnvConfig(ROOT, dev, { info: () => undefined, error: console.error });
}

/**
 * Puts the settings that are given as files (lib/config/secret-files.ts) into this process's environment, in place of the files' names.
 * @throws Error that names every file that is no good
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
