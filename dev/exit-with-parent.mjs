// Preloaded into Next (`node --import`): ends this process when its parent is gone, even after SIGKILL. Next's child
// processes inherit it and end with Next.
import process from "node:process";

const FORCE_AFTER_MS = 12_000;

if (process.channel) {
  process.once("disconnect", () => {
    process.kill(process.pid, "SIGTERM");
    setTimeout(() => process.kill(process.pid, "SIGKILL"), FORCE_AFTER_MS).unref();
  });
}
