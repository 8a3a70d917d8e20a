import path from "node:path";
import { pathToFileURL } from "node:url";

import type { Child } from "../../dev/child";

/** Node flags that {@link memoryOf} needs. */
export const MEASURED = [
  "--expose-gc",
  `--import=${pathToFileURL(path.join(import.meta.dirname, "memory-probe.mjs")).href}`,
] as const;

/**
 * Asks a process that was started with {@link MEASURED} for its memory.
 * @param kind all memory, or only what is alive, without garbage
 * @throws Error when it has ended, or does not respond within ten seconds
 */
export async function memoryOf({ name, process }: Child, kind: "memory" | "live memory"): Promise<NodeJS.MemoryUsage> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      process.off("message", take);
      reject(new Error(`${name} does not say how much memory it has`));
    }, 10_000);
    const take = (message: unknown) => {
      if (typeof message !== "object" || message === null || !("memory" in message)) return;
      clearTimeout(timer);
      process.off("message", take);
      resolve(message.memory as NodeJS.MemoryUsage);
    };
    process.on("message", take);
    process.send(kind, (error) => {
      if (!error) return;
      clearTimeout(timer);
      process.off("message", take);
      reject(error);
    });
  });
}
