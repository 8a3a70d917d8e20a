// Runs one program that never outlives its parent: the supervisor holds an IPC channel to the parent and stops the
// program when it closes (even after SIGKILL). Plain JavaScript: it must start immediately, without a compiler.
import { spawn } from "node:child_process";
import { rmSync } from "node:fs";
import process from "node:process";

/**
 * @typedef {object} Order
 * @property {string} command program to run
 * @property {string[]} args its arguments
 * @property {NodeJS.Signals} [stopSignal] signal that stops it; SIGTERM by default
 * @property {number} [stopTimeoutMs] time before SIGKILL in milliseconds; 10,000 by default
 * @property {string} [removeAfter] folder deleted when the program has ended
 * @property {number} [uid] run as this user
 * @property {number} [gid] run as this group
 */

/** @type {unknown} */
const argument = JSON.parse(process.argv[2] ?? "{}");
const order = /** @type {Order} */ (argument);
let stopping = false;

// Before the program starts: a signal in between would end the supervisor and leave the program running.
process.on("disconnect", stop);
for (const signal of /** @type {const} */ (["SIGTERM", "SIGINT", "SIGHUP"])) process.on(signal, stop);

const child = spawn(order.command, order.args, {
  stdio: ["ignore", "inherit", "inherit"],
  detached: true,
  ...(order.uid === undefined ? {} : { uid: order.uid, gid: order.gid }),
});

/** @param {NodeJS.Signals} signal */
function signalGroup(signal) {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch (error) {
    // ESRCH: the process group has ended already.
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== "ESRCH") throw error;
  }
}

function stop() {
  if (stopping) return;
  stopping = true;
  signalGroup(order.stopSignal ?? "SIGTERM");
  setTimeout(() => signalGroup("SIGKILL"), order.stopTimeoutMs ?? 10_000).unref();
}

/** @param {number} code */
function end(code) {
  // Processes that the program started end with it.
  signalGroup("SIGKILL");
  if (order.removeAfter) rmSync(order.removeAfter, { recursive: true, force: true, maxRetries: 5 });
  process.exit(code);
}

child.once("error", (error) => {
  process.stderr.write(`${order.command}: ${error.message}\n`);
  end(127);
});
child.once("exit", (code, signal) => {
  end(stopping ? 0 : (code ?? (signal ? 1 : 0)));
});
// Without a channel there is no parent to watch.
if (!process.connected) stop();
