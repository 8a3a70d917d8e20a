import path from "node:path";

import { type KeptDatabase, startEmbedded } from "../database/embedded";
import { pause } from "./ask";
import { KeyLives } from "./key-lives";
import { anyOf, BOUND_MS, explained, reportAnswers, reportLedger, RESUME_MS, type Scene } from "./scene";
import type { Report } from "./report";
import type { SmallDisk } from "./small-disk";

const FULL_MS = 8_000;

/** Opens the data a second time while it is open. */
export async function runSecondStart(report: Report, folder: string): Promise<void> {
  const from = performance.now();
  const refused = await startEmbedded({ dataDir: path.join(folder, "database") }).then(
    async (second) => {
      await second.stop();
      return false;
    },
    () => true,
  );
  report.expect("embedded database: a second start on the same data is refused", refused, {
    ms: Math.round(performance.now() - from),
  });
}

/** Fills the disk under the embedded database while keys are made, rotated and revoked, and gives it space again. */
export async function runFullDisk(scene: Scene, disk: SmallDisk, database: KeptDatabase): Promise<void> {
  const { report, fleet, admin } = scene;
  const lives = new KeyLives(() => anyOf(fleet.instances).url, admin);
  const stop = lives.begin(4);
  const acknowledged = async (more: number, withinMs: number) => {
    const wanted = lives.acknowledged + more;
    const from = performance.now();
    while (lives.acknowledged < wanted && performance.now() - from < withinMs) await pause(10);
    return lives.acknowledged < wanted ? Infinity : performance.now() - from;
  };
  await acknowledged(20, RESUME_MS);
  disk.fill(database.child);
  const refused = () => lives.answers.filter(({ status }) => status === 503).length;
  const from = performance.now();
  while (performance.now() - from < FULL_MS * 3 && refused() < 20) await pause(50);
  await pause(FULL_MS - Math.min(FULL_MS, performance.now() - from));
  const refusals = refused();
  disk.free();
  const ms = await acknowledged(20, RESUME_MS * 2);
  await stop();
  report.expect(
    `disk full (${disk.how}): changes are refused with 503`,
    refusals >= 5 && lives.unexpected.length === 0,
    {
      "503": refusals,
      "unexpected answers": lives.unexpected.length,
    },
    explained(fleet, lives.unexpected),
  );
  reportAnswers(report, "disk full", lives.answers, BOUND_MS);
  report.expect("disk full: all is well again by itself once there is space", ms <= RESUME_MS, { ms: Math.round(ms) });
  await reportLedger(scene, lives, "disk full");
}
