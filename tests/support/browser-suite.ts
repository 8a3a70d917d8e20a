import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";

import { ensureBuilt } from "../../scripts/build";
import { freePort } from "../../dev/port";
import { ROOT } from "../../dev/root";
import { ProcessGroup } from "../../dev/process-group";
import { startStack } from "../../dev/stack";
import { findOrInstallChromium } from "./chromium";
import { runTool, type ToolResult } from "./tool";

export const E2E_REPORT = path.join(ROOT, ".test-output", "e2e.json");

/**
 * Runs Playwright's specs against the production build with the stand-in.
 * @param args Playwright's own arguments, such as `-g name`
 * @param processes collects what runs, for the caller to stop
 * @param options.database an empty one, and the folder of its files; a new embedded one by default
 * @param options.show passes Playwright's output on to the terminal while it runs
 */
export async function runBrowserSuite(
  args: string[],
  processes: ProcessGroup,
  log: (line: string) => void,
  { database, show = true }: { database?: { url: string; dataDir: string }; show?: boolean } = {},
): Promise<ToolResult> {
  const chromium = findOrInstallChromium(log);
  await ensureBuilt({ log, onChild: (child) => processes.add(() => child.stop()) });
  const folder = mkdtempSync(path.join(os.tmpdir(), "neo-e2e-"));
  const dataDir = path.join(folder, "data");
  const logDir = path.join(folder, "logs");
  mkdirSync(logDir);
  rmSync(E2E_REPORT, { force: true });
  const own = new ProcessGroup();
  processes.add(() => own.stop());
  try {
    own.onLoss = (name, code) => log(`${name} ended unexpectedly with code ${code}`);
    const stack = await startStack(
      {
        mode: "demo",
        port: await freePort(),
        dataDir,
        logFile: path.join(logDir, "app.log"),
        log: () => undefined,
        settings: { NEO_ENVIRONMENT: "prod", LOG_LEVEL: "info" },
        ...(database ? { databaseUrl: database.url } : {}),
      },
      own,
    );
    return await runTool(processes, "playwright/cli.js", ["test", ...args], {
      show,
      env: {
        NEO_E2E_URL: stack.url,
        NEO_E2E_DATABASE_URL: stack.databaseUrl,
        NEO_E2E_STAND_IN_URL: stack.standInUrl,
        NEO_E2E_DATA_DIR: dataDir,
        NEO_E2E_DATABASE_DIR: database?.dataDir ?? dataDir,
        NEO_E2E_LOG_DIR: logDir,
        NEO_E2E_CHROMIUM: chromium,
      },
    });
  } finally {
    await own.stop();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
