/** Counts what held and what did not, and prints a line for each. */
export class Report {
  passed = 0;
  failed = 0;

  /** Says whether something holds, with the figures that show it, and what spoke against it. */
  expect(
    what: string,
    holds: boolean,
    figures: Record<string, number | string> = {},
    against: readonly string[] = [],
  ): void {
    if (holds) this.passed++;
    else this.failed++;
    const told = Object.entries(figures).map(([name, value]) => `${name} ${String(value)}`);
    console.log(`${holds ? "✓" : "✗"} ${what}${told.length > 0 ? ` (${told.join(", ")})` : ""}`);
    if (!holds) for (const line of against.slice(0, 5)) console.log(`    ${line}`);
  }
}
