import type { ProcessGroup } from "../../dev/process-group";

/** Stops a test run and its processes on a signal or when the parent ends; the exit code reports that it did not finish. */
export function endOnSignal(processes: ProcessGroup): void {
  const end = () => {
    void processes.stop().finally(() => process.exit(130));
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, end);
  process.on("disconnect", end);
}
