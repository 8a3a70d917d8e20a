import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";

import type { Child } from "../../dev/child";

/** Makes a process run out of disk space, and frees space again. */
export interface SmallDisk {
  /** How the disk is limited, for the report. */
  readonly how: string;
  /** The folder to fill. */
  readonly folder: string;
  /** Fills the disk. @param database the process to limit @param left the bytes that stay free */
  fill(database: Child, left: number): void;
  /** Frees the disk. */
  free(): void;
  remove(): void;
}

const SIZE_MB = 256;

/** A separate file system if permitted (root), else a file size limit (Linux with prlimit). */
export function smallDisk(): SmallDisk {
  const folder = mkdtempSync(path.join(os.tmpdir(), "neo-full-"));
  const filler = path.join(folder, "filler");
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${SIZE_MB}m,mode=700`, "tmpfs", folder], { stdio: "pipe" });
  } catch {
    return limitedFiles(folder);
  }
  return {
    how: `a tmpfs of ${SIZE_MB} MB`,
    folder,
    fill: (_, left) => {
      const { bavail, bsize } = statfsSync(folder);
      writeFileSync(filler, Buffer.alloc(Math.max(0, bavail * bsize - left)));
    },
    free: () => rmSync(filler, { force: true }),
    remove: () => {
      execFileSync("umount", ["-l", folder]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function limitedFiles(folder: string): SmallDisk {
  let pid = 0;
  const limit = (bytes: string) => execFileSync("prlimit", ["--pid", String(pid), `--fsize=${bytes}:`]);
  return {
    how: "RLIMIT_FSIZE, by prlimit",
    folder,
    fill: (database) => {
      pid = database.process.pid ?? 0;
      // No file can grow beyond one block: a full disk appears as EFBIG instead of ENOSPC.
      limit("8192");
    },
    free: () => {
      try {
        limit("unlimited");
      } catch {
        // The process ended because of the full disk; its successor has no limit.
      }
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
