// `npm run test:standalone`: builds the standalone folder as the Dockerfile does, without a container engine, and runs it from an empty
// folder as compose.yaml would: migrations, start, sign-in, calls, SIGTERM; then an upgrade under load, another NEXTAUTH_SECRET, and a
// backup restored into a new PostgreSQL. NEO_STANDALONE_BUILD names a folder to build in and to keep for the next run.
import { chmodSync, cpSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";

import { fingerprint } from "../../dev/fingerprint";
import { ProcessGroup } from "../../dev/process-group";
import { ROOT } from "../../dev/root";
import { Checks } from "../support/checks";
import { endOnSignal } from "../support/interrupt";
import { clearEnvironment } from "../support/test-environment";
import { checkMigrations, checkRefusedSettings } from "./boot-checks";
import { buildStandalone } from "./build";
import { contentsOf } from "./inspect";
import { checkAnotherSecret, checkBackup, checkUpgrade } from "./lifecycle-checks";
import { setScene } from "./scene";
import { StandaloneFolder } from "./standalone-folder";
import { checkDrain, checkSignInAndCalls } from "./traffic-checks";

clearEnvironment();
const processes = new ProcessGroup();
endOnSignal(processes);
const checks = new Checks();
const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;

function checkContents({ folder, readOnly }: StandaloneFolder): void {
  const { foreign, development, withoutNotice, writable, bytes } = contentsOf(
    folder,
    path.join(ROOT, "package-lock.json"),
  );
  const sizes = Object.entries(bytes).map(([name, size]) => [name, megabytes(size)] as const);
  checks.expect(
    "the folder has no settings, no tests, nothing of dev/, scripts/ or tests/, no stand-in, no demo, no embedded database",
    foreign.length === 0,
    { all: megabytes(Object.values(bytes).reduce((sum, size) => sum + size, 0)), ...Object.fromEntries(sizes) },
    foreign,
  );
  checks.expect("it has no package for building, testing or development", development.length === 0, {}, development);
  checks.expect(
    "it has the licences of all its packages",
    withoutNotice.length === 0,
    { missing: withoutNotice.length },
    withoutNotice,
  );
  checks.expect(
    "the user who runs it can change nothing in it",
    writable.length === 0,
    { mounted: readOnly ? "read-only" : "as it is" },
    writable,
  );
}

const scratch = mkdtempSync(path.join(os.tmpdir(), "neo-standalone-"));
// Other users pass through and list nothing.
chmodSync(scratch, 0o711);
processes.add(() => {
  rmSync(scratch, { recursive: true, force: true, maxRetries: 5 });
  return Promise.resolve();
});
await checks.run(processes, async () => {
  const buildFolder = process.env.NEO_STANDALONE_BUILD ?? path.join(scratch, "build");
  const kept = path.join(buildFolder, "source", ".next", "standalone");
  const built = existsSync(path.join(kept, "bin")) ? kept : await buildStandalone(buildFolder, processes);
  const app = path.join(scratch, "app");
  cpSync(built, app, { recursive: true, verbatimSymlinks: true });
  const release = new StandaloneFolder(app, scratch, processes);
  checkContents(release);
  const whole = fingerprint(app, ["."]);
  const scene = await setScene(checks, processes, release, scratch);
  await checks.part("start with wrong settings", () => checkRefusedSettings(scene));
  await checks.part("migrations", () => checkMigrations(scene));
  const guests = await checks.part("sign-in and calls", () => checkSignInAndCalls(scene));
  if (guests) {
    await checks.part("SIGTERM", () => checkDrain(scene, guests));
    await checks.part("an upgrade", () => checkUpgrade(scene, guests));
    await checks.part("another NEXTAUTH_SECRET", () => checkAnotherSecret(scene, guests));
    await checks.part("backup and restore", () => checkBackup(scene, guests));
  }
  checks.expect("running it has changed none of its files", fingerprint(app, ["."]) === whole);
});
