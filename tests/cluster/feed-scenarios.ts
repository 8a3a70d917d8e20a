import { mkdirSync, readFileSync } from "node:fs";
import path from "node:path";

import { addUsableKeys } from "@/bench/fill";

import { startNode } from "../../dev/child";
import { ROOT } from "../../dev/root";
import { bearer, load, type Scene, seconds } from "./scene";

const KILLS = 40;
const WAITING = 20;

/** Starts the program that follows the audit log, with any two instances, and counts how often it had to cut its file. */
function startPoller({ fleet, admin }: Scene, folder: string, onCut: () => void) {
  const addresses = fleet.instances.map(({ url }) => url).toSorted(() => Math.random() - 0.5);
  const child = startNode({
    name: "feed poller",
    args: [path.join(ROOT, "tests", "cluster", "feed-poller.mjs"), folder, ...addresses.slice(0, 2)],
    env: { ...process.env, NEO_TOKEN: admin },
    output: "ignore",
  });
  child.process.on("message", onCut);
  return child;
}

/** Kills a program that follows the feed while two instances and more write events: each is in its file once, in the order of the chain. */
export async function followedFeed(scene: Scene): Promise<void> {
  const { fleet, db, contoso, checks } = scene;
  const [key = ""] = await addUsableKeys(db, contoso, 1);
  const folder = path.join(fleet.logFolder, "followed");
  mkdirSync(folder);
  let written = 0;
  const stopWriting = load(4, async () => {
    const instance = fleet.instances[Math.floor(Math.random() * fleet.instances.length)];
    const { ok } = await fetch(`${instance?.url ?? ""}/public-api/agents`, {
      method: "POST",
      headers: { ...bearer(key), "content-type": "application/json" },
      body: JSON.stringify({ name: "Followed", trigger_type: "NONE", autonomy_type: "AGENTIC" }),
    });
    if (ok) written++;
    await seconds(Math.random() * 0.1);
  });
  let cut = 0;
  const countCut = () => {
    cut++;
  };
  for (let n = 0; n < KILLS; n++) {
    const poller = startPoller(scene, folder, countCut);
    await seconds(0.15 + Math.random() * 0.6);
    poller.process.kill("SIGKILL");
    await poller.ended;
  }
  await stopWriting();
  const poller = startPoller(scene, folder, countCut);
  const { rows } = await db.query<{ id: string }>("select id from audit_events where tenant_id = $1 order by seq", [
    contoso.tenantId,
  ]);
  const file = path.join(folder, "events.ndjson");
  const lines = () => readFileSync(file, "utf8").split("\n").slice(0, -1);
  for (let n = 0; n < 150 && lines().length < rows.length; n++) await seconds(0.2);
  // Long enough for what would be written twice.
  await seconds(2);
  poller.process.kill("SIGKILL");
  await poller.ended;
  const stored = rows.map(({ id }) => id);
  const saved = lines().map((line) => (JSON.parse(line) as { id: string }).id);
  checks.expect(
    "a program that follows the audit log and is killed has each event once, in order",
    saved.join() === stored.join() && written > 200,
    {
      kills: KILLS,
      "torn files": cut,
      events: stored.length,
      saved: saved.length,
      twice: saved.length - new Set(saved).size,
    },
  );
  const { verifyFile } = await import("../../scripts/verify-audit-file");
  checks.expect("what it saved verifies", await verifyFile({ file, filtered: false }, console.log));
}

/** SIGTERM while requests wait for events: they are answered, and the instance doesn't wait for them. */
export async function drainedWaits({ fleet, admin, checks }: Scene): Promise<void> {
  const instance = fleet.instances[1];
  if (!instance) throw new Error("there is one instance only");
  const read = async (query: string) => {
    const response = await fetch(`${instance.url}/public-api/audit-events?order=asc&${query}`, {
      headers: bearer(admin),
    });
    const body = (await response.json()) as { data: unknown[]; meta: { pagination: { next_cursor: string } } };
    return { status: response.status, events: body.data.length, cursor: body.meta.pagination.next_cursor };
  };
  let cursor = (await read("page_size=1")).cursor;
  for (let events = 1; events > 0;) ({ cursor, events } = await read(`page_size=200&after=${cursor}`));
  const waiting = Array.from({ length: WAITING }, () => read(`wait=30&after=${cursor}`));
  await seconds(2);
  const began = performance.now();
  const stopped = instance.stop();
  const answers = await Promise.all(waiting);
  const answeredMs = Math.round(performance.now() - began);
  await stopped;
  const stoppedMs = Math.round(performance.now() - began);
  await instance.start();
  const asBefore = answers.filter((answer) => answer.status === 200 && answer.events === 0 && answer.cursor === cursor);
  checks.expect(
    "requests that wait for audit events are answered when their instance is stopped, which takes under four seconds",
    asBefore.length === WAITING && answeredMs < 1_500 && stoppedMs < 4_000,
    { waiting: WAITING, "answered, ms": answeredMs, "stopped, ms": stoppedMs },
  );
}
