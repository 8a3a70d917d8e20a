import { readFileSync } from "node:fs";

/** A file's text, or null when it is absent or describes a process (`/proc`) that has ended. */
export function readIfPresent(file: string): string | null {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if (["ENOENT", "ESRCH"].includes((error as NodeJS.ErrnoException).code ?? "")) return null;
    throw error;
  }
}
