// The embedded database's own process: PGlite behind PostgreSQL's wire protocol. It checks no password, so it listens on a
// Unix socket in a folder that only this user may enter, not on a port that every user of the machine could connect to.
// Plain JavaScript: it is on the path of every start and needs no compiler.
import { chmodSync, lstatSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import process from "node:process";
import { setImmediate } from "node:timers/promises";

import { PGlite } from "@electric-sql/pglite";
import { PGLiteSocketServer } from "@electric-sql/pglite-socket";

import { waitForLock } from "../folder-lock.mjs";

const LOCK_TIMEOUT_MS = 15_000;

/** The size of a socket address, closing zero byte included: 104 bytes on macOS, 108 on Linux. */
const SOCKET_PATH_MAX = 103;
/** PostgreSQL's socket file name, which clients derive from the port. */
const SOCKET_NAME = ".s.PGSQL.5432";

/** `again`: the previous process's temporary socket folder, reused so that the address stays the same. */
const [dataDir = "memory://", again] = process.argv.slice(2);

/** A private folder for the socket: beside the data, or a temporary one for in-memory data or too long a path. */
function socketFolder() {
  const beside = `${dataDir}.socket`;
  if (!dataDir.startsWith("memory:") && Buffer.byteLength(path.join(beside, SOCKET_NAME)) <= SOCKET_PATH_MAX) {
    mkdirSync(beside, { recursive: true });
    chmodSync(beside, 0o700);
    // A killed process leaves its socket behind.
    rmSync(path.join(beside, SOCKET_NAME), { force: true });
    return beside;
  }
  const temporary = again ?? mkdtempSync(path.join(os.tmpdir(), "neo-socket-"));
  if (again) {
    mkdirSync(again, { recursive: true, mode: 0o700 });
    const { uid } = lstatSync(again);
    // Any user can create folders beside it.
    if (uid !== process.getuid?.()) throw new Error(`${again} is somebody else's`);
    rmSync(path.join(again, SOCKET_NAME), { force: true });
  }
  process.once("exit", () => rmSync(temporary, { recursive: true, force: true }));
  return temporary;
}

// The database of a killed parent may take a moment to close. Two processes on one folder would corrupt it.
if (!dataDir.startsWith("memory:")) {
  let holder = 0;
  const lock = await waitForLock(`${dataDir}.lock`, (pid) => (holder = pid), LOCK_TIMEOUT_MS).catch(() => {
    process.stderr.write(`Process ${holder} has the database in ${dataDir} open. Stop it first.\n`);
    process.exit(1);
  });
  process.once("exit", lock.release);
}
// All of it is resident from the start. The default is 128 MB; the system's own cache serves what does not fit.
const startParams = [...PGlite.defaultStartParams, "-c", "shared_buffers=32MB"];
const db = await PGlite.create(dataDir, { startParams }).catch((/** @type {unknown} */ error) => {
  // Without the stack, which would print PGlite's 200 kB source line.
  const why = error instanceof Error ? error.message : String(error);
  process.stderr.write(`The embedded database could not be opened: ${why}. Is there space on its disk?\n`);
  process.exit(1);
});

// All connections share one session, and the socket server interleaves their messages: the Execute of one could run the
// Bind of another and return its rows. A transaction holds the turn; here, so does every message sequence up to its Sync.
const SEQUENCE = new Set(Buffer.from("PBDECH"));
let inSequence = false;
const inTransaction = db.isInTransaction.bind(db);
db.isInTransaction = () => inSequence || inTransaction();
// What the socket server runs when the connection that holds the turn is gone.
const exec = db.exec.bind(db);
db.exec = (/** @type {Parameters<typeof exec>} */ ...query) => {
  inSequence = false;
  return exec(...query);
};

/** The first fields of an error after which PostgreSQL exits, such as a full disk under its write-ahead log. */
const PANIC = Buffer.from("SPANIC\0VPANIC\0");

// The socket server stops responding after a statement that threw below SQL (a crash of the WASM module) or a panic:
// exit, so that the parent notices. The data directory recovers on the next start, as after any PostgreSQL crash.
/** @type {typeof db.execProtocolRawStream} */
const run = db.execProtocolRawStream.bind(db);
db.execProtocolRawStream = async (/** @type {Parameters<typeof run>} */ ...[message, options]) => {
  try {
    await run(message, {
      ...options,
      onRawData: (data) => {
        options.onRawData(data);
        if (!Buffer.from(data.buffer, data.byteOffset, data.byteLength).includes(PANIC)) return;
        process.stderr.write("The embedded database panicked; is its disk full?\n");
        process.exit(1);
      },
    });
    inSequence = SEQUENCE.has(message[0] ?? 0);
  } catch (error) {
    process.stderr.write(
      `The embedded database failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
    );
    process.exit(1);
  }
};

const folder = socketFolder();
const server = new PGLiteSocketServer({ db, path: path.join(folder, SOCKET_NAME), maxConnections: 100 });
// A connection that closes while its message runs has nothing to release yet: wait for that message first.
const queue = /** @type {{ queryQueue: { clearTransactionIfNeeded(id: number): Promise<void> } }} */ (
  /** @type {unknown} */ (server)
).queryQueue;
const clear = queue.clearTransactionIfNeeded.bind(queue);
queue.clearTransactionIfNeeded = async (/** @type {number} */ id) => {
  await db.runExclusive(() => Promise.resolve());
  await setImmediate();
  await clear(id);
};
await server.start();

let closing = false;
async function close() {
  if (closing) return;
  closing = true;
  await server.stop();
  await db.close();
  process.exit(0);
}
process.on("disconnect", () => void close());
for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"]) process.on(signal, () => void close());

const host = encodeURIComponent(folder);
process.send?.({ url: `postgresql://postgres@localhost:5432/postgres?host=${host}&sslmode=disable` });
if (!process.connected) await close();
