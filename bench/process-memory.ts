import { readdirSync } from "node:fs";

import { readIfPresent } from "../dev/read-if-present";

/** The ids of a process and its descendants (Linux). */
export function treeOf(pid: number): number[] {
  const ids = readdirSync("/proc").map(Number).filter(Number.isInteger);
  const parents = ids.map((id) => [id, parentOf(id)] as const);
  const tree = [pid];
  for (const one of tree) for (const [child, parent] of parents) if (parent === one) tree.push(child);
  return tree;
}

/** The id of a process's parent; NaN if the process has ended. */
function parentOf(pid: number): number {
  return Number(readIfPresent(`/proc/${pid}/stat`)?.split(") ").at(-1)?.split(" ")[1]);
}

/** A process's resident memory (RSS) in megabytes; NaN without /proc, or if the process has ended. */
export function residentMegabytes(pid: number | undefined): number {
  return megabytes(readIfPresent(`/proc/${pid}/status`), "VmRSS");
}

/** The same, with pages that several processes share divided among them (PSS). */
export function proportionalMegabytes(pid: number): number {
  return megabytes(readIfPresent(`/proc/${pid}/smaps_rollup`), "Pss");
}

function megabytes(text: string | null, field: string): number {
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, "m").exec(text ?? "")?.[1]) / 1024;
}
