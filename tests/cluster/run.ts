// `npm run test:cluster`: three instances on one PostgreSQL, their clocks five minutes wrong either way, killed and restarted under load;
// then one instance with the dashboard and two with the API.
// Every call is recorded and judged: 0 wrong acceptances, 0 lost acknowledgements.
// Some scenarios only: `npm run test:cluster -- revocations oneLimit`.
import { Client } from "pg";

import type { BenchTenant } from "@/bench/fill";

import { CONTOSO } from "../../dev/microsoft/directory";
import { ProcessGroup } from "../../dev/process-group";
import { ensureBuilt } from "../../scripts/build";
import { Checks } from "../support/checks";
import { endOnSignal } from "../support/interrupt";
import { accessTokenByDeviceCode } from "../support/sign-in";
import { clearEnvironment } from "../support/test-environment";
import { startFleet } from "./fleet";
import { drainedWaits, followedFeed } from "./feed-scenarios";
import { entrances } from "./entrance-scenarios";
import { oneLimit, revocations, rotationsEnd } from "./key-scenarios";
import { roles, signOuts } from "./people-scenarios";
import { one, type Scene } from "./scene";
import { usageCounts, usageOfKilled } from "./usage-scenarios";

const MINUTES = 60_000;
const WRONG_CLOCKS = [{}, { skewMs: 5 * MINUTES }, { skewMs: -5 * MINUTES }];
const ONE_ENTRANCE_EACH = [{ serve: "dashboard" }, { serve: "api" }, { serve: "api" }] as const;

clearEnvironment();
const processes = new ProcessGroup();
endOnSignal(processes);
const checks = new Checks();
const wanted = process.argv.slice(2);

/** Starts a fleet with these settings, runs the scenarios and ends it. */
async function withFleet(
  plans: Parameters<typeof startFleet>[0],
  limit: string,
  all: readonly ((scene: Scene) => Promise<void>)[],
): Promise<void> {
  const scenarios = all.filter(({ name }) => wanted.length === 0 || wanted.includes(name));
  if (scenarios.length === 0) return;
  const own = new ProcessGroup();
  processes.add(() => own.stop());
  try {
    console.log(`Starting PostgreSQL and ${String(plans.length)} instances ...`);
    const fleet = await startFleet(plans, { RATE_LIMIT_PER_MINUTE: limit, NEO_ENVIRONMENT: "bench" }, own);
    // This process changes roles with the application's own service, as one more instance.
    Object.assign(process.env, fleet.settings);
    const db = new Client({ connectionString: fleet.databaseUrl });
    await db.connect();
    own.add(() => db.end());
    const contoso = await one<BenchTenant>(
      db,
      `select t.id as "tenantId", m.id as "memberId" from tenants t join members m on m.tenant_id = t.id
       where t.entra_tenant_id = $1 and m.name = 'Contoso Admin'`,
      [CONTOSO.id],
    );
    const admin = await accessTokenByDeviceCode(fleet.standInUrl, "Contoso Admin");
    for (const scenario of scenarios) {
      await checks.part(scenario.name, () => scenario({ checks, fleet, db, contoso, admin }));
    }
  } finally {
    await own.stop();
  }
}

await checks.run(processes, async () => {
  await ensureBuilt({ log: console.log, onChild: (child) => processes.add(() => child.stop()) });
  await withFleet(WRONG_CLOCKS, "1000000000", [
    rotationsEnd,
    roles,
    signOuts,
    followedFeed,
    drainedWaits,
    revocations,
    usageOfKilled,
    usageCounts,
  ]);
  await withFleet(WRONG_CLOCKS, "1200", [oneLimit]);
  await withFleet(ONE_ENTRANCE_EACH, "1000000000", [entrances]);
});
