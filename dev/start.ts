// `npm start` and `npm run dev`: sets up and starts everything on one machine, from any state, and prints the address.
import path from "node:path";

import { ensureBuilt } from "../scripts/build";
import { loadEnvFiles, takeSecretFiles } from "./env-files";
import { tryLock } from "./folder-lock.mjs";
import { decideMode } from "./mode";
import { isPortFree, parsePort } from "./port";
import { ensurePrivateFolder } from "./private-folder";
import { ROOT } from "./root";
import { ProcessGroup } from "./process-group";
import { startStack } from "./stack";

const dev = process.argv.includes("--dev");
const dataDir = path.resolve(ROOT, process.env.NEO_DATA_DIR ?? ".data");
const processes = new ProcessGroup();

const log = (line: string) => {
  console.log(line);
};

/** Stops everything, then this process. Later calls have no effect. */
function end(code: number): void {
  process.exitCode ??= code;
  void processes.stop().then(
    () => process.exit(),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
}

/** Prints a sentence for the user, without a stack trace. */
function refuse(message: string): void {
  console.error(message);
  end(1);
}

async function start(): Promise<void> {
  loadEnvFiles(dev);
  takeSecretFiles();
  const mode = decideMode(process.env);
  if (mode.kind === "refused") return refuse(mode.message);
  const port = parsePort(process.env.PORT);
  if (!(await isPortFree(port, mode.kind === "demo" ? ["127.0.0.1", "::1"] : ["::", "0.0.0.0"]))) {
    const script = dev ? "npm run dev" : "npm start";
    return refuse(
      `Port ${port} is already in use. Stop what listens there, or choose another: PORT=${port + 1} ${script}`,
    );
  }
  if (mode.kind !== "real") {
    ensurePrivateFolder(dataDir);
    const lock = tryLock(path.join(dataDir, "lock"));
    if ("holder" in lock) {
      return refuse(
        `Process ${lock.holder} already runs on ${dataDir}. Stop it first, or give this one a folder of its own: NEO_DATA_DIR=<folder>`,
      );
    }
    process.once("exit", lock.release);
  }
  if (!dev) await ensureBuilt({ log, onChild: (child) => processes.add(() => child.stop()) });
  const { url } = await startStack({ mode: mode.kind, port, dataDir, dev, log }, processes);
  if (mode.kind === "demo")
    log(
      `Demo: "Sign in with Microsoft" is a local stand-in; choose a person, no password. Data is kept in ${path.relative(process.cwd(), dataDir)}.`,
    );
  log(`Neo is running at ${url}`);
}

processes.onLoss = (name, code) => {
  console.error(`${name[0]?.toUpperCase() ?? ""}${name.slice(1)} ended unexpectedly (code ${code}): stopping.`);
  end(code || 1);
};
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => end(0));
// The parent is gone, even after SIGKILL.
process.on("disconnect", () => end(0));

start().catch((error: unknown) => {
  // Failures while stopping are expected.
  if (!processes.stopping) refuse(error instanceof Error ? error.message : String(error));
});
