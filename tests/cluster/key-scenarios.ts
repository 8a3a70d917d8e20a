import type { Client } from "pg";

import { addUsableKeys } from "@/bench/fill";

import { Recorder } from "./recorder";
import { bearer, inParallel, killing, load, one, type Scene, seconds } from "./scene";

const REVOCATIONS = 500;
const LOAD = 12;

/** The ids of keys, by the key. */
export async function keyIds(db: Client, keys: readonly string[]): Promise<Map<string, string>> {
  const { hashKey } = await import("@/lib/api-keys/hash");
  const byHash = new Map(keys.map((key) => [hashKey(key), key]));
  const { rows } = await db.query<{ id: string; hash: string }>("select id, encode(hash, 'hex') as hash from api_keys");
  return new Map(rows.flatMap(({ id, hash }) => (byHash.has(hash) ? [[byHash.get(hash) ?? "", id] as const] : [])));
}

export async function revocations({ fleet, db, contoso, admin, checks }: Scene): Promise<void> {
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
    // Without a response the outcome is unknown, and revoking twice is allowed.
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
    "no instance accepts a call that begins after a revocation was acknowledged",
    violations.length === 0 && recorder.ends.size === REVOCATIONS && figures.refusedAfter >= REVOCATIONS * 2,
    { revocations: recorder.ends.size, "wrongly accepted": violations.length, ...figures, killed, repeated },
  );
  checks.expect("no acknowledged revocation is lost", lost === 0, { lost });
  checks.expect("keys that were not revoked are never refused", wrongly === 0 && figures.acceptedBefore > 0, {
    calls: alive.length,
    refused: wrongly,
  });
}

export async function rotationsEnd({ fleet, db, contoso, admin, checks }: Scene): Promise<void> {
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

  // All old keys end at the same time soon, by the database's clock, which is also this machine's.
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
  // One millisecond of tolerance: both clocks are read in whole milliseconds.
  const ends = (offset: number) => new Map(keys.map((key) => [key, end + offset]));
  const { violations, ...figures } = recorder.verdict(ends(1));
  const before = recorder.calls.filter(({ credential, endedAt }) => ids.has(credential) && endedAt < end - 1);
  const early = before.filter(({ status }) => status !== 200).length;
  checks.expect(
    "a rotated key works until the end of its grace period, whatever the instance's clock says",
    early === 0 && before.length > 50,
    {
      calls: before.length,
      "refused too early": early,
    },
  );
  checks.expect(
    "a rotated key stops working at the end of its grace period",
    violations.length === 0 && figures.refusedAfter > 50,
    {
      "wrongly accepted": violations.length,
      ...figures,
    },
  );
}

export async function oneLimit({ fleet, db, contoso, checks }: Scene): Promise<void> {
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
