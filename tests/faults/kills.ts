import type { Fleet, Instance } from "../cluster/fleet";
import { Recorder } from "../cluster/recorder";
import type { PostgresServer } from "../support/postgres-server";
import { pause } from "./ask";
import { KeyLives } from "./key-lives";
import { everyProcess, isBackend, postmaster, serverProcesses, signal } from "./postgres";
import { anyOf, BOUND_MS, explained, reportAnswers, reportLedger, type Scene } from "./scene";

/** The kills of a run. */
interface Kills {
  readonly what: Record<string, number>;
  /** Kills while a change of each kind was in flight. */
  readonly during: { create: number; rotate: number; revoke: number };
}

const newKills = (): Kills => ({ what: {}, during: { create: 0, rotate: 0, revoke: 0 } });

/** Number of changes that must be acknowledged before the next kill. */
const PROGRESS = 4;
const PROGRESS_TIMEOUT_MS = 60_000;

/** Minimum number of killed instances and PostgreSQL processes in a run. */
const LEAST_KILLS = 200;

function note(kills: Kills, what: string, lives: KeyLives): void {
  kills.what[what] = (kills.what[what] ?? 0) + 1;
  const waiting = lives.underWay;
  for (const kind of ["create", "rotate", "revoke"] as const) if (waiting[kind] > 0) kills.during[kind]++;
}

/** Waits until this many more changes were acknowledged, and then for a random time. */
async function goneOn(lives: KeyLives, more = PROGRESS): Promise<void> {
  const wanted = lives.acknowledged + more;
  const deadline = performance.now() + PROGRESS_TIMEOUT_MS;
  while (lives.acknowledged < wanted) {
    if (performance.now() > deadline) throw new Error("no change was acknowledged for a minute after a kill");
    await pause(5);
  }
  await pause(Math.random() * 60);
}

async function killInstances(
  instances: readonly Instance[],
  times: number,
  lives: KeyLives,
  kills: Kills,
): Promise<void> {
  for (let n = 0; n < times; n++) {
    await goneOn(lives);
    const instance = instances[n % instances.length];
    note(kills, "app", lives);
    await instance?.kill();
    await instance?.start();
  }
}

/** Kills a connection's process, another server process, the postmaster, or all of them; PostgreSQL recovers each time. */
async function killPostgres(cluster: PostgresServer, times: number, lives: KeyLives, kills: Kills): Promise<void> {
  for (let n = 0; n < times; n++) {
    await goneOn(lives);
    const first = postmaster(cluster.dataDir);
    const processes = serverProcesses(first);
    const some = processes.filter((each) => isBackend(each) === (n % 4 !== 3));
    if (n % 4 < 2 || n % 4 === 3) {
      const victim = some[Math.floor(Math.random() * some.length)];
      if (!victim) continue;
      note(kills, n % 4 === 3 ? "PostgreSQL's own" : "backend", lives);
      signal([victim.pid], "SIGKILL");
    } else {
      const all = n % 8 === 2;
      note(kills, all ? "all of PostgreSQL" : "postmaster", lives);
      signal(all ? everyProcess(cluster.dataDir) : [first], "SIGKILL");
      await cluster.start();
    }
  }
}

/** Calls every instance with keys whose revocation was acknowledged, and with valid ones. */
async function reportKeys({ checks, fleet }: Scene, lives: KeyLives, what: string): Promise<void> {
  const recorder = new Recorder(fleet.instances);
  const [revoked, alive] = [true, false].map((wanted) =>
    [...lives.shown].filter(([id]) => lives.revoked.has(id) === wanted).slice(0, 100),
  );
  let [wrong, asked] = [0, 0];
  for (const [keys, status] of [
    [revoked ?? [], 401],
    [alive ?? [], 200],
  ] as const)
    for (const [id, key] of keys) {
      asked++;
      // An unacknowledged revocation may have been committed.
      const uncertain = lives.attempts.some(({ kind, subject }) => kind === "revoke" && subject === id);
      const got = await recorder.call(id, "/public-api/me", { authorization: `Bearer ${key}` });
      if (got !== status && !(status === 200 && uncertain && got === 401)) wrong++;
    }
  checks.expect(
    `${what}: issued keys are accepted unless revoked, and revoked ones are refused`,
    wrong === 0 && asked > 20,
    {
      asked,
      wrong,
    },
  );
}

function reportKills(
  { checks, fleet }: Scene,
  { what, during }: Kills,
  least: Record<string, number>,
  leastInAll: number,
  lives: KeyLives,
): void {
  const total = Object.values(what).reduce((sum, n) => sum + n, 0);
  const enough = total >= leastInAll && Object.entries(least).every(([name, count]) => (what[name] ?? 0) >= count);
  checks.expect(
    `killed ${total} times, each kind of change waiting for its answer`,
    enough && Math.min(during.create, during.rotate, during.revoke) > total / 10 && lives.unexpected.length === 0,
    {
      ...what,
      "while one was created": during.create,
      rotated: during.rotate,
      revoked: during.revoke,
      "unexpected answers": lives.unexpected.length,
    },
    explained(fleet, lives.unexpected),
  );
}

/** Repeatedly kills instances and PostgreSQL while keys are created, rotated and revoked through the API. */
export async function runKills(
  scene: Scene & { cluster: PostgresServer },
  instances: number,
  postgres: number,
): Promise<void> {
  const { fleet, cluster, checks, admin } = scene;
  const lives = new KeyLives(() => anyOf(fleet.instances).url, admin);
  const kills = newKills();
  const stop = lives.begin(8);
  await Promise.all([
    killInstances(fleet.instances, instances, lives, kills),
    killPostgres(cluster, postgres, lives, kills),
  ]);
  await goneOn(lives);
  await stop();
  reportKills(scene, kills, { app: instances, backend: postgres / 4, postmaster: postgres / 16 }, LEAST_KILLS, lives);
  reportAnswers(checks, "SIGKILL", lives.answers, BOUND_MS);
  await reportLedger(scene, lives, "SIGKILL");
  await reportKeys(scene, lives, "SIGKILL");
}

/** Kills the embedded database's process, which its starter restarts. */
export async function runEmbeddedKills(
  scene: Scene & { fleet: Fleet },
  database: { readonly child: { readonly process: { kill(signal: "SIGKILL"): boolean } } },
  times: number,
): Promise<void> {
  const { fleet, checks, admin } = scene;
  const lives = new KeyLives(() => anyOf(fleet.instances).url, admin);
  const kills = newKills();
  const stop = lives.begin(6);
  for (let n = 0; n < times; n++) {
    await goneOn(lives);
    note(kills, "embedded database", lives);
    database.child.process.kill("SIGKILL");
  }
  await goneOn(lives);
  await stop();
  reportKills(scene, kills, { "embedded database": times }, times, lives);
  reportAnswers(checks, "SIGKILL of the embedded database", lives.answers, BOUND_MS);
  await reportLedger(scene, lives, "SIGKILL of the embedded database");
  await reportKeys(scene, lives, "SIGKILL of the embedded database");
}
