import path from "node:path";

import { type KeptDatabase, startEmbedded } from "../../dev/database/embedded";
import { pause } from "./ask";
import { KeyLives } from "./key-lives";
import { anyOf, BOUND_MS, explained, query, reportAnswers, reportLedger, RESUME_MS, type Scene } from "./scene";
import type { Checks } from "../support/checks";
import type { SmallDisk } from "./small-disk";

const FULL_MS = 8_000;

/** Opens the data a second time while it is open. */
export async function runSecondStart(checks: Checks, folder: string): Promise<void> {
  const from = performance.now();
  const refused = await startEmbedded({ dataDir: path.join(folder, "database") }).then(
    async (second) => {
      await second.stop();
      return false;
    },
    () => true,
  );
  checks.expect("embedded database: a second start on the same data is refused", refused, {
    ms: Math.round(performance.now() - from),
  });
}

/** A state of a nearly full disk. */
interface Fullness {
  readonly name: string;
  /** Free bytes. */
  readonly left: number;
  /** Whether the write-ahead log is forced to need a new file, which panics the database. */
  readonly log: boolean;
}

/** Neither has room for a file of the write-ahead log, which is 16 MB. */
export const FULL: readonly Fullness[] = [
  { name: "disk full", left: 400_000, log: false },
  { name: "disk full under the write-ahead log", left: 6_000_000, log: true },
];

/** Fills the embedded database's disk while keys are created, rotated and revoked, and then frees space. */
export async function runFullDisk(
  scene: Scene,
  disk: SmallDisk,
  database: KeptDatabase,
  { name, left, log }: Fullness,
): Promise<void> {
  const { checks, fleet, admin, databaseUrl } = scene;
  const lives = new KeyLives(() => anyOf(fleet.instances).url, admin);
  const stop = lives.begin(4);
  const acknowledged = async (more: number, withinMs: number) => {
    const wanted = lives.acknowledged + more;
    const from = performance.now();
    while (lives.acknowledged < wanted && performance.now() - from < withinMs) await pause(10);
    return lives.acknowledged < wanted ? Infinity : performance.now() - from;
  };
  await acknowledged(20, RESUME_MS);
  const { pid } = database.child.process;
  const refused = () => lives.answers.filter(({ status }) => status === 503).length;
  disk.fill(database.child, left);
  const from = performance.now();
  while (performance.now() - from < FULL_MS * 2 && refused() < 20) {
    // First uses up the files that the log has preallocated.
    if (log) await query(databaseUrl, "select pg_switch_wal()").catch(() => undefined);
    await pause(50);
  }
  await pause(FULL_MS - Math.min(FULL_MS, performance.now() - from));
  const refusals = refused();
  disk.free();
  const ms = await acknowledged(20, RESUME_MS * 2);
  await stop();
  checks.expect(
    `${name} (${disk.how}): changes are refused with 503`,
    refusals >= 5 && lives.unexpected.length === 0,
    { "503": refusals, "unexpected answers": lives.unexpected.length },
    explained(fleet, lives.unexpected),
  );
  reportAnswers(checks, name, lives.answers, BOUND_MS);
  checks.expect(`${name}: recovers on its own once there is space`, ms <= RESUME_MS, {
    ms: Math.round(ms),
    "process ended": database.child.process.pid === pid ? "no" : "yes",
  });
  await reportLedger(scene, lives, name);
}
