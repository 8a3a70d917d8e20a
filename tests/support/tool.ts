import path from "node:path";

import { startNode } from "../../dev/child";
import { ROOT } from "../../dev/root";
import type { ProcessGroup } from "../../dev/process-group";

export interface ToolResult {
  code: number;
  /** Standard output and error, in the order they came. */
  output: string;
}

/**
 * Runs a program of node_modules to completion, supervised, so that it and its children never outlive this process.
 * @param script path below node_modules
 * @param options.show passes its output on to the terminal while it runs
 */
export async function runTool(
  processes: ProcessGroup,
  script: string,
  args: string[],
  { env = {}, show = false }: { env?: Partial<NodeJS.ProcessEnv>; show?: boolean } = {},
): Promise<ToolResult> {
  const order = { command: process.execPath, args: [path.join(ROOT, "node_modules", script), ...args] };
  const child = startNode({
    name: script,
    args: [path.join(ROOT, "dev", "supervise.mjs"), JSON.stringify(order)],
    cwd: ROOT,
    env: { ...process.env, ...env },
    output: "pipe",
  });
  processes.add(() => child.stop());
  const output: string[] = [];
  for (const stream of [child.process.stdout, child.process.stderr]) {
    stream?.on("data", (chunk: Buffer) => {
      output.push(chunk.toString());
      if (show) process.stdout.write(chunk);
    });
  }
  const closed = new Promise((resolve) => child.process.once("close", resolve));
  const code = await child.ended;
  await closed;
  return { code, output: output.join("") };
}
