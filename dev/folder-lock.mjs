// A lock file that names its holder's process, so that a killed holder's lock is free.
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, unlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import process from "node:process";

/**
 * A process's start time in clock ticks since boot, which tells reused ids apart; empty without /proc.
 * @param {number} pid
 */
function startedAt(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
  } catch {
    // No such process, or no /proc.
    return "";
  }
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === "EPERM";
  }
}

/**
 * The living holder named by a lock file's content, or null.
 * @param {string} content
 */
function livingHolder(content) {
  const [pid, ticks] = content.split(" ");
  const id = Number(pid);
  if (!Number.isInteger(id) || id <= 0 || !isAlive(id)) return null;
  return ticks && startedAt(id) !== ticks ? null : id;
}

/**
 * Takes the lock, or reports its holder.
 * @param {string} file its folder is created when absent
 * @returns {{ release: () => void } | { holder: number }} `holder` is the holder's process id
 */
export function tryLock(file) {
  // Private, as .data must be: the lock may be what creates it.
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  const mine = `${file}.${process.pid}`;
  writeFileSync(mine, `${process.pid} ${startedAt(process.pid)}`);
  try {
    for (;;) {
      try {
        // Unlike writing, linking checks and takes in one step.
        linkSync(mine, file);
        return { release: () => rmSync(file, { force: true }) };
      } catch (error) {
        if (/** @type {NodeJS.ErrnoException} */ (error).code !== "EEXIST") throw error;
      }
      const holder = holderOf(file);
      if (holder !== null) return { holder };
    }
  } finally {
    unlinkSync(mine);
  }
}

/**
 * The living holder of a lock file; a dead holder's file is removed.
 * @param {string} file
 */
function holderOf(file) {
  const stale = `${file}.${process.pid}.stale`;
  try {
    const holder = livingHolder(readFileSync(file, "utf8"));
    if (holder !== null) return holder;
    // Another process may have replaced it meanwhile, so the moved file is checked again.
    renameSync(file, stale);
    const moved = livingHolder(readFileSync(stale, "utf8"));
    if (moved !== null) linkSync(stale, file);
    rmSync(stale, { force: true });
    return moved;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === "ENOENT") return null;
    throw error;
  }
}

/**
 * Takes the lock, waiting for its holder.
 * @param {string} file
 * @param {(holder: number) => void} onWait called once, when another process holds it
 * @param {number} [timeoutMs] gives up after this many milliseconds; 10 minutes by default
 * @returns {Promise<{ release: () => void }>}
 */
export async function waitForLock(file, onWait, timeoutMs = 600_000) {
  const deadline = Date.now() + timeoutMs;
  for (let attempt = 0; ; attempt++) {
    const result = tryLock(file);
    if ("release" in result) return result;
    if (attempt === 0) onWait(result.holder);
    if (Date.now() > deadline)
      throw new Error(`process ${result.holder} has held ${file} for ${timeoutMs / 1000} seconds`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
