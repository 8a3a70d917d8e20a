// `npm run test:clients`: generates clients from the OpenAPI document, compiles them, and calls every operation with them.
import { Started } from "../dev/stack";
import { Checks } from "./support/checks";
import { runClientSuite } from "./support/client-suite";
import { endOnSignal } from "./support/interrupt";
import { leaveSettingsBehind } from "./support/test-environment";

leaveSettingsBehind();
const started = new Started();
endOnSignal(started);
const checks = new Checks();
await checks.run(started, async () => {
  const skipped = await runClientSuite(checks, started, console.log);
  if (skipped !== null) console.log(`Skipped: ${skipped}.`);
});
