import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";

/**
 * A hash of the names and contents of files.
 * @param root base of the names
 * @param entries files, and folders with their contents; absent ones count as absent
 * @param skip names to leave out, relative to root
 */
export function fingerprint(
  root: string,
  entries: readonly string[],
  skip: (name: string) => boolean = () => false,
): string {
  const hash = createHash("sha256");
  for (const name of entries.flatMap((entry) => filesOf(root, entry)).sort()) {
    if (skip(name)) continue;
    const content = readFileSync(path.join(root, name));
    hash.update(`${name}\0${content.length}\0`).update(content);
  }
  return hash.digest("hex");
}

function filesOf(root: string, entry: string): string[] {
  const full = path.join(root, entry);
  if (!existsSync(full)) return [];
  if (!statSync(full).isDirectory()) return [entry];
  return readdirSync(full, { withFileTypes: true }).flatMap((child) =>
    filesOf(root, path.posix.join(entry, child.name)),
  );
}
