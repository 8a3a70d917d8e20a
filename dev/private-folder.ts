import { mkdirSync, statSync } from "node:fs";

/**
 * Creates a folder that only its owner can open. An existing folder is left unchanged: it may be shared on purpose.
 * @param folder absolute path
 * @throws Error that says what to do when other users can open it
 */
export function ensurePrivateFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const mode = statSync(folder).mode & 0o777;
  if ((mode & 0o077) === 0) return;
  throw new Error(
    [
      `Other users of this machine may open ${folder} (its mode is ${mode.toString(8)}), and it would hold the database and the sessions' secret.`,
      `If it is for Neo alone: chmod 700 '${folder}'`,
      "Otherwise, or where that has no effect (a Windows drive under WSL), name another: NEO_DATA_DIR=<folder>",
    ].join("\n"),
  );
}
