import { stripVTControlCharacters } from "node:util";

/** A suite's result. */
export interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

interface VitestReport {
  success: boolean;
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests: number;
  testResults?: {
    name: string;
    message?: string;
    assertionResults: { status: string; fullName: string; failureMessages?: string[] | null }[];
  }[];
}

/** The beginning of an error's text, without colours. */
const beginning = (text: string) => stripVTControlCharacters(text).split("\n").slice(0, 25).join("\n");

interface PlaywrightReport {
  stats: { expected: number; unexpected: number; flaky: number; skipped: number };
  errors: unknown[];
}

/**
 * Counts of a suite that ended with `code`. A suite that failed without a failed test (it did not start, a file failed to
 * load, an error outside of any test) counts as one failure; so does one in which nothing ran.
 */
function honest(counts: Counts, code: number): Counts {
  if (counts.failed === 0 && (code !== 0 || counts.passed === 0)) return { ...counts, failed: 1 };
  return counts;
}

/**
 * @param report Vitest's JSON report, or null when it wrote none
 * @param code Vitest's exit code
 */
export function vitestCounts(report: unknown, code: number): Counts {
  if (report === null) return { passed: 0, failed: 1, skipped: 0 };
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests } = report as VitestReport;
  return honest({ passed: numPassedTests, failed: numFailedTests, skipped: numPendingTests + numTodoTests }, code);
}

/**
 * The failed tests and why.
 * @param report Vitest's JSON report, or null when it wrote none
 */
export function vitestFailures(report: unknown): string[] {
  const { testResults = [] } = (report ?? {}) as Partial<VitestReport>;
  return testResults.flatMap(({ name, message, assertionResults }) => [
    ...(message ? [`${name}\n${beginning(message)}`] : []),
    ...assertionResults
      .filter(({ status }) => status === "failed")
      .map(({ fullName, failureMessages }) =>
        [`${name} ${fullName}`, ...(failureMessages ?? []).map(beginning)].join("\n"),
      ),
  ]);
}

/**
 * @param report Playwright's JSON report, or null when it wrote none
 * @param code Playwright's exit code
 */
export function playwrightCounts(report: unknown, code: number): Counts {
  if (report === null) return { passed: 0, failed: 1, skipped: 0 };
  const { stats } = report as PlaywrightReport;
  // A test that passes only on retry has failed once.
  return honest({ passed: stats.expected, failed: stats.unexpected + stats.flaky, skipped: stats.skipped }, code);
}

interface PlaywrightSuite {
  suites?: PlaywrightSuite[];
  specs?: {
    title: string;
    file: string;
    line: number;
    tests: { results: { errors: { message?: string }[] }[] }[];
  }[];
}

/**
 * The failed tests and why.
 * @param report Playwright's JSON report, or null when it wrote none
 */
export function playwrightFailures(report: unknown): string[] {
  if (report === null) return [];
  const { suites = [], errors } = report as { suites?: PlaywrightSuite[]; errors: { message?: string }[] };
  const words = (list: { message?: string }[]) => list.map(({ message = "no message" }) => beginning(message));
  const within = ({ suites: inner = [], specs = [] }: PlaywrightSuite): string[] => [
    ...specs.flatMap(({ title, file, line, tests }) =>
      tests
        .flatMap((test) => test.results)
        .filter(({ errors: own }) => own.length > 0)
        .map(({ errors: own }) => [`${file}:${String(line)} ${title}`, ...words(own)].join("\n")),
    ),
    ...inner.flatMap(within),
  ];
  return [...words(errors), ...suites.flatMap(within)];
}

/** One check without tests of its own. */
export function checkCounts(code: number): Counts {
  return code === 0 ? { passed: 1, failed: 0, skipped: 0 } : { passed: 0, failed: 1, skipped: 0 };
}

/** The last line of `npm test`. */
export function lastLine(all: readonly Counts[]): string {
  const sum = (key: keyof Counts) => all.reduce((total, counts) => total + counts[key], 0);
  const skipped = sum("skipped");
  return `${sum("passed")} passed, ${sum("failed")} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}
