import { test } from "playwright/test";

/** Says how many attempts this test made: `npm run test:attack` prints the number beside the attack's name. */
export function tried(count: number): void {
  test.info().annotations.push({ type: "tried", description: String(count) });
}

/** A remark that is printed with the attack's line. */
export function note(text: string): void {
  test.info().annotations.push({ type: "note", description: text });
}
