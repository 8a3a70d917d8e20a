import { mkdirSync } from "node:fs";
import path from "node:path";

import { type Child, readyMessage, startNode } from "../child";

export interface EmbeddedDatabase {
  /** Connection string, by way of a Unix socket that only this user can reach. */
  readonly url: string;
  readonly child: Child;
  /** Closes the database cleanly and waits until its process has ended. */
  stop(): Promise<void>;
}

/**
 * Starts PGlite in a process of its own. A folder that another process has open is waited for, for 15 seconds.
 * @param options.dataDir folder of the data, made when absent; `memory://` keeps nothing
 * @param onChild receives the process at once, so that the caller can stop it while it starts
 * @throws Error when the process ends before it accepts connections
 */
export async function startEmbedded(
  { dataDir }: { dataDir: string },
  onChild: (child: Child) => void = () => undefined,
): Promise<EmbeddedDatabase> {
  if (dataDir !== "memory://") mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const child = startNode({
    name: "the embedded database",
    args: [path.join(import.meta.dirname, "embedded-server.mjs"), dataDir],
  });
  onChild(child);
  const { url } = (await readyMessage(child)) as { url: string };
  return { url, child, stop: () => child.stop() };
}
