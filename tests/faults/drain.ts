import { Client } from "pg";

import { pause } from "./ask";
import { type Caller, callOnOneConnection } from "../support/one-connection";
import { makeKey, NAME_PREFIX, shownKey } from "./key-lives";
import { query, type Scene } from "./scene";

const CLIENTS = 24;
const SLOW = 6;
/** The starter kills a process that hasn't ended after 12 seconds (dev/launch.ts); orchestrators wait 30 by default. */
const END_BOUND_MS = 10_000;

/** Number of changes that wait for the locked audit chains. */
async function waitingChanges(databaseUrl: string): Promise<number> {
  const [row] = await query<{ n: number }>(
    databaseUrl,
    "select count(*)::int as n from pg_locks where not granted and relation = 'audit_chains'::regclass",
  );
  return row?.n ?? 0;
}

/** Sends SIGTERM to a fully loaded instance, and checks that no client is cut off. */
export async function runDrain({ checks, fleet, admin, databaseUrl }: Scene): Promise<void> {
  const [instance] = fleet.instances;
  if (!instance) throw new Error("a fleet without an instance");
  const { url } = instance;
  const made = await Promise.all(
    Array.from({ length: CLIENTS }, (_, n) => makeKey(url, admin, `${NAME_PREFIX}drain ${n}`)),
  );
  const keys = made.map(shownKey);
  let signalled = false;
  const clients = keys.map((key) => callOnOneConnection(`${url}/public-api/me`, key, () => signalled));
  const notified = clients.map(({ caller }) => caller);

  // Blocks changes, so that they are in flight before and long after the signal.
  const blocker = new Client({ connectionString: databaseUrl });
  await blocker.connect();
  await blocker.query("begin");
  await blocker.query("lock table audit_chains in access exclusive mode");
  const slow = Array.from({ length: SLOW }, (_, n) => makeKey(url, admin, `${NAME_PREFIX}slow ${n}`));
  // By then each connection is accepted and kept alive.
  while ((await waitingChanges(databaseUrl)) < SLOW || notified.some(({ answers }) => answers < 2)) await pause(20);

  signalled = true;
  const from = performance.now();
  const ended = instance.stop();
  await pause(1_500);
  await blocker.query("rollback");
  await blocker.end();
  const slowAnswers = await Promise.all(slow);
  await Promise.all(clients.map((client) => client.ended));
  await ended;
  const endMs = performance.now() - from;
  const code = await instance.ended;

  const cut = notified.flatMap((client) => client.cut);
  const sum = (pick: (client: Caller) => number) => notified.reduce((all, client) => all + pick(client), 0);
  checks.expect(
    "SIGTERM under load: no request on an open connection is cut, and each connection hears that it closes",
    cut.length === 0 &&
      notified.every(({ closed, answers }) => closed && answers > 1) &&
      sum((c) => c.answersAfter) > 0,
    {
      connections: notified.length,
      answers: sum((c) => c.answers),
      "after the signal": sum((c) => c.answersAfter),
      cut: cut.length,
      "closed in order": notified.filter(({ closed }) => closed).length,
    },
    cut,
  );
  checks.expect(
    "SIGTERM: changes that were waiting for the database are answered",
    slowAnswers.every(({ status }) => status === 201),
    { changes: slowAnswers.length, made: slowAnswers.filter(({ status }) => status === 201).length },
    slowAnswers.map(({ status, text }) => `${status} ${text.slice(0, 100)}`),
  );
  checks.expect("SIGTERM: the process exits on its own", endMs < END_BOUND_MS && code === 143, {
    ms: Math.round(endMs),
    code,
  });

  const { hashKey } = await import("@/lib/api-keys/hash");
  const rows = await query<{ hash: string; at: Date | null }>(
    databaseUrl,
    "select encode(hash, 'hex') as hash, last_used_at as at from api_keys where name like $1",
    [`${NAME_PREFIX}drain %`],
  );
  const written = new Map(rows.map(({ hash, at }) => [hash, at?.getTime() ?? 0]));
  // One millisecond of tolerance: the database's clock is rounded down to whole milliseconds.
  const stale = keys.filter((key, n) => (written.get(hashKey(key)) ?? 0) < (notified[n]?.lastUsedAt ?? 0) - 1);
  checks.expect("SIGTERM: every key's last use is written, also that after the signal", stale.length === 0, {
    keys: keys.length,
    stale: stale.length,
  });
  await instance.start();
}
