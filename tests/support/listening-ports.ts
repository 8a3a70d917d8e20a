import { readdirSync, readFileSync, readlinkSync } from "node:fs";

/** The target of a process's open file; null for one closed since it was listed. */
function openFile(link: string): string | null {
  try {
    return readlinkSync(link);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}

/**
 * TCP ports a process listens on, from /proc (Linux only).
 * @throws ENOENT when there is no such process
 */
export function listeningPorts(pid: number): number[] {
  const folder = `/proc/${pid}/fd`;
  const sockets = new Set(
    readdirSync(folder).map((fd) => /socket:\[(\d+)\]/.exec(openFile(`${folder}/${fd}`) ?? "")?.[1]),
  );
  return ["tcp", "tcp6"].flatMap((kind) =>
    readFileSync(`/proc/${pid}/net/${kind}`, "utf8")
      .split("\n")
      .slice(1)
      .map((line) => line.trim().split(/\s+/))
      // State 0A is "listening", and the tenth column is the socket's inode.
      .filter((columns) => columns[3] === "0A" && sockets.has(columns[9]))
      .map((columns) => parseInt(columns[1]?.split(":")[1] ?? "", 16)),
  );
}
