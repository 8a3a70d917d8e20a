import path from "node:path";

import { isExecutable } from "../../dev/executable";

/** Where Debian keeps programs for root. */
const MORE_FOLDERS = ["/usr/sbin", "/usr/local/sbin"];

/** A program's full path, or null when it is not installed. */
export function findProgram(name: string): string | null {
  const folders = [...(process.env.PATH ?? "").split(path.delimiter).filter(Boolean), ...MORE_FOLDERS];
  return folders.map((folder) => path.join(folder, name)).find(isExecutable) ?? null;
}
