// `npm run test:clients`: generates clients from the OpenAPI document, compiles them, and calls every operation with them.
import { ProcessGroup } from "../dev/process-group";
import { Checks } from "./support/checks";
import { runClientSuite } from "./support/client-suite";
import { endOnSignal } from "./support/interrupt";
import { clearEnvironment } from "./support/test-environment";

clearEnvironment();
const processes = new ProcessGroup();
endOnSignal(processes);
const checks = new Checks();
await checks.run(processes, async () => {
  const skipped = await runClientSuite(checks, processes, console.log);
  if (skipped !== null) console.log(`Skipped: ${skipped}.`);
});
