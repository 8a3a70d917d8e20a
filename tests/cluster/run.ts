// `npm run test:cluster`: three instances on one PostgreSQL, their clocks five minutes wrong either way, killed and started
// again while they work. What was asked and answered is written down and judged: 0 wrong acceptances, 0 lost acknowledgements.
// Parts of it: `npm run test:cluster -- revocations oneLimit`.
import { Client } from "pg";

import { addUsableKeys, type BenchTenant } from "@/bench/fill";
import type { MemberActor } from "@/lib/actor";
import { RENDERED_FOR_FIELD, RENDERED_FOR_META } from "@/lib/auth/rendered-for";

import { ensureBuilt } from "../../scripts/build";
import { type Fleet, startFleet } from "./fleet";
import type { Verdict } from "./history";
import { Recorder } from "./recorder";
import { CONTOSO } from "../../dev/microsoft/directory";
import { ProcessGroup } from "../../dev/process-group";
import { Checks } from "../support/checks";
import { endOnSignal } from "../support/interrupt";
import { accessTokenByDeviceCode, CookieJar, signInByForms } from "../support/sign-in";
import { clearEnvironment } from "../support/test-environment";

const MINUTES = 60_000;
const SKEWS_MS = [0, 5 * MINUTES, -5 * MINUTES];
const REVOCATIONS = 500;
const LOAD = 12;

clearEnvironment();
const processes = new ProcessGroup();
endOnSignal(processes);
const checks = new Checks();
const wanted = process.argv.slice(2);

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const seconds = (n: number) => new Promise((resolve) => setTimeout(resolve, n * 1000));

/** Everything a scenario needs. */
interface Scene {
  readonly fleet: Fleet;
  readonly db: Client;
  readonly contoso: BenchTenant;
  readonly admin: string;
}

async function one<Row>(db: Client, sql: string, values: unknown[] = []): Promise<Row> {
  const { rows } = await db.query(sql, values);
  return rows[0] as Row;
}

/** Runs `work` for each of `items`, `width` of them at a time. */
async function inParallel<Item>(items: readonly Item[], width: number, work: (item: Item) => Promise<void>) {
  const left = items.values();
  await Promise.all(
    Array.from({ length: width }, async () => {
      for (const item of left) await work(item);
    }),
  );
}

/** Keeps calling until told to stop. */
function load(width: number, call: () => Promise<unknown>): () => Promise<void> {
  let going = true;
  const workers = Array.from({ length: width }, async () => {
    while (going) await call();
  });
  return async () => {
    going = false;
    await Promise.all(workers);
  };
}

/** Kills instances and starts them again, one at a time, until told to stop. @returns how many were killed */
function killing(fleet: Fleet): () => Promise<number> {
  const state = { going: true, killed: 0 };
  const work = (async () => {
    while (state.going) {
      await seconds(1.5);
      const instance = fleet.instances[state.killed++ % fleet.instances.length];
      await instance?.kill();
      await instance?.start();
    }
  })();
  return async () => {
    state.going = false;
    await work;
    return state.killed;
  };
}

async function keyIds(db: Client, keys: readonly string[]): Promise<Map<string, string>> {
  const { hashKey } = await import("@/lib/api-keys/hash");
  const byHash = new Map(keys.map((key) => [hashKey(key), key]));
  const { rows } = await db.query<{ id: string; hash: string }>("select id, encode(hash, 'hex') as hash from api_keys");
  return new Map(rows.flatMap(({ id, hash }) => (byHash.has(hash) ? [[byHash.get(hash) ?? "", id] as const] : [])));
}

async function revocations({ fleet, db, contoso, admin }: Scene): Promise<void> {
  const keys = await addUsableKeys(db, contoso, REVOCATIONS + 20);
  const ids = await keyIds(db, keys);
  const recorder = new Recorder(fleet.instances);
  const anyKey = () => keys[Math.floor(Math.random() * keys.length)] ?? "";
  const stopLoad = load(LOAD, () => {
    const key = anyKey();
    return recorder.call(key, "/public-api/me", bearer(key));
  });
  await seconds(2);
  const stopKilling = killing(fleet);
  let repeated = 0;
  await inParallel(keys.slice(0, REVOCATIONS), 4, async (key) => {
    const revoke = () =>
      recorder.call(`revoke ${key}`, `/public-api/api-keys/${ids.get(key) ?? ""}`, bearer(admin), undefined, "DELETE");
    // Without an answer nothing is known, and revoking twice is allowed.
    while ((await revoke()) !== 200) repeated++;
    recorder.ended(key);
    await recorder.callAll(key, "/public-api/me", bearer(key));
  });
  const killed = await stopKilling();
  await stopLoad();
  const { violations, ...figures } = recorder.verdict();
  const { lost } = await one<{ lost: number }>(
    db,
    "select count(*)::int as lost from api_keys where id = any($1) and revoked_at is null",
    [[...recorder.ends.keys()].map((key) => ids.get(key))],
  );
  const untouched = keys.slice(REVOCATIONS);
  for (const key of untouched) await recorder.callAll(key, "/public-api/me", bearer(key));
  const alive = recorder.calls.filter((call) => untouched.includes(call.credential));
  const wrongly = alive.filter(({ status }) => status === 401 || status === 403).length;
  checks.expect(
    "no call that began after the answer to a revocation was let in, on any instance",
    violations.length === 0 && recorder.ends.size === REVOCATIONS && figures.refusedAfter >= REVOCATIONS * 2,
    { revocations: recorder.ends.size, "wrongly let in": violations.length, ...figures, killed, repeated },
  );
  checks.expect("no acknowledged revocation was lost", lost === 0, { lost });
  checks.expect("keys that were not revoked were never refused", wrongly === 0 && figures.acceptedBefore > 0, {
    calls: alive.length,
    refused: wrongly,
  });
}

async function rotationsEnd({ fleet, db, contoso, admin }: Scene): Promise<void> {
  const keys = await addUsableKeys(db, contoso, 40);
  const ids = await keyIds(db, keys);
  const recorder = new Recorder(fleet.instances);
  let notOne = 0;
  await inParallel(keys, 4, async (key) => {
    const path = `/public-api/api-keys/${ids.get(key) ?? ""}/rotate`;
    const answers = await Promise.all([0, 1].map((n) => recorder.call("rotate", path, bearer(admin), n, "POST")));
    if (answers.toSorted().join() !== "201,409") notOne++;
  });
  const { heirs } = await one<{ heirs: number }>(
    db,
    "select count(*)::int as heirs from api_keys where lineage_id = any($1) and not id = any($1)",
    [[...ids.values()]],
  );
  checks.expect(
    "of two rotations of one key on two instances exactly one wins",
    notOne === 0 && heirs === keys.length,
    {
      keys: keys.length,
      successors: heirs,
    },
  );

  // Each old key's end comes to one moment soon, by the database's clock, which is this machine's as well.
  const { at } = await one<{ at: Date }>(
    db,
    "select date_trunc('milliseconds', clock_timestamp() + interval '4 seconds') as at",
  );
  await db.query("update api_keys set grace_ends_at = $2 where id = any($1)", [[...ids.values()], at]);
  const end = performance.now() + (at.getTime() - Date.now());
  const stopLoad = load(LOAD, () => {
    const key = keys[Math.floor(Math.random() * keys.length)] ?? "";
    return recorder.call(key, "/public-api/me", bearer(key));
  });
  await seconds(7);
  await stopLoad();
  // A millisecond either way: both clocks are read in whole ones.
  const ends = (offset: number) => new Map(keys.map((key) => [key, end + offset]));
  const { violations, ...figures } = recorder.verdict(ends(1));
  const before = recorder.calls.filter(({ credential, endedAt }) => ids.has(credential) && endedAt < end - 1);
  const early = before.filter(({ status }) => status !== 200).length;
  checks.expect(
    "a rotated key works until its end, whatever the clock of the instance says",
    early === 0 && before.length > 50,
    {
      calls: before.length,
      "refused too early": early,
    },
  );
  checks.expect("and not a moment longer", violations.length === 0 && figures.refusedAfter > 50, {
    "wrongly let in": violations.length,
    ...figures,
  });
}

async function roles({ fleet, db, admin }: Scene): Promise<void> {
  const { changeRole, removeMember, restoreMember } = await import("@/lib/members/service");
  const { databaseNow } = await import("@/lib/db/client");
  const person = (name: string) =>
    one<{ id: string; tenant_id: string }>(db, "select id, tenant_id from members where name = $1", [name]);
  const [boss, user] = [await person("Contoso Admin"), await person("Contoso User")];
  const actor: MemberActor = {
    kind: "member",
    tenantId: boss.tenant_id,
    memberId: boss.id,
    role: "Admin",
    name: "Contoso Admin",
    email: null,
    tenantName: "Contoso",
    sessionId: null,
  };
  const origin = { requestId: "00000000-0000-4000-8000-000000000000", clientAddress: null, userAgent: "test:cluster" };
  const token = await accessTokenByDeviceCode(fleet.standInUrl, "Contoso User");
  const changes = [
    {
      what: "a removed member",
      path: "/public-api/agents?page_size=1",
      end: async () => removeMember(actor, user.id, await databaseNow(), origin),
      undo: async () => restoreMember(actor, user.id, await databaseNow(), origin),
    },
    {
      what: "an admin who was made a viewer",
      path: "/public-api/api-keys?page_size=1",
      end: async () => changeRole(actor, user.id, "Viewer", await databaseNow(), origin),
      undo: async () => changeRole(actor, user.id, "Admin", await databaseNow(), origin),
    },
  ];
  await changes[1]?.undo();
  for (const { what, path, end, undo } of changes) {
    const recorders: Recorder[] = [];
    for (let n = 0; n < 25; n++) {
      const recorder = new Recorder(fleet.instances);
      recorders.push(recorder);
      const stopLoad = load(6, () => recorder.call("person", path, bearer(token)));
      await seconds(0.1);
      await end();
      recorder.ended("person");
      await recorder.callAll("person", path, bearer(token));
      await stopLoad();
      await undo();
    }
    const verdicts = recorders.map((recorder) => recorder.verdict());
    const figures = total(verdicts);
    checks.expect(
      `${what} is refused by every instance from the answer on`,
      figures["wrongly let in"] === 0 &&
        figures.refusedAfter >= verdicts.length * 3 &&
        figures.acceptedBefore > verdicts.length,
      figures,
    );
  }
  await changeRole(actor, user.id, "User", await databaseNow(), origin);
  checks.expect(
    "the admin who did it is let in by every instance",
    (await statusesOf(fleet, admin)).every((s) => s === 200),
  );
}

/** The sum over several histories. */
function total(verdicts: readonly Verdict[]) {
  const sum = (pick: (verdict: Verdict) => number) => verdicts.reduce((all, verdict) => all + pick(verdict), 0);
  return {
    times: verdicts.length,
    "wrongly let in": sum(({ violations }) => violations.length),
    acceptedBefore: sum(({ acceptedBefore }) => acceptedBefore),
    refusedAfter: sum(({ refusedAfter }) => refusedAfter),
  };
}

async function statusesOf(fleet: Fleet, token: string): Promise<number[]> {
  const recorder = new Recorder(fleet.instances);
  await recorder.callAll("admin", "/public-api/me", bearer(token));
  return recorder.calls.map(({ status }) => status);
}

async function signOuts({ fleet }: Scene): Promise<void> {
  // A route that answers with a status; a page answers 200 and leads on (e2e/attack/sessions.spec.ts looks at those).
  const page = "/roles-access/members/people?q=con";
  const verdicts: Verdict[] = [];
  for (let n = 0; n < 10; n++) {
    // It begins where the clock is five minutes fast and ends where it is five minutes slow, or the other way round.
    const [begins, ends] = n % 2 ? [1, 2] : [2, 1];
    const [from, back] = [fleet.instances[begins]?.url ?? "", fleet.instances[ends]?.url];
    const jar = await signInByForms(from, fleet.standInUrl, "Contoso Admin", new CookieJar(), back);
    const html = await (await jar.fetch(`${from}/agents`)).text();
    const own = new RegExp(`<meta name="${RENDERED_FOR_META}" content="[^"]*?([0-9a-f-]{36}\\.[0-9a-f-]{36})`).exec(
      html,
    );
    const copy = { cookie: jar.header, [RENDERED_FOR_FIELD]: own?.[1] ?? "" };
    const recorder = new Recorder(fleet.instances);
    await recorder.callAll("session", page, copy);
    const stopLoad = load(3, () => recorder.call("session", page, copy));
    const answer = await jar.post(fleet.url, "/api/auth/signout");
    if (answer.status >= 400) throw new Error(`signing out answered ${String(answer.status)}`);
    recorder.ended("session");
    await recorder.callAll("session", page, copy);
    await stopLoad();
    verdicts.push(recorder.verdict());
  }
  const figures = total(verdicts);
  checks.expect(
    "a copied cookie opens nothing of any instance after the sign-out",
    figures["wrongly let in"] === 0 && figures.acceptedBefore >= 30 && figures.refusedAfter >= 30,
    figures,
  );
}

async function oneLimit({ fleet, db, contoso }: Scene): Promise<void> {
  const keys = await addUsableKeys(db, contoso, 3);
  await db.query("delete from rate_limits");
  const recorder = new Recorder(fleet.instances);
  await Promise.all(
    Array.from({ length: 1_300 }, (_, n) => {
      const key = keys[n % keys.length] ?? "";
      return recorder.call(key, "/public-api/me", bearer(key), n % fleet.instances.length);
    }),
  );
  const count = (status: number) => recorder.calls.filter((call) => call.status === status).length;
  checks.expect(
    "three instances share one limit: of 1,300 calls 1,200 are served",
    count(200) === 1_200 && count(429) === 100,
    {
      served: count(200),
      limited: count(429),
      // 503, or no answer: the machine could not keep up.
      failed: recorder.calls.length - count(200) - count(429),
    },
  );
}

/** Starts a fleet with these settings, runs the scenarios and ends it. */
async function withFleet(limit: string, all: readonly ((scene: Scene) => Promise<void>)[]): Promise<void> {
  const scenarios = all.filter(({ name }) => wanted.length === 0 || wanted.includes(name));
  if (scenarios.length === 0) return;
  const own = new ProcessGroup();
  processes.add(() => own.stop());
  try {
    console.log(`Starting PostgreSQL and ${String(SKEWS_MS.length)} instances ...`);
    const fleet = await startFleet(SKEWS_MS, { RATE_LIMIT_PER_MINUTE: limit, NEO_ENVIRONMENT: "bench" }, own);
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
      await checks.part(scenario.name, () => scenario({ fleet, db, contoso, admin }));
    }
  } finally {
    await own.stop();
  }
}

await checks.run(processes, async () => {
  await ensureBuilt({ log: console.log, onChild: (child) => processes.add(() => child.stop()) });
  await withFleet("1000000000", [rotationsEnd, roles, signOuts, revocations]);
  await withFleet("1200", [oneLimit]);
});
