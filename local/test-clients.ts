// `npm run test:clients`: generates clients from the OpenAPI document, compiles them, and calls every operation with them.
import { Started } from "./stack";
import { Checks } from "./testing/checks";
import { runClientSuite } from "./testing/client-suite";
import { endOnSignal } from "./testing/interrupt";
import { leaveSettingsBehind } from "./testing/test-environment";

leaveSettingsBehind();
const started = new Started();
endOnSignal(started);
const checks = new Checks();
await checks.run(started, async () => {
  const skipped = await runClientSuite(checks, started, console.log);
  if (skipped !== null) console.log(`Skipped: ${skipped}.`);
});
