import { writeFileSync } from "node:fs";
import path from "node:path";

import { fingerprint } from "../fingerprint";
import { readIfPresent } from "../read-if-present";
import { ROOT } from "../root";

/** The steps that prepare a database, with the files each depends on. */
const INPUTS = {
  migrated: ["prisma/migrations"],
  seeded: ["prisma/seed.ts", "prisma/seed-agents.ts", "dev/microsoft/directory.ts"],
} as const;
export type Step = keyof typeof INPUTS;

/** Whether the data folder has a stamp of this step with the same inputs. */
export function isDone(step: Step, dataDir: string): boolean {
  return readIfPresent(path.join(dataDir, step)) === fingerprint(ROOT, INPUTS[step]);
}

/** Leaves the stamp of a step. */
export function markDone(step: Step, dataDir: string): void {
  writeFileSync(path.join(dataDir, step), fingerprint(ROOT, INPUTS[step]));
}
