import { addUsableKeys } from "@/bench/fill";

import { keyIds } from "./key-scenarios";
import { Recorder } from "./recorder";
import { bearer, load, type Scene, seconds } from "./scene";

const KEYS = 200;
const LOAD = 12;

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
