import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";

import { ROOT } from "../dev/root";

import { expect, setting } from "./fixtures";
import { type SecondApp, startSecondApp } from "./second-app";

/**
 * The files that an instance has loaded by the time it ends.
 * @param options as for {@link startSecondApp}
 * @param use requests what it loads only on demand
 */
export async function filesLoadedBy(
  options: Parameters<typeof startSecondApp>[0] & object,
  use: (instance: SecondApp) => Promise<void>,
): Promise<string[]> {
  const list = path.join(setting("NEO_E2E_LOG_DIR"), `loaded-${randomBytes(4).toString("hex")}`);
  const { NODE_OPTIONS } = process.env;
  process.env.NEO_LOADED_FILES = list;
  process.env.NODE_OPTIONS = `${NODE_OPTIONS ?? ""} --import=${pathToFileURL(path.join(ROOT, "e2e", "loaded-files.mjs")).href}`;
  try {
    const instance = await startSecondApp(options);
    try {
      await use(instance);
    } finally {
      await instance.stop();
    }
  } finally {
    delete process.env.NEO_LOADED_FILES;
    if (NODE_OPTIONS === undefined) delete process.env.NODE_OPTIONS;
    else process.env.NODE_OPTIONS = NODE_OPTIONS;
  }
  const files = readFileSync(list, "utf8").split("\n").filter(Boolean);
  expect(files.length).toBeGreaterThan(20);
  return files;
}
