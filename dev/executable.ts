import { accessSync, constants } from "node:fs";

/** Whether this user may execute the file; false when it is absent. */
export function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    // Absent or not executable: unusable either way.
    return false;
  }
}
