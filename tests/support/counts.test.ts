import { describe, expect, test } from "vitest";

import { checkCounts, lastLine, playwrightCounts, playwrightFailures, vitestCounts, vitestFailures } from "./counts";

const vitest = { success: true, numPassedTests: 5, numFailedTests: 0, numPendingTests: 1, numTodoTests: 1 };
const playwright = { stats: { expected: 4, unexpected: 0, flaky: 0, skipped: 2 }, errors: [] };

describe("counts", () => {
  test("what the reports say", () => {
    expect(vitestCounts(vitest, 0)).toEqual({ passed: 5, failed: 0, skipped: 2 });
    expect(vitestCounts({ ...vitest, numFailedTests: 3 }, 1)).toEqual({ passed: 5, failed: 3, skipped: 2 });
    expect(playwrightCounts(playwright, 0)).toEqual({ passed: 4, failed: 0, skipped: 2 });
  });

  test("a failure without a failed test is a failure", () => {
    expect(vitestCounts(vitest, 1).failed).toBe(1);
    expect(playwrightCounts(playwright, 1).failed).toBe(1);
    expect(vitestCounts(null, 0).failed).toBe(1);
    expect(playwrightCounts(null, 0).failed).toBe(1);
  });

  test("a suite in which nothing ran is a failure", () => {
    expect(vitestCounts({ ...vitest, numPassedTests: 0 }, 0).failed).toBe(1);
    expect(
      playwrightCounts({ stats: { expected: 0, unexpected: 0, flaky: 0, skipped: 9 }, errors: [] }, 0).failed,
    ).toBe(1);
  });

  test("a flaky test has failed", () => {
    expect(playwrightCounts({ ...playwright, stats: { ...playwright.stats, flaky: 1 } }, 0).failed).toBe(1);
  });

  test("failures are listed with their reasons", () => {
    const passed = { results: [{ status: "passed", errors: [] }] };
    const failed = { results: [{ status: "failed", errors: [{ message: "\u001b[31mat 360 px\u001b[39m" }] }] };
    const report = {
      errors: [{ message: "no server" }],
      suites: [
        {
          specs: [{ title: "is listed", file: "keys-list.spec.ts", line: 4, tests: [passed] }],
          suites: [{ specs: [{ title: "fits", file: "keys-list.spec.ts", line: 9, tests: [failed] }] }],
        },
      ],
    };
    expect(playwrightFailures(report)).toEqual(["no server", "keys-list.spec.ts:9 fits\nat 360 px"]);
    expect(playwrightFailures(null)).toEqual([]);
  });

  test("failures of a test and of a file that did not load are listed", () => {
    const assertionResults = [
      { status: "passed", fullName: "counts are right", failureMessages: [] },
      { status: "failed", fullName: "counts add up", failureMessages: ["\u001b[31mexpected 1\u001b[39m"] },
    ];
    const testResults = [
      { name: "counts.test.ts", message: "", assertionResults },
      { name: "broken.test.ts", message: "no such module", assertionResults: [] },
    ];
    expect(vitestFailures({ ...vitest, testResults })).toEqual([
      "counts.test.ts counts add up\nexpected 1",
      "broken.test.ts\nno such module",
    ]);
    expect(vitestFailures(null)).toEqual([]);
  });

  test("the last line", () => {
    expect(lastLine([checkCounts(0), checkCounts(0)])).toBe("2 passed, 0 failed");
    expect(lastLine([checkCounts(0), checkCounts(2), { passed: 3, failed: 1, skipped: 4 }])).toBe(
      "4 passed, 2 failed, 4 skipped",
    );
  });
});
