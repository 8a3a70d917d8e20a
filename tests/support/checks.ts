import type { ProcessGroup } from "../../dev/process-group";

/** Counts and prints the results of a check program, which continues after a failure. */
export class Checks {
  passed = 0;
  failed = 0;

  /**
   * Reports whether a condition holds.
   * @param figures the evidence
   * @param against counter-examples, of which the first few are printed on failure
   */
  expect(
    what: string,
    holds: boolean,
    figures: Readonly<Record<string, string | number>> = {},
    against: readonly string[] = [],
    most = 5,
  ): void {
    if (holds) this.passed++;
    else this.failed++;
    const shown = Object.entries(figures).map(([name, value]) => `${name} ${value}`);
    console.log(`${holds ? "✓" : "✗"} ${what}${shown.length > 0 ? ` (${shown.join(", ")})` : ""}`);
    if (!holds) for (const line of against.slice(0, most)) console.log(`    ${line}`);
  }

  /**
   * Runs one part of the program. An exception counts as one failure, and the next part runs.
   * @returns what the part returns; undefined where it threw
   */
  async part<T>(name: string, work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      console.error(error);
      this.expect(`${name} ran to its end`, false);
      return undefined;
    }
  }

  /**
   * Runs the whole program and exits: an exception counts as a failure, everything is stopped, and the last line
   * has the counts.
   */
  async run(processes: ProcessGroup, program: () => Promise<void>): Promise<never> {
    try {
      await program();
    } catch (error) {
      console.error(error instanceof Error ? error.message : error);
      this.failed++;
    }
    await processes.stop();
    console.log(`${this.passed} passed, ${this.failed} failed`);
    process.exit(this.failed > 0 ? 1 : 0);
  }
}

/**
 * Polls until a condition holds.
 * @throws Error that names the condition when it does not hold in time
 */
export async function until(what: string, holds: () => Promise<boolean> | boolean, timeoutMs = 15_000): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`not in ${timeoutMs / 1000} seconds: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
