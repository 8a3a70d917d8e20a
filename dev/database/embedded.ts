import { mkdirSync } from "node:fs";
import path from "node:path";

import { type Child, readyMessage, startNode } from "../child";

export interface EmbeddedDatabase {
  /** Connection string, over a Unix socket that only this user can reach. */
  readonly url: string;
  readonly child: Child;
  /** Closes the database cleanly and waits for its process to end. */
  stop(): Promise<void>;
}

/** Messages are short-lived and small, so a larger young generation (MB) holds memory and saves no time. */
const YOUNG_GENERATION = "--max-semi-space-size=2";

/**
 * Starts PGlite in its own process. Waits up to 15 seconds for a folder that another process has open.
 * @param options.dataDir data folder, created when absent; `memory://` keeps nothing
 * @param options.socketFolder the previous socket's folder, to keep the same address
 * @param onChild receives the process immediately, so that the caller can stop it while it starts
 * @throws Error when the process ends before it accepts connections
 */
export async function startEmbedded(
  { dataDir, socketFolder }: { dataDir: string; socketFolder?: string },
  onChild: (child: Child) => void = () => undefined,
): Promise<EmbeddedDatabase> {
  if (dataDir !== "memory://") mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const child = startNode({
    name: "the embedded database",
    args: [
      YOUNG_GENERATION,
      path.join(import.meta.dirname, "embedded-server.mjs"),
      dataDir,
      ...(socketFolder ? [socketFolder] : []),
    ],
  });
  onChild(child);
  const { url } = (await readyMessage(child)) as { url: string };
  return { url, child, stop: () => child.stop() };
}

/** An embedded database that restarts when it ends unexpectedly. */
export interface KeptDatabase {
  readonly url: string;
  /** Its current process. */
  readonly child: Child;
  stop(): Promise<void>;
}

const RETRY_MS = 2_000;

/**
 * Starts PGlite like {@link startEmbedded}, and restarts it at the same address whenever it ends unexpectedly: killed, or
 * out of disk space. Acknowledged data survives; meanwhile the application responds with 503.
 * @param log receives a line at each restart
 * @throws Error when its first start fails; restarts are retried until they succeed
 */
export async function keepEmbedded(
  { dataDir, log }: { dataDir: string; log: (line: string) => void },
  onChild: (child: Child) => void = () => undefined,
): Promise<KeptDatabase> {
  let stopping = false;
  let child: Child | undefined;
  const start = (before: { socketFolder?: string } = {}) =>
    startEmbedded({ dataDir, ...before }, (started) => {
      child = started;
      onChild(started);
      if (stopping) void started.stop();
    });
  const { url, child: first } = await start();
  const socketFolder = new URL(url).searchParams.get("host") ?? "";
  const keep = async () => {
    for (let logged = false; ;) {
      await child?.ended;
      if (stopping) return;
      if (!logged) log("The embedded database ended unexpectedly: starting it again ...");
      logged = true;
      try {
        await start({ socketFolder });
        log("The embedded database is back.");
        logged = false;
      } catch {
        // Its own process logged the reason. Disk space may be freed soon.
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
  };
  const kept = keep();
  return {
    url,
    get child() {
      return child ?? first;
    },
    stop: async () => {
      stopping = true;
      await child?.stop();
      await kept;
    },
  };
}
