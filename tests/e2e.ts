// `npm run test:e2e -- [Playwright's arguments]`
import { ProcessGroup } from "../dev/process-group";
import { runBrowserSuite } from "./support/browser-suite";
import { endOnSignal } from "./support/interrupt";
import { clearEnvironment } from "./support/test-environment";

clearEnvironment();
const processes = new ProcessGroup();
endOnSignal(processes);
try {
  const { code } = await runBrowserSuite(process.argv.slice(2), processes, console.log);
  process.exitCode = code;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
await processes.stop();
process.exit();
