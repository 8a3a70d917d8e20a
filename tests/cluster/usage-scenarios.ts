import { addUsableKeys } from "@/bench/fill";

import { keyIds } from "./key-scenarios";
import { Recorder } from "./recorder";
import { bearer, load, one, type Scene, seconds } from "./scene";

const KEYS = 200;
const LOAD = 12;

/** Milliseconds of counts that SIGKILL may cost. */
const LOST_BY_KILL_MS = 10_000;

/** Kills an instance under load: what it had counted until ten seconds before is in the database, and nothing twice. */
export async function usageOfKilled({ fleet, db, contoso, checks }: Scene): Promise<void> {
  const [key = ""] = await addUsableKeys(db, contoso, 1);
  const id = (await keyIds(db, [key])).get(key);
  const recorder = new Recorder(fleet.instances);
  const stopLoad = load(4, async () => {
    await recorder.call(key, "/public-api/me", bearer(key), 0);
    await seconds(0.005);
  });
  await seconds(LOST_BY_KILL_MS / 1000 + 4);
  const killedAt = performance.now();
  await fleet.instances[0]?.kill();
  await stopLoad();
  const answered = recorder.calls.filter(({ status }) => status === 200);
  const atLeast = answered.filter(({ endedAt }) => endedAt < killedAt - LOST_BY_KILL_MS).length;
  // A call that was counted may not have been answered any more.
  const atMost = recorder.calls.filter(({ startedAt }) => startedAt < killedAt).length;
  const { counted } = await one<{ counted: number }>(
    db,
    "select coalesce(sum(served), 0)::int as counted from key_usage_hours where key_id = $1",
    [id],
  );
  checks.expect(
    "a killed instance loses at most ten seconds of counts",
    atLeast > 100 && counted >= atLeast && counted <= atMost,
    { answered: answered.length, "until ten seconds before": atLeast, counted },
  );
  await fleet.instances[0]?.start();
}

/** Ends every instance, so it comes last. */
export async function usageCounts({ fleet, db, contoso, checks }: Scene): Promise<void> {
  const keys = await addUsableKeys(db, contoso, KEYS);
  const ids = await keyIds(db, keys);
  const revoked = [...ids.values()].slice(0, KEYS / 10);
  await db.query("update api_keys set revoked_at = now(), revoked_by_id = created_by_id where id = any($1)", [revoked]);
  const recorder = new Recorder(fleet.instances);
  const stopLoad = load(LOAD, () => {
    const key = keys[Math.floor(Math.random() * keys.length)] ?? "";
    const path = Math.random() < 0.2 ? "/public-api/agents?page_size=0" : "/public-api/me";
    return recorder.call(key, path, bearer(key));
  });
  await seconds(8);
  for (const instance of fleet.instances) await instance.stop();
  await stopLoad();
  const outcomes = { 200: "served", 400: "client_errors", 401: "refused" } as Record<number, string>;
  const answered = recorder.calls.filter(({ status }) => status !== 0);
  const sent = new Map<string, number>();
  for (const { credential, status } of answered) {
    const what = `${ids.get(credential) ?? ""} ${outcomes[status] ?? String(status)}`;
    sent.set(what, (sent.get(what) ?? 0) + 1);
  }
  const { rows } = await db.query<{ what: string; calls: number }>(
    `select key_id || ' ' || outcome as what, sum(calls)::int as calls
       from key_usage_hours cross join lateral (values ('served', served), ('client_errors', client_errors), ('refused', refused),
         ('rate_limited', rate_limited), ('failed', failed)) as counted(outcome, calls)
      where key_id = any($1) and calls > 0 group by what`,
    [[...ids.values()]],
  );
  const counted = new Map(rows.map(({ what, calls }) => [what, calls]));
  const wrong = [...new Set([...sent.keys(), ...counted.keys()])].filter(
    (what) => sent.get(what) !== counted.get(what),
  );
  const kinds = new Set([...sent.keys()].map((what) => what.split(" ")[1]));
  checks.expect(
    "three instances count each answered call of each key once, also when they are stopped under load",
    wrong.length === 0 && answered.length > 1_000 && kinds.size === 3,
    {
      answered: answered.length,
      counted: rows.reduce((sum, { calls }) => sum + calls, 0),
      "wrong counts": wrong.length,
    },
  );
}
