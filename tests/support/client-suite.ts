import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";

import { ensureBuilt } from "../../scripts/build";
import { freePort } from "../../dev/port";
import { ProcessGroup } from "../../dev/process-group";
import { startStack } from "../../dev/stack";
import type { Checks } from "./checks";
import { installGenerators, tryClients } from "./clients";
import { tryPackedClient } from "./packed-client";
import { tryScheduledRotation } from "./scheduled-rotation";
import { accessTokenByDeviceCode } from "./sign-in";

/**
 * Tests generated clients against the production build with the stand-in.
 * @param processes collects what runs, for the caller to stop
 * @returns why nothing was tested, when the generators are unavailable; null otherwise
 */
export async function runClientSuite(
  checks: Checks,
  processes: ProcessGroup,
  log: (line: string) => void,
): Promise<string | null> {
  const missing = await installGenerators(log);
  if (missing !== null) return missing;
  await ensureBuilt({ log, onChild: (child) => processes.add(() => child.stop()) });
  const folder = mkdtempSync(path.join(os.tmpdir(), "neo-clients-"));
  const own = new ProcessGroup();
  processes.add(() => own.stop());
  try {
    own.onLoss = (name, code) => log(`${name} ended unexpectedly with code ${code}`);
    const {
      url,
      standInUrl = "",
      databaseUrl,
    } = await startStack(
      {
        mode: "demo",
        port: await freePort(),
        dataDir: path.join(folder, "data"),
        logFile: path.join(folder, "app.log"),
        log: () => undefined,
      },
      own,
    );
    await tryClients(checks, { url, standInUrl });
    await tryScheduledRotation(checks, { url, standInUrl, databaseUrl });
    // The last one: it ends at the limit of this address, which lasts a minute.
    await tryPackedClient(checks, url, await accessTokenByDeviceCode(standInUrl, "Contoso Admin"));
    return null;
  } finally {
    await own.stop();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
