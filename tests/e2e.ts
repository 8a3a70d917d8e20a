// `npm run test:e2e -- [Playwright's arguments]`
import { Started } from "../dev/stack";
import { runBrowserSuite } from "./support/browser-suite";
import { endOnSignal } from "./support/interrupt";
import { leaveSettingsBehind } from "./support/test-environment";

leaveSettingsBehind();
const started = new Started();
endOnSignal(started);
try {
  const { code } = await runBrowserSuite(process.argv.slice(2), started, console.log);
  process.exitCode = code;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
await started.stop();
process.exit();
