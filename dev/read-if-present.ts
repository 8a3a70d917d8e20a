import { readFileSync } from "node:fs";

/** The text of a file, or null where there is none, or where it was about a process (`/proc`) that has ended meanwhile. */
export function readIfPresent(file: string): string | null {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if (["ENOENT", "ESRCH"].includes((error as NodeJS.ErrnoException).code ?? "")) return null;
    throw error;
  }
}
