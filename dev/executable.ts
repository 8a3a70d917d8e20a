import { accessSync, constants } from "node:fs";

/** Whether this user may run the file; an absent one may not be run either. */
export function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    // Absent or not ours to run: either way not the one to use.
    return false;
  }
}
