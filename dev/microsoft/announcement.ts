import { readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";

const fileIn = (dataDir: string) => path.join(dataDir, "stand-in-url");

/**
 * Notes in the demo's folder where its stand-in listens.
 * @returns removes the note
 */
export function announceStandIn(dataDir: string, url: string): () => Promise<void> {
  writeFileSync(fileIn(dataDir), url, { mode: 0o600 });
  return () => {
    rmSync(fileIn(dataDir), { force: true });
    return Promise.resolve();
  };
}

/** Where the stand-in of the demo in this folder listens; null when none runs. A demo that was killed leaves its note. */
export function announcedStandIn(dataDir: string): string | null {
  try {
    return readFileSync(fileIn(dataDir), "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}
