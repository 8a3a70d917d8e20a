// Loaded before Next (`node --import`): ends this process when the one that started it is gone, also by SIGKILL. Next's own
// child processes inherit it and end with Next in the same way.
import process from "node:process";

const FORCE_AFTER_MS = 12_000;

if (process.channel) {
  process.once("disconnect", () => {
    process.kill(process.pid, "SIGTERM");
    setTimeout(() => process.kill(process.pid, "SIGKILL"), FORCE_AFTER_MS).unref();
  });
}
