// A program that follows the audit log into a file, as docs/api.md describes it: `node feed-poller.mjs FOLDER ADDRESS...`, with an access
// token in NEO_TOKEN. `events.ndjson` has the events. `state.json` says where to continue, and how many bytes of events belong to that.
import { closeSync, fstatSync, fsyncSync, ftruncateSync, openSync, readFileSync, renameSync, writeSync } from "node:fs";
import path from "node:path";
import process from "node:process";
import { setTimeout as pause } from "node:timers/promises";

const [folder = "", ...addresses] = process.argv.slice(2);
const stateFile = path.join(folder, "state.json");
process.once("disconnect", () => process.exit());

/** @returns {{ next: string, bytes: number }} */
function readState() {
  try {
    // eslint-disable-next-line @typescript-eslint/no-unsafe-return -- JSON has no better type
    return JSON.parse(readFileSync(stateFile, "utf8"));
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== "ENOENT") throw error;
    return { next: "/public-api/audit-events?order=asc&wait=5&page_size=20", bytes: 0 };
  }
}

/** In pieces, slowly, so that kills tear files and lines. @param {number} file @param {string} text */
function append(file, text) {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += 100) {
    writeSync(file, bytes.subarray(at, at + 100));
    fsyncSync(file);
  }
  return bytes.length;
}

/** A rename is atomic: the state is the old one or the new one. @param {{ next: string, bytes: number }} state */
function writeState(state) {
  const file = openSync(`${stateFile}.new`, "w");
  append(file, JSON.stringify(state));
  closeSync(file);
  renameSync(`${stateFile}.new`, stateFile);
}

let { next, bytes } = readState();
const events = openSync(path.join(folder, "events.ndjson"), "a");
// What was written after the state is fetched again.
if (fstatSync(events).size > bytes) process.send?.("cut");
ftruncateSync(events, bytes);
for (let n = Math.floor(Math.random() * addresses.length); ; n++) {
  const headers = { authorization: `Bearer ${process.env.NEO_TOKEN ?? ""}`, accept: "application/x-ndjson" };
  try {
    const response = await fetch(`${addresses[n % addresses.length] ?? ""}${next}`, { headers });
    const text = await response.text();
    const [, link] = /^<(.+)>; rel="next"$/.exec(response.headers.get("link") ?? "") ?? [];
    if (!response.ok || !link) throw new Error(`${String(response.status)} ${text}`);
    bytes += append(events, text);
    next = link;
    writeState({ next, bytes });
  } catch (error) {
    console.error(error);
    await pause(200);
  }
}
