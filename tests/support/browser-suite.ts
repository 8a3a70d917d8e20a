import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";

import { ensureBuilt } from "../../scripts/build";
import { freePort } from "../../dev/port";
import { readIfPresent } from "../../dev/read-if-present";
import { ROOT } from "../../dev/root";
import { ProcessGroup } from "../../dev/process-group";
import { startStack } from "../../dev/stack";
import { findOrInstallChromium } from "./chromium";
import { findPostgres, startPostgres } from "./postgres-server";
import { runTool, type ToolResult } from "./tool";

interface Options {
  /** Passes Playwright's output on to the terminal while it runs. */
  show?: boolean;
  /** Runs a part of the specs, such as "1/2", on an application of its own: parts may run side by side. */
  shard?: string;
}

/** Where the application of the browser tests keeps its data, in words: PostgreSQL where it is installed, as in production. */
export const browserDatabase = () => (findPostgres() ? "PostgreSQL" : "the embedded database");

/**
 * Runs Playwright's specs against the production build with the stand-in, on a database of their own ({@link browserDatabase}).
 * @param args Playwright's own arguments, such as `-g name`
 * @param processes collects what runs, for the caller to stop
 * @returns the outcome, with Playwright's JSON report; null when it wrote none
 */
export async function runBrowserSuite(
  args: string[],
  processes: ProcessGroup,
  log: (line: string) => void,
  { show = true, shard }: Options = {},
): Promise<ToolResult & { report: unknown }> {
  const chromium = findOrInstallChromium(log);
  await ensureBuilt({ log, onChild: (child) => processes.add(() => child.stop()) });
  const folder = mkdtempSync(path.join(os.tmpdir(), "neo-e2e-"));
  const dataDir = path.join(folder, "data");
  const logDir = path.join(folder, "logs");
  mkdirSync(logDir);
  const output = path.join(ROOT, ".test-output", shard ? `e2e-${shard.replace("/", "-of-")}` : "e2e");
  const report = `${output}.json`;
  rmSync(report, { force: true });
  const own = new ProcessGroup();
  processes.add(() => own.stop());
  try {
    const database = findPostgres() ? await startPostgres() : undefined;
    if (database) own.add(() => database.stop());
    own.onLoss = (name, code) => log(`${name} ended unexpectedly with code ${code}`);
    const stack = await startStack(
      {
        mode: "demo",
        port: await freePort(),
        dataDir,
        logFile: path.join(logDir, "app.log"),
        log: () => undefined,
        // Accounts that a test has Microsoft disable must not sign people of the next one out.
        settings: { NEO_ENVIRONMENT: "prod", LOG_LEVEL: "info", ACCOUNT_CHECK_SECONDS: "3600" },
        ...(database ? { databaseUrl: database.url } : {}),
      },
      own,
    );
    const part = shard ? [`--shard=${shard}`] : [];
    const result = await runTool(processes, "playwright/cli.js", ["test", `--output=${output}`, ...part, ...args], {
      show,
      env: {
        NEO_E2E_URL: stack.url,
        NEO_E2E_DATABASE_URL: stack.databaseUrl,
        NEO_E2E_STAND_IN_URL: stack.standInUrl,
        NEO_E2E_DATA_DIR: dataDir,
        NEO_E2E_DATABASE_DIR: database?.dataDir ?? dataDir,
        NEO_E2E_LOG_DIR: logDir,
        NEO_E2E_CHROMIUM: chromium,
        PLAYWRIGHT_JSON_OUTPUT_FILE: report,
      },
    });
    return { ...result, report: JSON.parse(readIfPresent(report) ?? "null") as unknown };
  } finally {
    await own.stop();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
