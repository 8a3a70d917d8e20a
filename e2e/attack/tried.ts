import { test } from "playwright/test";

/** Reports this test's number of attempts, which `npm run test:attack` prints next to the attack's name. */
export function tried(count: number): void {
  test.info().annotations.push({ type: "tried", description: String(count) });
}

/** Adds a note to the attack's printed line. */
export function note(text: string): void {
  test.info().annotations.push({ type: "note", description: text });
}
