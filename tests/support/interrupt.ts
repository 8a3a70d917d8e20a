import type { Started } from "../../dev/stack";

/** Ends a test run, and all it started, on a signal or when the starter is gone; the exit code says that it did not finish. */
export function endOnSignal(started: Started): void {
  const end = () => {
    void started.stop().finally(() => process.exit(130));
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, end);
  process.on("disconnect", end);
}
