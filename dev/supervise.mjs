// Runs one program so that it never outlives whoever started it: the guard holds an IPC channel to its starter, and
// when that closes (also by SIGKILL) it stops the program. Plain JavaScript: it must start at once, without a compiler.
import { spawn } from "node:child_process";
import { rmSync } from "node:fs";
import process from "node:process";

/**
 * @typedef {object} GuardOrder
 * @property {string} command program to run
 * @property {string[]} args its arguments
 * @property {NodeJS.Signals} [stopSignal] what asks it to end; SIGTERM unless told
 * @property {number} [stopTimeoutMs] how long it may take before SIGKILL; 10,000 unless told
 * @property {string} [removeAfter] folder deleted when the program has ended
 * @property {number} [uid] run as this user
 * @property {number} [gid] run as this group
 */

/** @type {unknown} */
const argument = JSON.parse(process.argv[2] ?? "{}");
const order = /** @type {GuardOrder} */ (argument);
let stopping = false;

// Before the program starts: a signal that came between would end the guard and leave the program.
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
    // ESRCH: nothing of the group is left, which is what was asked for.
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
  // Whatever the program itself started goes with it.
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
// The channel alone must not keep a guard alive whose program has ended, nor may it be missing.
if (!process.connected) stop();
