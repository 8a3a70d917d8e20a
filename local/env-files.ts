import { createRequire } from "node:module";

import type * as NextEnv from "@next/env";

import { ROOT } from "./root";

/** Next's own reading of .env files, so that the app and the commands beside it see the same settings. */
export function loadEnvFiles(dev: boolean): void {
  const fromNext = createRequire(createRequire(import.meta.url).resolve("next/package.json"));
  const { loadEnvConfig } = fromNext("@next/env") as typeof NextEnv;
  loadEnvConfig(ROOT, dev, { info: () => undefined, error: console.error });
}
