import { env } from "@/lib/env";
import { AppError } from "@/lib/errors";

/** Refuses to start with settings that are missing or wrong: names every one of them, in words, and exits with code 1. */
export function checkSettings(): void {
  try {
    env();
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  }
}
