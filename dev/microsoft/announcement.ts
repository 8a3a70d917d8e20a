import { readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";

const fileIn = (dataDir: string) => path.join(dataDir, "stand-in-url");

/**
 * Records the stand-in's address in the demo's folder.
 * @returns removes the record
 */
export function announceStandIn(dataDir: string, url: string): () => Promise<void> {
  writeFileSync(fileIn(dataDir), url, { mode: 0o600 });
  return () => {
    rmSync(fileIn(dataDir), { force: true });
    return Promise.resolve();
  };
}

/** The address of the stand-in for this folder's demo; null when none runs. A killed demo leaves its record behind. */
export function announcedStandIn(dataDir: string): string | null {
  try {
    return readFileSync(fileIn(dataDir), "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}
