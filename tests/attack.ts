// `npm run test:attack`: named attacks on the production build, one line for each. `-- -g name` and Playwright's other arguments
// run some of them, and show how.
import { ProcessGroup } from "../dev/process-group";
import { attackLines, attackOutcomes, playwrightArguments } from "./support/attacks";
import { browserDatabase, runBrowserSuite } from "./support/browser-suite";
import { lastLine, playwrightFailures } from "./support/counts";
import { endOnSignal } from "./support/interrupt";
import { clearEnvironment } from "./support/test-environment";

clearEnvironment();
const processes = new ProcessGroup();
endOnSignal(processes);
const begin = Date.now();
const some = process.argv.slice(2);
let failed = 1;
try {
  console.log(`Attacking the production build on ${browserDatabase()}, about four minutes ...`);
  const args = [...playwrightArguments(), ...some];
  const { code, output, report } = await runBrowserSuite(args, processes, console.log, { show: some.length > 0 });
  const outcomes = attackOutcomes(report).filter(({ ran }) => ran || some.length === 0);
  const failures = playwrightFailures(report);
  if (failures.length > 0 || report === null)
    console.log([...failures, ...(report === null ? [output] : [])].join("\n\n"));
  for (const line of attackLines(outcomes)) console.log(line);
  const passed = outcomes.filter(({ held }) => held).length;
  // A run that failed without a failed test, outside of them all, has failed.
  failed = Math.max(outcomes.length - passed, code === 0 ? 0 : 1);
  console.log(`Everything took ${((Date.now() - begin) / 1000).toFixed(0)} s.`);
  console.log(lastLine([{ passed, failed, skipped: 0 }]));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
}
await processes.stop();
process.exit(failed > 0 ? 1 : 0);
