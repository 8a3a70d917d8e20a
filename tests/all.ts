// `npm test`: every check and every suite, then one line with the sum.
import { mkdirSync, rmSync } from "node:fs";
import path from "node:path";

import { ensureBuilt } from "../scripts/build";
import { findPostgres } from "./support/postgres-server";
import { readIfPresent } from "../dev/read-if-present";
import { ROOT } from "../dev/root";
import { ProcessGroup } from "../dev/process-group";
import { browserDatabase, runBrowserSuite } from "./support/browser-suite";
import { Checks } from "./support/checks";
import { findOrInstallChromium } from "./support/chromium";
import { runClientSuite } from "./support/client-suite";
import {
  checkCounts,
  type Counts,
  lastLine,
  playwrightCounts,
  playwrightFailures,
  vitestCounts,
  vitestFailures,
} from "./support/counts";
import { endOnSignal } from "./support/interrupt";
import { clearEnvironment } from "./support/test-environment";
import { runTool } from "./support/tool";

const OUTPUT = path.join(ROOT, ".test-output");
const FAILED: Counts = { passed: 0, failed: 1, skipped: 0 };

clearEnvironment();
const processes = new ProcessGroup();
endOnSignal(processes);
const results: Counts[] = [];
/** What failed and why, repeated at the end so that a truncated log still shows it. */
const failures: string[] = [];

interface StepResult {
  counts: Counts;
  output: string;
  /** What failed and why, where the output says more than that. */
  failed?: readonly string[];
}

/** Runs one step and prints its result and duration; an exception counts as a failure. */
async function step(name: string, work: () => Promise<StepResult>): Promise<void> {
  const begin = Date.now();
  console.log(`${name} ...`);
  const {
    counts,
    output,
    failed = [],
  } = await work().catch((error: unknown): StepResult => {
    return { counts: FAILED, output: error instanceof Error ? error.message : String(error) };
  });
  results.push(counts);
  if (counts.failed > 0) {
    console.log(output.trimEnd());
    const why = failed.length > 0 ? failed : [output.trimEnd().split("\n").slice(-25).join("\n")];
    failures.push(...why.map((text) => `✗ ${name}: ${text}`));
  }
  console.log(
    `${counts.failed > 0 ? "✗" : "✓"} ${name}: ${lastLine([counts])} (${((Date.now() - begin) / 1000).toFixed(1)} s)`,
  );
}

/** A step of programs that must all exit with 0. */
function check(name: string, programs: [script: string, ...args: string[]][]): Promise<void> {
  return step(name, async () => {
    for (const [script, ...args] of programs) {
      const { code, output } = await runTool(processes, script, args);
      if (code !== 0) return { counts: checkCounts(code), output };
    }
    return { counts: checkCounts(0), output: "" };
  });
}

function vitest(name: string, project: string, database?: string): Promise<void> {
  return step(name, async () => {
    const file = path.join(OUTPUT, `${project}-${database ?? "none"}.json`);
    rmSync(file, { force: true });
    const args = ["run", "--project", project, "--reporter=dot", "--reporter=json", `--outputFile.json=${file}`];
    const { code, output } = await runTool(processes, "vitest/vitest.mjs", args, {
      env: { NODE_ENV: "test", ...(database ? { NEO_TEST_DATABASE: database } : {}) },
    });
    const report = readReport(file);
    return { counts: vitestCounts(report, code), output, failed: vitestFailures(report) };
  });
}

function readReport(file: string): unknown {
  return JSON.parse(readIfPresent(file) ?? "null");
}

/** The real PostgreSQL that integration tests can use here, with words for the report. */
function realDatabase(): { kind: string; words: string } | null {
  if (process.env.TEST_DATABASE_URL) return { kind: "url", words: "on the PostgreSQL of TEST_DATABASE_URL" };
  const folder = findPostgres();
  return folder ? { kind: "postgres", words: `on a throw-away PostgreSQL from ${folder}` } : null;
}

mkdirSync(OUTPUT, { recursive: true });
const begin = Date.now();

await step("Chromium", () => {
  const program = findOrInstallChromium(console.log);
  return Promise.resolve({ counts: checkCounts(0), output: program });
});
await Promise.all([
  (async () => {
    await check("Lint", [["eslint/bin/eslint.js", ".", "--max-warnings", "0"], ["knip/bin/knip.js"]]);
    await check("Format", [["prettier/bin/prettier.cjs", "--check", "--log-level", "warn", "."]]);
  })(),
  (async () => {
    await check("Types", [
      ["next/dist/bin/next", "typegen"],
      ["typescript/bin/tsc", "--noEmit"],
    ]);
    await check("Schema and migrations agree", [["tsx/dist/cli.mjs", "scripts/diff.ts", "--check"]]);
  })(),
]);
await vitest("Unit tests", "unit");
await vitest("Integration tests on the embedded database", "integration", "embedded");
const real = realDatabase();
if (real) await vitest(`Integration tests ${real.words}`, "integration", real.kind);
await step("Production build", async () => {
  await ensureBuilt({ log: console.log, onChild: (child) => processes.add(() => child.stop()) });
  return { counts: checkCounts(0), output: "" };
});
await step("Generated clients", async () => {
  const checks = new Checks();
  const skipped = await runClientSuite(checks, processes, console.log);
  if (skipped !== null) console.log(`Skipped: ${skipped}.`);
  const { passed, failed } = checks;
  return { counts: { passed, failed, skipped: skipped === null ? 0 : 1 }, output: "" };
});
await vitest("npm start, from the outside", "start");
/** A part of the browser tests, on an application and a database of its own. */
const browserTests = (shard: string) =>
  step(`Browser tests on ${browserDatabase()}, ${shard}`, async () => {
    const { code, report } = await runBrowserSuite([], processes, console.log, { shard });
    const failed = playwrightFailures(report);
    return { counts: playwrightCounts(report, code), output: failed.join("\n\n"), failed };
  });
// Two at a time, of parts that differ in length.
const parts = ["1/4", "2/4", "3/4", "4/4"].values();
await Promise.all(
  [1, 2].map(async () => {
    for (const part of parts) await browserTests(part);
  }),
);

await processes.stop();
for (const failure of failures) console.log(failure);
console.log(
  real
    ? `Integration tests ran on the embedded database and ${real.words}.`
    : "Integration tests ran on the embedded database only: no TEST_DATABASE_URL, and initdb and postgres are not installed.",
);
console.log(`Everything took ${((Date.now() - begin) / 1000).toFixed(0)} s.`);
console.log(lastLine(results));
process.exit(results.some((counts) => counts.failed > 0) ? 1 : 0);
