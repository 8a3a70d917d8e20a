// The embedded database's own process: PGlite behind PostgreSQL's wire protocol, on the loopback only.
// Plain JavaScript: it is on the path of every start and needs no compiler.
import process from "node:process";

import { PGlite } from "@electric-sql/pglite";
import { PGLiteSocketServer } from "@electric-sql/pglite-socket";

import { waitForLock } from "../lock.mjs";

const LOCK_TIMEOUT_MS = 15_000;

const [dataDir = "memory://", port = "0"] = process.argv.slice(2);

// A killed starter's database may take a moment to close: two processes on one folder would destroy it.
if (!dataDir.startsWith("memory:")) {
  const lock = await waitForLock(`${dataDir}.lock`, () => undefined, LOCK_TIMEOUT_MS);
  process.once("exit", lock.release);
}
const db = await PGlite.create(dataDir);

// The socket server never answers again after a statement that threw below SQL (a crash of the WASM module): end, so
// that the starter notices. The data directory recovers on the next start, as after a crash of any PostgreSQL.
/** @type {typeof db.execProtocolRawStream} */
const run = db.execProtocolRawStream.bind(db);
db.execProtocolRawStream = async (/** @type {Parameters<typeof run>} */ ...[message, options]) => {
  try {
    await run(message, options);
  } catch (error) {
    process.stderr.write(
      `The embedded database failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
    );
    process.exit(1);
  }
};

const server = new PGLiteSocketServer({ db, host: "127.0.0.1", port: Number(port), maxConnections: 100 });
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

process.send?.({ url: `postgresql://postgres:postgres@${server.getServerConn()}/postgres?sslmode=disable` });
if (!process.connected) await close();
