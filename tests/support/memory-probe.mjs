// Loaded before the program in a process whose memory is measured (`node --import`): answers the process that started it.
import process from "node:process";

process.on("message", (message) => {
  if (message !== "memory" && message !== "live memory") return;
  // Node has it with --expose-gc only.
  if (message === "live memory") globalThis.gc?.();
  process.send?.({ memory: process.memoryUsage() });
});
// Being asked is no reason to stay.
process.channel?.unref();
