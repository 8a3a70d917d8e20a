// `npm run test:faults`: stops, pauses, kills and disconnects PostgreSQL, kills the embedded database and fills its disk, and
// kills and stops instances, all while keys are created, rotated and revoked. Then compares the acknowledged changes with the
// stored ones. To run only parts: `npm run test:faults -- outages kills embedded disk`.
import path from "node:path";

import { ensureBuilt } from "../../scripts/build";
import { type Fleet, startFleet } from "../cluster/fleet";
import { type PostgresServer, startPostgres } from "../support/postgres-server";
import { keepEmbedded } from "../../dev/database/embedded";
import { runDrain } from "./drain";
import { FULL, runFullDisk, runSecondStart } from "./embedded";
import { KeyLives, makeKey, shownKey } from "./key-lives";
import { runEmbeddedKills, runKills } from "./kills";
import { runOutages } from "./outages";
import { Probes } from "./probes";
import { reportLedger, type Scene } from "./scene";
import { smallDisk } from "./small-disk";
import { ProcessGroup } from "../../dev/process-group";
import { DatabaseWire } from "../support/database-wire";
import { Checks } from "../support/checks";
import { endOnSignal } from "../support/interrupt";
import { accessTokenByDeviceCode, signInByForms } from "../support/sign-in";
import { clearEnvironment } from "../support/test-environment";

const APP_KILLS = 60;
const POSTGRES_KILLS = 168;
const EMBEDDED_KILLS = 16;
/** No call may hit the rate limit. */
const NO_LIMIT = { RATE_LIMIT_PER_MINUTE: "1000000000" };

clearEnvironment();
const processes = new ProcessGroup();
endOnSignal(processes);
const checks = new Checks();
const wanted = process.argv.slice(2);
const isWanted = (part: string) => wanted.length === 0 || wanted.includes(part);
const began = performance.now();

/** Runs a part and stops what it started. */
async function part(name: string, run: (own: ProcessGroup) => Promise<void>): Promise<void> {
  if (!isWanted(name)) return;
  const own = new ProcessGroup();
  processes.add(() => own.stop());
  console.log(`${name}, after ${String(Math.round((performance.now() - began) / 1000))} seconds`);
  try {
    await checks.part(name, () => run(own));
  } finally {
    await own.stop();
  }
}

async function sceneOf(fleet: Fleet, databaseUrl: string): Promise<Scene> {
  return { checks, fleet, databaseUrl, admin: await accessTokenByDeviceCode(fleet.standInUrl, "Contoso Admin") };
}

async function lastingCluster(own: ProcessGroup): Promise<PostgresServer> {
  const cluster = await startPostgres({ lasting: true });
  own.add(() => cluster.stop());
  return cluster;
}

/** An instance on an embedded database. @param meanwhile runs once the database is open, while the rest starts */
async function embeddedScene(
  own: ProcessGroup,
  meanwhile: (folder: string) => Promise<void> = () => Promise.resolve(),
) {
  const disk = smallDisk();
  own.add(() => Promise.resolve(disk.remove()));
  const database = await keepEmbedded({ dataDir: path.join(disk.folder, "database"), log: () => undefined });
  own.add(() => database.stop());
  const second = meanwhile(disk.folder);
  const fleet = await startFleet([{}], NO_LIMIT, own, database.url);
  return { scene: await sceneOf(fleet, database.url), database, disk, second };
}

await checks.run(processes, async () => {
  await ensureBuilt({ log: console.log, onChild: (child) => processes.add(() => child.stop()) });
  await part("outages", async (own) => {
    const cluster = await lastingCluster(own);
    const wire = new DatabaseWire(cluster.url);
    await wire.mend();
    own.add(() => wire.cut());
    const fleet = await startFleet([{}], { ...NO_LIMIT, DATABASE_URL: wire.url }, own, cluster.url);
    const scene = await sceneOf(fleet, cluster.url);
    const lives = new KeyLives(() => fleet.url, scene.admin);
    const key = shownKey(await makeKey(fleet.url, scene.admin, "Asks while things fail"));
    const jar = await signInByForms(fleet.url, fleet.standInUrl, "Contoso Admin");
    await runOutages({ ...scene, cluster, wire, lives, probes: new Probes(fleet.url, key, jar.header) });
    await reportLedger(scene, lives, "outages");
    await runDrain(scene);
  });
  await part("kills", async (own) => {
    const cluster = await lastingCluster(own);
    const fleet = await startFleet([{}, {}, {}], NO_LIMIT, own, cluster.url);
    await runKills({ ...(await sceneOf(fleet, cluster.url)), cluster }, APP_KILLS, POSTGRES_KILLS);
  });
  await part("embedded", async (own) => {
    const { scene, database, second } = await embeddedScene(own, (folder) => runSecondStart(checks, folder));
    await second;
    await runEmbeddedKills(scene, database, EMBEDDED_KILLS);
  });
  await part("disk", async (own) => {
    const { scene, database, disk } = await embeddedScene(own);
    for (const fullness of FULL) await runFullDisk(scene, disk, database, fullness);
  });
});
