import { Client } from "pg";

import type { PostgresServer } from "../support/postgres-server";
import type { DatabaseWire } from "../support/database-wire";
import { type Answer, pause } from "./ask";
import type { KeyLives } from "./key-lives";
import { everyProcess, postmaster, signal } from "./postgres";
import { type Endpoint, ENDPOINTS, type Probe, type Probes } from "./probes";
import { BOUND_MS, explained, KEY_BOUND_MS, query, reportAnswers, RESUME_MS, type Scene } from "./scene";

/** A fault that begins, lasts and ends. */
interface Outage {
  readonly name: string;
  begin(): Promise<void>;
  end(): Promise<void>;
  readonly lastsMs: number;
  /** Endpoints that refuse every request during the outage. */
  readonly closes: readonly Endpoint[];
  /** Endpoints that work normally. The others may do either. */
  readonly leavesOpen: readonly Endpoint[];
}

const NEEDS_DATABASE: readonly Endpoint[] = ["key", "list", "page", "ready"];

/** The scene of an outage, with an instance that reaches PostgreSQL through a wire, probes, and key changes. */
export interface OutageScene extends Scene {
  readonly cluster: PostgresServer;
  readonly wire: DatabaseWire;
  readonly probes: Probes;
  readonly lives: KeyLives;
}

/** Outages of the server's processes. */
function serverOutages({ cluster, databaseUrl }: OutageScene): Outage[] {
  let paused: number[] = [];
  const others = "from pg_stat_activity where pid <> pg_backend_pid() and backend_type = 'client backend'";
  return [
    {
      name: "PostgreSQL stopped and started",
      begin: () => cluster.halt(),
      end: () => cluster.start(),
      lastsMs: 3_000,
      closes: NEEDS_DATABASE,
      leavesOpen: ["health"],
    },
    {
      name: "PostgreSQL paused (SIGSTOP)",
      begin: () => {
        // The postmaster first, so that it starts no more processes.
        signal([postmaster(cluster.dataDir)], "SIGSTOP");
        paused = everyProcess(cluster.dataDir);
        signal(paused, "SIGSTOP");
        return Promise.resolve();
      },
      end: () => {
        signal(paused, "SIGCONT");
        return Promise.resolve();
      },
      lastsMs: 9_000,
      closes: NEEDS_DATABASE,
      leavesOpen: ["health"],
    },
    {
      name: "PostgreSQL restarted three times",
      begin: async () => {
        for (let n = 0; n < 3; n++) {
          await cluster.halt();
          await cluster.start();
          await pause(300);
        }
      },
      end: () => Promise.resolve(),
      lastsMs: 0,
      closes: [],
      leavesOpen: ["health"],
    },
    {
      name: "connections terminated, ten times",
      begin: async () => {
        for (let n = 0; n < 10; n++) {
          await query(databaseUrl, `select pg_terminate_backend(pid) ${others}`);
          await pause(200);
        }
      },
      end: () => Promise.resolve(),
      lastsMs: 0,
      closes: [],
      leavesOpen: ["health"],
    },
  ];
}

/** Outages of the network, and of connections to a running server. */
function connectionOutages({ wire, databaseUrl }: OutageScene): Outage[] {
  let blocker: Client | undefined;
  let crowd: Client[] = [];
  return [
    {
      name: "network cut: connections reset and refused",
      begin: () => wire.cut(),
      end: () => wire.mend(),
      lastsMs: 3_000,
      closes: NEEDS_DATABASE,
      leavesOpen: ["health"],
    },
    {
      name: "network silent: connections stay open and carry nothing, what was on its way is lost",
      begin: () => {
        wire.blocked = true;
        return Promise.resolve();
      },
      end: () => {
        wire.blocked = false;
        return Promise.resolve();
      },
      lastsMs: 9_000,
      closes: NEEDS_DATABASE,
      leavesOpen: ["health"],
    },
    {
      name: "pool exhausted: every connection for changes and pages waits for a lock",
      begin: async () => {
        blocker = new Client({ connectionString: databaseUrl });
        await blocker.connect();
        await blocker.query("begin");
        await blocker.query("lock table audit_chains in access exclusive mode");
      },
      end: async () => {
        await blocker?.query("rollback");
        await blocker?.end();
      },
      lastsMs: 9_000,
      closes: [],
      // Keys, lists and readiness have separate connections.
      leavesOpen: ["key", "list", "ready", "health"],
    },
    {
      name: "server out of connections",
      begin: async () => {
        crowd = await takeAllConnections(databaseUrl);
      },
      end: async () => {
        await Promise.all(crowd.map((client) => client.end()));
      },
      lastsMs: 4_000,
      closes: NEEDS_DATABASE,
      leavesOpen: ["health"],
    },
  ];
}

/** Number of consecutive checks without other connections: one that is closing or opening isn't listed. */
const SETTLED = 6;

/** Takes every connection of a server, after ending other clients' connections. */
async function takeAllConnections(url: string): Promise<Client[]> {
  const crowd: Client[] = [];
  for (let settled = 0; settled < SETTLED;) {
    const client = new Client({ connectionString: url, application_name: "crowd" });
    client.on("error", () => undefined);
    try {
      await client.connect();
      crowd.push(client);
      settled = 0;
    } catch {
      const ended = await crowd[0]?.query(
        "select pg_terminate_backend(pid) from pg_stat_activity where backend_type = 'client backend' and application_name <> 'crowd'",
      );
      settled = ended?.rowCount ? 0 : settled + 1;
      await pause(30);
    }
  }
  return crowd;
}

/** Allowed statuses of an endpoint: the usual one and 503. */
const ALLOWED: Readonly<Record<Endpoint, readonly number[]>> = {
  key: [200, 503],
  list: [200, 503],
  page: [200, 503],
  ready: [200, 503],
  health: [200],
};

/** Waits until every endpoint works and a change succeeds. @returns the milliseconds it took; Infinity on timeout */
async function resumed({ probes, lives }: OutageScene, from: number): Promise<number> {
  const done = lives.acknowledged;
  for (;;) {
    const well = ENDPOINTS.every((endpoint) => probes.between(endpoint, from).some((probe) => probe.well));
    const ms = performance.now() - from;
    if (well && lives.acknowledged > done) return ms;
    if (ms > RESUME_MS * 2) return Infinity;
    await pause(20);
  }
}

/** Runs each outage under probes and reports the results. */
export async function runOutages(scene: OutageScene): Promise<void> {
  const { checks, probes, lives, fleet } = scene;
  const pid = fleet.instances[0]?.pid;
  for (const outage of [...serverOutages(scene), ...connectionOutages(scene)]) {
    const [stopProbes, stopLives] = [probes.begin(), lives.begin(12)];
    await resumed(scene, performance.now());
    const [firstProbe, firstChange] = [probes.probes.length, lives.answers.length];
    const from = performance.now();
    await outage.begin();
    const begun = performance.now();
    await pause(outage.lastsMs);
    const until = performance.now();
    await outage.end();
    const ms = await resumed(scene, performance.now());
    await stopProbes();
    await stopLives();
    judgeOutage(scene, outage, {
      probes: probes.probes.slice(firstProbe),
      changes: lives.answers.slice(firstChange),
      during: within(probes, begun, until),
      around: within(probes, from, until),
      resumedMs: ms,
    });
  }
  checks.expect(
    "all of that without a restart of the instance",
    fleet.instances[0]?.pid === pid && lives.unexpected.length === 0,
    {
      outages: [...serverOutages(scene), ...connectionOutages(scene)].length,
      "unexpected answers": lives.unexpected.length,
    },
    explained(fleet, lives.unexpected),
  );
}

/** Readiness is cached for up to a second (lib/db/readiness.ts). */
const READY_LAG_MS = 1_200;

/** The probes of an endpoint between two times. */
const within = (probes: Probes, from: number, until: number) => (endpoint: Endpoint) =>
  probes
    .between(endpoint, endpoint === "ready" ? from + READY_LAG_MS : from, until)
    .filter((probe) => probe.startedAt + probe.ms < until);

interface Observed {
  readonly probes: readonly Probe[];
  readonly changes: readonly Answer[];
  /** The probes of an endpoint during the outage, without and with its first phase. */
  readonly during: (endpoint: Endpoint) => Probe[];
  readonly around: (endpoint: Endpoint) => Probe[];
  readonly resumedMs: number;
}

function judgeOutage({ checks }: Scene, { name, closes, leavesOpen }: Outage, observed: Observed): void {
  const { probes, changes, during, around, resumedMs } = observed;
  const refused = [...probes, ...changes].filter(({ status }) => status >= 500).length;
  const strange = [
    ...probes
      .filter(({ endpoint, status }) => !ALLOWED[endpoint].includes(status))
      .map(({ endpoint, status }) => `${endpoint} ${status}`),
    ...changes
      .filter(({ status }) => status === 0)
      .map(({ ms }) => `a change without an answer after ${Math.round(ms)} ms`),
  ];
  const open = closes.filter((endpoint) => during(endpoint).length === 0 || during(endpoint).some(({ well }) => well));
  const shut = leavesOpen.filter((endpoint) => around(endpoint).some(({ well }) => !well));
  checks.expect(
    `${name}: ${closes.length > 0 ? `${closes.join(", ")} and changes are refused` : "some are refused"}, ${leavesOpen.join(", ")} not`,
    refused > 0 && strange.length === 0 && open.length === 0 && shut.length === 0,
    { refused, changes: changes.length },
    [
      ...strange,
      ...open.map((endpoint) => `${endpoint} was let in`),
      ...shut.map((endpoint) => `${endpoint} was refused`),
    ],
  );
  const isSlow = ({ endpoint }: Probe) => endpoint === "page" || endpoint === "list";
  const quick = probes.filter((probe) => !isSlow(probe));
  reportAnswers(checks, `${name}: keys and readiness`, quick, KEY_BOUND_MS);
  reportAnswers(checks, `${name}: lists, pages and changes`, [...probes.filter(isSlow), ...changes], BOUND_MS);
  checks.expect(`${name}: recovers on its own`, resumedMs <= RESUME_MS, { ms: Math.round(resumedMs) });
}
